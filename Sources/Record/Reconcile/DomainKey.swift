internal import Model
internal import Sighting

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

  init(uuid: String?, name: String, kind: String, identity: String?) {
    self.uuid = uuid
    self.name = name
    self.kind = uuid == nil ? kind : nil
    self.identity = uuid == nil ? identity : nil
  }

  fileprivate init(_ part: SeenDomain) {
    self.init(uuid: part.uuid, name: part.name, kind: part.kind, identity: part.identity)
  }

  /// Groups what is said of the same domain, whatever name each source has for it.
  static func groups(_ parts: [SeenDomain]) -> [DomainKey: [SeenDomain]] {
    Dictionary(grouping: Identities(parts).named(parts), by: DomainKey.init)
  }
}

/// What the sources of one scan say together of who their machines are.
private struct Identities {
  /// A machine by what its keeper calls it.
  private struct Number: Hashable {
    let kind: String
    let identity: String

    init?(_ part: SeenDomain) {
      guard let identity = part.identity else { return nil }
      self.kind = part.kind
      self.identity = identity
    }
  }

  /// The machines of one kind that have a UUID; those of one list, where it has no number for them but their names.
  private struct Bearer: Hashable {
    let uuid: String
    let kind: String
    let list: PathBytes?

    init(_ part: SeenDomain, uuid: String) {
      self.uuid = uuid
      kind = part.kind
      list = part.word == .list && part.identity == part.name ? part.source : nil
    }
  }

  private var numbers: [Bearer: Set<String>] = [:]
  private var uuids: [Number: Set<String>] = [:]

  init(_ parts: [SeenDomain]) {
    for part in parts {
      guard let number = Number(part), let uuid = part.uuid else { continue }
      numbers[Bearer(part, uuid: uuid), default: []].insert(number.identity)
    }
    for part in parts {
      guard let number = Number(part), let uuid = uuid(of: part) else { continue }
      uuids[number, default: []].insert(uuid)
    }
  }

  /// The UUID of a part. One that a keeper's several machines bear, because somebody copied a configuration, says
  /// nothing of who they are.
  private func uuid(of part: SeenDomain) -> String? {
    guard let uuid = part.uuid, part.identity != nil else { return part.uuid }
    return numbers[Bearer(part, uuid: uuid)]?.count == 1 ? uuid : nil
  }

  /// The parts, each with the UUID that any source knows for the machine, and with one name for each machine.
  func named(_ parts: [SeenDomain]) -> [SeenDomain] {
    let known = parts.map { part in
      var part = part
      let known = Number(part).flatMap { uuids[$0] } ?? []
      part.uuid = uuid(of: part) ?? (known.count == 1 ? known.first : nil)
      return part
    }
    let names = Self.names(of: known)
    return known.map { part in
      guard let names = Self.key(of: part).flatMap({ names[$0] }), !names.contains(part.name),
        let name = names.min()
      else { return part }
      var renamed = part
      renamed.name = name
      return renamed
    }
  }

  /// What tells a machine from others without its name; `nil` where the name is all.
  private static func key(of part: SeenDomain) -> DomainKey? {
    var nameless = part
    nameless.name = ""
    return part.uuid == nil && part.identity == nil ? nil : DomainKey(nameless)
  }

  /// The names that hold for each machine: those of the sources that know it best. Of the files of one libvirt several
  /// may hold, because it may be renamed between them; a number has one.
  private static func names(of parts: [SeenDomain]) -> [DomainKey: Set<String>] {
    var best: [DomainKey: (rank: Int, names: Set<String>)] = [:]
    for part in parts {
      guard let key = key(of: part) else { continue }
      let known = best[key] ?? (part.rank, [])
      if known.rank < part.rank { continue }
      let names = known.rank == part.rank ? known.names : []
      best[key] = (part.rank, names.union([part.name]))
    }
    return best.mapValues { $0.rank == 0 ? $0.names : Set($0.names.min().map { [$0] } ?? []) }
  }
}

extension SeenDomain {
  /// Whose word goes first about one machine: libvirt's own, then that of others that keep machines, then lists,
  /// and a process last, which only knows itself.
  var rank: Int {
    switch word {
    case .keeper: kind == Self.libvirt ? 0 : 1
    case .list: 2
    case .process: 3
    }
  }
}
