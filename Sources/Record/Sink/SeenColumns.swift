internal import Database
internal import DiskImage
internal import Sighting

/// The columns of a table that say what was seen, in the table's order.
///
/// Every statement that writes these columns is made from this list, and values are bound in its order. To add a
/// column, add a case, its value, a column of `temp.seen` and a migration.
protocol SeenColumn: RawRepresentable, CaseIterable where RawValue == String {
  /// All of them.
  static var all: [Self] { get }
}

extension SeenColumn {
  /// Their names as a statement lists them, each behind the name of a table if one is given.
  static func names(of table: String? = nil) -> String {
    all.map { (table.map { $0 + "." } ?? "") + $0.rawValue }.joined(separator: ", ")
  }

  /// A question mark for each.
  static var marks: String { all.map { _ in "?" }.joined(separator: ", ") }

  /// How many they are.
  static var count: Int32 { Int32(all.count) }
}

/// What `image` says of the file that an image is.
enum ImageColumn: String, SeenColumn {
  case filesystem
  case inode
  case birthTime = "birth_time"
  case sample

  static let all = allCases

  static func bind(_ file: SeenFile, on filesystem: Int64, to row: RawStatement, from first: Int32)
  {
    var index = first
    for column in all {
      switch column {
      case .filesystem: row.bind(filesystem, at: index)
      case .inode: row.bind(Int64(bitPattern: file.inode), at: index)
      case .birthTime: row.bind(file.birthTime, at: index)
      case .sample: row.bind(file.sample, at: index)
      }
      index += 1
    }
  }
}

/// What `file_state` says.
enum FileColumn: String, SeenColumn {
  case fileSize = "file_size"
  case actualSize = "actual_size"
  case modified
  case changed
  case isInUse = "is_in_use"
  case isReadable = "is_readable"
  case links
  case ownership

  static let all = allCases

  static func bind(_ file: SeenFile, of ownership: Int64, to row: RawStatement, from first: Int32) {
    var index = first
    for column in all {
      switch column {
      case .fileSize: row.bind(Int64(clamping: file.fileSize), at: index)
      case .actualSize: row.bind(Int64(clamping: file.actualSize), at: index)
      case .modified: row.bind(file.modified, at: index)
      case .changed: row.bind(file.changed, at: index)
      case .isInUse: row.bind(file.isInUse, at: index)
      case .isReadable: row.bind(file.header != nil, at: index)
      case .links: row.bind(Int64(file.linkCount), at: index)
      case .ownership: row.bind(ownership, at: index)
      }
      index += 1
    }
  }
}

/// What `image_state` says: what a header does.
enum HeaderColumn: String, SeenColumn {
  case kind
  case format
  case content
  case virtualSize = "virtual_size"
  case clusterSize = "cluster_size"
  case isEncrypted = "is_encrypted"
  case isDirty = "is_dirty"
  case isCorrupt = "is_corrupt"
  case unknownFeature = "unknown_feature"
  case fault
  case detail
  case headerDigest = "header_digest"
  case ownUUID = "own_uuid"
  case ownMark = "own_mark"
  case parentMark = "parent_mark"

  static let all = allCases

  /// Binds what a header says of a file that is an image or is none; `detail` is the number of its row of details.
  static func bind(
    _ header: SeenHeader, isImage: Bool, detail: Int64?, to row: RawStatement, from first: Int32
  ) {
    var index = first
    for column in all {
      column.bind(
        header.facts, isImage: isImage, detail: detail, digest: header.digest, to: row, at: index)
      index += 1
    }
  }

  private func bind(
    _ facts: ImageFacts, isImage: Bool, detail: Int64?, digest: Int64, to row: RawStatement,
    at index: Int32
  ) {
    switch self {
    case .kind: row.bind(isImage ? "image" : "other", at: index)
    case .format: row.bind(facts.format.rawValue, at: index)
    case .content: row.bind(facts.content, at: index)
    case .virtualSize: row.bind(facts.virtualSize.map { Int64(clamping: $0) }, at: index)
    case .clusterSize: row.bind(facts.clusterSize.map { Int64(clamping: $0) }, at: index)
    case .isEncrypted: row.bind(facts.isEncrypted, at: index)
    case .isDirty: row.bind(facts.isDirty, at: index)
    case .isCorrupt: row.bind(facts.isCorrupt, at: index)
    case .unknownFeature:
      let features = facts.unknownFeatures
      row.bind(features.isEmpty ? nil : features.joined(separator: ", "), at: index)
    case .fault: row.bind(facts.fault?.reason, at: index)
    case .detail: row.bind(detail, at: index)
    case .headerDigest: row.bind(digest, at: index)
    case .ownUUID: row.bind(facts.ownUUID, at: index)
    case .ownMark: row.bind(facts.mark(of: .own), at: index)
    case .parentMark: row.bind(facts.mark(of: .parent), at: index)
    }
  }
}

/// What `reference` says of an image's reference.
enum ReferenceColumn: String, SeenColumn {
  case role
  case stored
  case recordedFormat = "recorded_format"
  case formatInReference = "format_in_reference"

  static let all = allCases

  static func bind(_ reference: SeenReference, to row: RawStatement, from first: Int32) {
    var index = first
    for column in all {
      switch column {
      case .role: row.bind(reference.role.rawValue, at: index)
      case .stored: row.bind(blob: reference.stored, at: index)
      case .recordedFormat: row.bind(reference.recordedFormat, at: index)
      case .formatInReference: row.bind(reference.formatInReference, at: index)
      }
      index += 1
    }
  }
}
