package import DiskImage
internal import Foundation
package import Model

/// The part of an image's facts that is kept as JSON, because each format has its own.
package struct ImageDetail: Codable, Hashable, Sendable {
  var formatSpecific: FactValue?
  package var snapshots: [StoredSnapshot]?
  var identifiers: [Identifier]?
  /// Every name of the parent, the best first, where there are several.
  package var parentNames: [String]?

  struct Identifier: Codable, Hashable, Sendable {
    var subject: String
    var value: String
  }

  enum CodingKeys: String, CodingKey {
    case formatSpecific = "format-specific"
    case snapshots, identifiers
    case parentNames = "parent-names"
  }

  /// The detail of an image; `nil` where the header says nothing of the kind.
  package init?(_ facts: ImageFacts) {
    guard facts.hasDetail else { return nil }
    formatSpecific = facts.formatSpecific
    snapshots = facts.snapshots.isEmpty ? nil : facts.snapshots.map(StoredSnapshot.init)
    identifiers =
      facts.identifiers.isEmpty
      ? nil
      : facts.identifiers.map { Identifier(subject: $0.subject.rawValue, value: $0.value) }
    // The formats that have several store them in UTF-16, or in URLs.
    parentNames =
      facts.parentNames.isEmpty
      ? nil : facts.parentNames.map { String(decoding: $0, as: UTF8.self) }
  }

  package init(json: String) throws {
    self = try JSONDecoder().decode(ImageDetail.self, from: Data(json.utf8))
  }

  /// What qemu-img prints under `format-specific` for an image at a path.
  package func formatSpecific(of format: String, at path: PathBytes) -> FactValue? {
    guard let format = ImageFormat(rawValue: format) else { return formatSpecific }
    var facts = ImageFacts(format: format)
    facts.formatSpecific = formatSpecific
    return facts.formatSpecific(openedAs: path.bytes)
  }

  /// The same text for the same detail, always.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

extension ImageFacts {
  /// Whether the header says anything that is kept as JSON.
  var hasDetail: Bool {
    formatSpecific != nil || !snapshots.isEmpty || !identifiers.isEmpty || !parentNames.isEmpty
  }

  /// A number for the detail that is equal for equal details; only within this process.
  var detailHash: Int {
    guard hasDetail else { return 0 }
    var hasher = Hasher()
    hasher.combine(formatSpecific)
    hasher.combine(snapshots)
    hasher.combine(identifiers)
    hasher.combine(parentNames)
    return hasher.finalize()
  }
}
