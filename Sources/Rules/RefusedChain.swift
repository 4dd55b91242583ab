internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// Where on the way down from a domain's disk libvirt meets a link that it refuses, and why.
struct RefusedChain {
  /// The disk's name in the guest.
  let disk: String
  /// The overlay whose link it is, as shown.
  let overlay: String
  /// What names the base by its path alone; `nil` where that has none, or cannot be written as it is.
  let renaming: String?
  fileprivate let reception: LibvirtAcceptance

  /// Names and reasons for the message.
  func detail(domain: String) -> [String: String] {
    ["disk": disk, "overlay": overlay, "why": reception.refusal ?? "", "remedy": remedy(domain)]
  }

  private func remedy(_ domain: String) -> String {
    let name = PathBytes(domain).wordOfCommand ?? "DOMAIN"
    let spelling =
      "put what 'backstory xml --domain \(name) --target \(disk)' prints into the domain"
    switch reception {
    case .refusesName:
      return spelling + ", or name the base by its path alone"
        + (renaming.map { " with '\($0)'" } ?? "")
    case .refusesFormatOnNetwork: return "convert the overlay to qcow2, which records the format"
    case .refusesFormat, .takes, .believes, .overlooks, .unknown:
      return spelling + ", or convert the overlay to qcow2, which records the format"
    }
  }
}

extension ReadTransaction {
  /// What libvirt refuses below a disk that is judged to be refused; `ordinal` is the disk's reference.
  /// The judgement knows that libvirt comes so far: the first refusal is the one.
  func refusedChain(ofDomain domain: Int64, disk ordinal: Int64) throws -> RefusedChain? {
    let layers = try rows(
      """
      SELECT json_extract(layer.detail, '$.target') AS target, link.target_image
      FROM reference_at AS disk
      JOIN reference_at AS layer ON layer.holder = disk.holder
        AND json_extract(layer.detail, '$.target') = json_extract(disk.detail, '$.target')
      JOIN link_at AS link ON link.holder = layer.holder AND link.ordinal = layer.ordinal
      WHERE disk.holder = :domain AND disk.ordinal = :ordinal
        AND layer.role IN ('disk', 'backing') AND json_extract(layer.detail, '$.part') = 'source'
        AND EXISTS (SELECT 1 FROM json_each(layer.detail, '$.documents') WHERE value = 'definition')
      ORDER BY json_extract(layer.detail, '$.level') DESC LIMIT 1
      """, ["domain": domain, "ordinal": ordinal])
    guard let lowest = try layers.next(), let top = lowest["target_image"] as Int64? else {
      return nil
    }
    let disk: String = lowest["target"]
    for image in try chain(of: top) {
      guard let reception = try reception(ofBaseOf: image), reception.refusal != nil else {
        continue
      }
      let overlay = try primaryPlace(of: image)?.displayText ?? "#\(image)"
      return RefusedChain(
        disk: disk, overlay: overlay, renaming: try renaming(baseOf: image), reception: reception)
    }
    return nil
  }

  /// The command that names an image's base by its path alone.
  private func renaming(baseOf image: Int64) throws -> String? {
    let found = try rows(
      """
      SELECT reference.stored, image_state.format,
        coalesce(reference.recorded_format, target.format) AS base_format
      FROM reference_at AS reference
      JOIN image_state_at AS image_state ON image_state.image = reference.holder
      JOIN link_at AS link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
      LEFT JOIN image_state_at AS target ON target.image = link.target_image
      WHERE reference.holder = :image AND reference.role = 'backing'
      """, ["image": image])
    guard let row = try found.next(), let place = try primaryPlace(of: image),
      let format = row["format"] as String?, let baseFormat = row["base_format"] as String?,
      ImageFormat.traits(of: format)?.canBeRebased == true
    else { return nil }
    let target = ReferenceTarget(parsing: Array(row["stored"] as Data), in: place.directory.bytes)
    guard let base = target.path.flatMap({ PathBytes($0).wordOfCommand }),
      let overlay = place.wordOfCommand
    else { return nil }
    return "qemu-img rebase -u -f \(format) -F \(baseFormat) -b \(base) \(overlay)"
  }

  /// What libvirt makes of the base that an image names; `nil` where it names none.
  private func reception(ofBaseOf image: Int64) throws -> LibvirtAcceptance? {
    let found = try rows(
      """
      SELECT reference.holder, reference.stored, reference.recorded_format,
        image_state.format AS holder_format, link.target_image, target.format AS target_format,
        target.fault AS target_fault
      FROM reference_at AS reference
      JOIN image_state_at AS image_state ON image_state.image = reference.holder
      JOIN link_at AS link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
      LEFT JOIN image_state_at AS target ON target.image = link.target_image
      WHERE reference.holder = :image AND reference.role = 'backing'
      """, ["image": image])
    return try found.next().map { try LibvirtAcceptance($0, in: self) }
  }
}
