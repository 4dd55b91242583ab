internal import DiskImage
internal import Model
internal import Sighting

/// Everything that the files of one scan say of one domain, put together.
struct MergedDomain {
  /// The file that speaks for the domain: the live one first, then the definition.
  var source: PathBytes
  var isRunning: Bool
  /// Whose file that is.
  let kind: String
  /// Whether a status file of libvirt's says what the domain uses while it runs.
  let isLive: Bool
  /// What several files say alike is there once, with all of them as its documents.
  var references: [SeenDomain.Reference] = []

  private var positions: [ReferenceIdentity: Int] = [:]

  init(_ parts: [SeenDomain]) {
    let ranked = parts.sorted { left, right in
      (Self.rank(left.document), left.rank, left.source)
        < (Self.rank(right.document), right.rank, right.source)
    }
    source = ranked.first?.source ?? "/"
    kind = ranked.first?.kind ?? SeenDomain.libvirt
    isLive = parts.contains { $0.document == .live }
    isRunning = parts.contains(where: \.isRunning)
    for part in ranked {
      var occurrences: [ReferenceIdentity: Int] = [:]
      for reference in part.references {
        var identity = ReferenceIdentity(reference)
        identity.occurrence = occurrences[identity, default: 0]
        occurrences[ReferenceIdentity(reference), default: 0] += 1
        take(reference, identity)
      }
    }
    let expected = parts.reduce(into: [String: [DomainUse.Expectation]]()) { all, part in
      all.merge(part.expectations) { $0 + $1 }
    }
    if !expected.isEmpty { expect(expected) }
  }

  /// Notes with the disks themselves what their images have to have inside.
  private mutating func expect(_ expected: [String: [DomainUse.Expectation]]) {
    for index in references.indices {
      let reference = references[index]
      guard reference.role == .disk, reference.use.level == 0, reference.use.part == "source",
        let found = reference.use.target.flatMap({ expected[$0] })
      else { continue }
      references[index].use.expects = Set(found).sorted()
    }
  }

  private mutating func take(
    _ reference: SeenDomain.Reference, _ identity: ReferenceIdentity
  ) {
    guard let position = positions[identity] else {
      positions[identity] = references.count
      references.append(reference)
      return
    }
    var use = references[position].use
    let documents = Set(use.documents + reference.use.documents)
    use.documents = DomainUse.Document.allCases.filter(documents.contains)
    use.sources = Set(use.sources + reference.use.sources).sorted()
    use.isContinued = use.isContinued || reference.use.isContinued
    references[position].use = use
  }

  private static func rank(_ document: DomainUse.Document) -> Int {
    switch document {
    case .live: 0
    case .definition: 1
    case .saved: 2
    case .snapshot: 3
    case .process: 4
    }
  }
}

/// What makes two references of a domain the same: the place in the machine and where it points.
struct ReferenceIdentity: Hashable {
  var role: ReferenceRole
  var part: String
  var target: String?
  var level: Int
  var stored: [UInt8]
  var format: String?
  /// Of references that are alike in one document, which.
  var occurrence = 0

  init(_ reference: SeenDomain.Reference) {
    role = reference.role
    part = reference.use.part
    target = reference.use.target
    level = reference.use.level
    stored = reference.stored
    format = reference.format
  }
}

extension SeenDomain.Reference {
  /// What the database keeps as the stored string: the path, the URI, or `POOL/VOLUME`.
  var stored: [UInt8] {
    if target.type == .volume {
      return Array("\(target.options["pool"] ?? "")/\(target.name ?? "")".utf8)
    }
    if let path = target.path { return path }
    return Array((target.uri ?? target.name ?? target.invalid ?? "").utf8)
  }
}
