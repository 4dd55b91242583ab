package import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// What the history says that advice needs: what lost images stood on, who stands alone on a base.
extension ReadTransaction {
  /// What the lost target of a finding's reference stood on: its base (`stood-on`), or the first image below that is
  /// there (`stands-below`); nothing where the target is not lost, or stood on nothing.
  func formerBase(of finding: Row) throws -> [String: String] {
    let holder: Int64 = finding["holder"]
    let lost: Int64? = try value(
      """
      SELECT target_image FROM link
      WHERE holder = :holder AND ordinal = :ordinal AND target_image IS NOT NULL
        AND until_scan <= (SELECT scan FROM asof)
      ORDER BY from_scan DESC LIMIT 1
      """, ["holder": holder, "ordinal": finding["ordinal"] as Int64?])
    guard var image = lost, try primaryPlace(of: image) == nil else { return [:] }
    // In a loop the lost image stood on the one that looks for it.
    var seen: Set = [holder, image]
    while let base = try lastBase(of: image), seen.insert(base).inserted {
      if let place = try primaryPlace(of: base) {
        return [image == lost ? "stood-on" : "stands-below": place.displayText]
      }
      image = base
    }
    return [:]
  }

  /// What an image stood on last.
  private func lastBase(of image: Int64) throws -> Int64? {
    try value(
      """
      SELECT target_image FROM link
      WHERE holder = :image AND is_backing AND target_image IS NOT NULL
        AND from_scan <= (SELECT scan FROM asof)
      ORDER BY from_scan DESC LIMIT 1
      """, ["image": image])
  }

  /// Whether a hypervisor process had a domain's disks open.
  func isRunning(domain: Int64) throws -> Bool {
    try value("SELECT is_running FROM domain_state_at WHERE domain = :domain", ["domain": domain])
      ?? false
  }

  /// Whether the scan saw every pool and every source of machines whole.
  func sawEverything() throws -> Bool {
    try value("SELECT is_whole FROM scan WHERE id = :scan", ["scan": at]) ?? false
  }

  /// The overlay that stands on a base, where it is the only one, and the command that tells whether both
  /// show the same. It shares: a machine may run on the overlay.
  func onlyOverlay(on base: Int64, _ format: String?) throws -> [String: String] {
    let overlays = try Array(
      rows(
        """
        SELECT link.holder, image_state.format, reference.recorded_format,
          reference.role = 'parent' OR image_state.format IN ('vdi', 'vpc', 'vhdx')
        FROM link_at AS link
        JOIN reference_at AS reference ON reference.holder = link.holder
          AND reference.ordinal = link.ordinal
        JOIN image_state_at AS image_state ON image_state.image = link.holder
        WHERE link.target_image = :base AND link.is_backing LIMIT 2
        """, ["base": base]
      ).map {
        (
          image: $0[0] as Int64, format: $0[1] as String, recorded: $0[2] as String?,
          isReadAlone: $0[3] as Bool
        )
      }
    )
    guard overlays.count == 1, let only = overlays.first,
      let overlay = try primaryPlace(of: only.image)
    else { return [:] }
    var detail = ["overlay": overlay.displayText]
    // QEMU would compare the overlay's own blocks, as if it had no base.
    if !only.isReadAlone, let lower = try primaryPlace(of: base)?.wordOfCommand,
      let upper = overlay.wordOfCommand,
      let read = only.recorded ?? format
    {
      detail["compare"] = "qemu-img compare -U -f \(read) -F \(only.format) \(lower) \(upper)"
    }
    return detail
  }
}

extension ReadTransaction {
  /// The last base that an image named, where its header is spoilt by the length of the name alone.
  package func baseBeforeFault(of image: Int64, fault: String?) throws -> EarlierBase? {
    guard fault?.hasPrefix("backing_file_size ") == true else { return nil }
    return try rows(
      """
      SELECT reference.stored, reference.recorded_format, reference.until_scan - 1, image_state.format
      FROM reference
      JOIN image_state_at AS image_state ON image_state.image = reference.holder
      WHERE reference.holder = :image AND reference.role = 'backing'
        AND reference.until_scan <= (SELECT scan FROM asof)
      ORDER BY reference.until_scan DESC LIMIT 1
      """, ["image": image]
    ).map {
      EarlierBase(
        stored: Array($0[0] as Data), format: $0[1], lastSeen: point($0[2]), holderFormat: $0[3])
    }.next()
  }
}
