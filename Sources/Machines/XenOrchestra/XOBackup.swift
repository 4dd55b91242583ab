internal import DiskImage
internal import FoundationEssentials

/// The JSON beside the VHDs of a backup of Xen Orchestra: one point in time of one machine.
///
/// Source: xen-orchestra @xen-orchestra/backups/RemoteAdapter.mjs and _cleanVm.integ.mjs.
struct XOBackup: Sendable, Hashable {
  /// Bytes of one file that are read; VDIs and VIFs of the machine are in it.
  static let byteLimit = 16 << 20
  /// Disks of one backup.
  static let diskLimit = 1000

  /// What people call the machine; `nil` where it is not said.
  private(set) var name: String?
  /// Its VHDs, or aliases of them, relative to the file: in the order of their names.
  private(set) var disks: [String] = []
  /// Whether it is a whole export in one file, which is no image.
  private(set) var isArchive = false

  /// Reads the text of a file.
  init(parsing bytes: [UInt8]) throws(XOFault) {
    let text: BackupText
    do { text = try ForeignJSON.decode(BackupText.self, from: bytes[...]) } catch {
      throw error is ForeignJSON.Ambiguous ? .ambiguous : .notUnderstood
    }
    name = text.vm?.name_label.flatMap { $0.isEmpty ? nil : $0 }
    isArchive = text.xva != nil
    disks = (text.vhds?.names ?? []).sorted()
    guard isArchive || text.vhds != nil else { throw .namesNothing }
    guard disks.count <= Self.diskLimit else { throw .tooManyDisks }
    guard disks.allSatisfy({ !$0.isEmpty && $0.first != "/" && !$0.utf8.contains(0) }) else {
      throw .oddName
    }
  }

  private struct BackupText: Decodable {
    var xva: String?
    var vhds: Disks?
    var vm: VM?

    struct VM: Decodable { var name_label: String? }
  }

  /// Names by the disks' references, or in a list.
  private struct Disks: Decodable {
    var names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      do { names = Array(try container.decode([String: String].self).values) } catch {
        names = try container.decode([String].self)
      }
    }
  }
}

/// What of a VHD in a directory of blocks says on which it stands.
struct XODirectoryHeader: Sendable, Hashable {
  /// Bytes of the file `header`.
  static let length = 1024

  /// The name of the base; `nil` where it stands on none.
  private(set) var parent: [UInt8]?

  /// Reads the bytes of `header`; `nil` where they are none of a VHD's.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.length, bytes.starts(with: "cxsparse".utf8) else { return nil }
    if bytes[40..<56].allSatisfy({ $0 == 0 }) { return }
    var units: [UInt16] = []
    for index in stride(from: 64, to: 576, by: 2) {
      let unit = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
      if unit == 0 { break }
      units.append(unit)
    }
    parent = Array(String(decoding: units, as: UTF16.self).utf8)
  }
}

/// Why an archive does not say which of its VHDs are in use. In half sentences.
enum XOFault: Error, Hashable, Sendable {
  /// No JSON, encrypted, or of another shape.
  case notUnderstood
  /// A key that stands twice, so that readers differ on what it says; or no UTF-8.
  case ambiguous
  /// Neither VHDs nor an export.
  case namesNothing
  /// More VHDs than are read.
  case tooManyDisks
  /// A name that is none of a file below the archive.
  case oddName
  /// An alias that leads nowhere that is known.
  case oddAlias
  /// A directory without the header of a VHD.
  case noHeader
  /// A chain longer than is followed.
  case tooDeep

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .notUnderstood: "it is not the JSON of a backup; an encrypted archive cannot be read"
    case .ambiguous: "a key in it occurs twice, or it is not in UTF-8"
    case .namesNothing: "it names neither VHDs nor an export"
    case .tooManyDisks: "it names more than \(XOBackup.diskLimit) VHDs"
    case .oddName: "it names something that is not a file of the archive"
    case .oddAlias: "the target of this alias cannot be parsed"
    case .noHeader: "the header of its VHD cannot be parsed"
    case .tooDeep: "more than \(XOSource.chainLimit) VHDs stand on one another"
    }
  }
}
