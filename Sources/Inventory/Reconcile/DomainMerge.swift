internal import DiskImage
internal import Model

/// A domain by what tells it from others: its UUID where it is known, whoever says so, else what its keeper
/// calls it among machines of the kind; and the name. A domain that was renamed is another one, so that
/// what was said of it on an earlier night stays true.
struct DomainKey: Hashable {
  let uuid: String?
  let name: String
  /// `nil` where the UUID says who it is.
  let kind: String?
  /// `nil` where the UUID or the name says it.
  let identity: String?

  init(_ part: SeenDomain) {
    uuid = part.uuid
    name = part.name
    kind = part.uuid == nil ? part.kind : nil
    identity = part.uuid == nil ? part.identity : nil
  }

  /// Groups what is said of the same domain. Of a UUID that several kinds of keeper know, libvirt's name holds,
  /// else that of the first kind that has one.
  static func groups(_ parts: [SeenDomain]) -> [DomainKey: [SeenDomain]] {
    var names: [String: (rank: Int, names: Set<String>)] = [:]
    for part in parts {
      guard let uuid = part.uuid else { continue }
      let rank = MergedDomain.rank(ofKind: part.kind)
      let known = names[uuid] ?? (rank, [])
      if known.rank < rank { continue }
      names[uuid] = (rank, known.rank == rank ? known.names.union([part.name]) : [part.name])
    }
    return Dictionary(
      grouping: parts.map { part in
        guard let uuid = part.uuid, let known = names[uuid]?.names, !known.contains(part.name),
          let name = known.min()
        else { return part }
        var renamed = part
        renamed.name = name
        return renamed
      }, by: DomainKey.init)
  }
}

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
      (Self.rank(left.document), Self.rank(ofKind: left.kind), left.source)
        < (Self.rank(right.document), Self.rank(ofKind: right.kind), right.source)
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

  /// Whose word goes first about one machine: libvirt's own, then that of others that keep machines, then lists,
  /// and a process last, which only knows itself.
  static func rank(ofKind kind: String) -> Int {
    switch kind {
    case SeenDomain.libvirt: 0
    case "list": 2
    case "qemu": 3
    default: 1
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
