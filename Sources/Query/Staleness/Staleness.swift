public import Model

/// What an answer rests on that the last scan did not see.
public struct Staleness: Encodable, Hashable, Sendable {
  /// What was not seen.
  public enum Part: Hashable, Sendable {
    /// A pool, or a directory in it, by the pool's name.
    case pool(String)
    /// A source of machines: a directory, or the file that names a machine.
    case source(PathBytes)
  }

  /// What was not seen.
  public var part: Part
  /// The last scan that saw it whole; `nil` where none did.
  public var lastSeen: ScanPoint?

  /// Something that was not seen since a scan.
  public init(_ part: Part, lastSeen: ScanPoint?) {
    self.part = part
    self.lastSeen = lastSeen
  }

  /// Encodes `{"pool"|"source", "scan", "time"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    switch part {
    case .pool(let name): try object.encode(name, forKey: "pool")
    case .source(let path): try object.encode(path, forKey: "source")
    }
    try object.encodeIfPresent(lastSeen?.scan, forKey: "scan")
    try object.encodeIfPresent(lastSeen?.time.text, forKey: "time")
  }
}

/// Everything that the last scan did not see: pools, parts of them, sources of machines.
public struct StaleParts: Sendable {
  /// Pools of which nothing was seen, by name.
  var pools: [String: Staleness] = [:]
  /// Directories and files in pools that were seen but for these.
  var places: [PathBytes: Staleness] = [:]
  /// Sources of machines, by the directory or file that could not be read; of no scan that asked for none.
  var sources: [PathBytes: Staleness] = [:]
  /// Images whose base stands in a pool of which nothing was seen, by number: their links are only remembered.
  var links: [Int64: Staleness] = [:]
  /// What stands for every source, where the last scan asked for none.
  var machines: Staleness?

  /// Whether everything was seen.
  public var isEmpty: Bool {
    pools.isEmpty && places.isEmpty && sources.isEmpty && machines == nil
  }

  /// All of it that concerns a pool, and the sources of machines; each once, in the order of names.
  public func all(ofPool pool: String?) -> [Staleness] {
    let found = Set(pools.values).union(places.values).filter { stale in
      pool == nil || stale.part == .pool(pool ?? "")
    }
    let machines = Set(sources.values).union([self.machines].compactMap { $0 })
    return found.sorted { $0.name < $1.name } + machines.sorted { $0.name < $1.name }
  }

  /// What an image, in a pool, rests on.
  func of(_ path: PathBytes, pool: String?) -> Staleness? {
    if let pool, let stale = pools[pool] { return stale }
    return places.isEmpty ? nil : Self.nearest(to: path, in: places)
  }

  /// What is said of a machine whose file stands at a path rests on.
  func ofMachine(at source: PathBytes) -> Staleness? {
    machines ?? (sources.isEmpty ? nil : Self.nearest(to: source, in: sources))
  }

  /// What holds for a path or the nearest directory above it.
  private static func nearest(
    to path: PathBytes, in parts: [PathBytes: Staleness]
  ) -> Staleness? {
    var place = path
    while true {
      if let stale = parts[place] { return stale }
      guard place.directory != place else { return nil }
      place = place.directory
    }
  }
}

extension Staleness {
  /// Pools before sources, in byte order.
  fileprivate var name: PathBytes {
    switch part {
    case .pool(let name): PathBytes("0" + name)
    case .source(let path): PathBytes(Array("1".utf8) + path.bytes)
    }
  }

  /// `pool 'default'`.
  public var partInWords: String {
    switch part {
    case .pool(let name): "pool '\(name)'"
    case .source(let path): "the machines of '\(path.displayText)'"
    }
  }

  /// Whether the words mean several things.
  public var isMany: Bool { if case .source = part { true } else { false } }

  /// `pool 'default', last seen whole in scan 3`.
  public var inWords: String {
    partInWords + (lastSeen.map { ", last complete in scan \($0.scan)" } ?? ", never complete")
  }
}
