internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// A graph while links are put into it.
struct GraphSketch {
  /// What makes a node the one that it is.
  enum Key: Hashable {
    case image(Int64)
    case domain(Int64)
    case place(PathBytes)
  }

  private let transaction: ReadTransaction
  private var nodes: [Key: Graph.Node] = [:]
  private var edges: Set<Sketched> = []
  private let loops: Set<Int64>

  private struct Sketched: Hashable {
    let holder: Key
    let target: Key
    var role: ReferenceRole
    var state: LinkState
    var format: String?
    var isLoop: Bool
  }

  init(_ transaction: ReadTransaction) throws {
    self.transaction = transaction
    loops = try Set(
      transaction.rows(
        """
        SELECT holder FROM finding_at AS finding
        WHERE kind = 'backing-loop'
        """
      ).map { $0[0] as Int64 })
  }

  /// The number of nodes so far.
  var count: Int { nodes.count }

  func contains(_ key: Key) -> Bool { nodes[key] != nil }

  /// Adds an image that is not there yet.
  mutating func add(_ image: Image) {
    guard let id = image.imageID, nodes[.image(id)] == nil else { return }
    var node = Graph.Node(kind: .image(id), name: image.filename)
    node.format = image.format
    node.virtualSize = image.virtualSize
    node.actualSize = image.actualSize
    nodes[.image(id)] = node
  }

  /// Adds an image by its number; `false` where it stands nowhere.
  @discardableResult
  mutating func add(image id: Int64) throws -> Bool {
    if nodes[.image(id)] != nil { return true }
    guard let image = try transaction.image(id) else { return false }
    add(image)
    return true
  }

  /// Adds a link with both its ends.
  mutating func add(_ link: GraphLink) throws {
    if link.holder > 0 {
      guard try add(image: link.holder) else { return }
    } else {
      nodes[link.holderKey] = Graph.Node(
        kind: .domain, name: PathBytes((link.domain ?? "").utf8))
    }
    let place = nodes[.image(link.holder)]?.name.directory ?? "/"
    let target = try self.target(of: link, in: place)
    edges.insert(
      Sketched(
        holder: link.holderKey, target: target, role: link.role, state: link.state,
        format: link.format,
        isLoop: loops.contains(link.holder) && link.target.map(loops.contains) == true))
  }

  private mutating func target(of link: GraphLink, in directory: PathBytes) throws -> Key {
    if let image = link.target, try add(image: image) { return .image(image) }
    let place = link.place(in: directory)
    if nodes[.place(place)] == nil {
      nodes[.place(place)] = Graph.Node(kind: .place(link.state), name: place)
    }
    return .place(place)
  }

  /// Says how many refer to a node and are left out.
  mutating func hide(_ count: Int, from key: Key) { nodes[key]?.hidden += count }

  /// The graph in its order.
  var answer: Graph {
    let ordered = nodes.sorted { left, right in
      (left.value.kind.rank, left.value.name, left.value.kind.number)
        < (right.value.kind.rank, right.value.name, right.value.kind.number)
    }
    var index: [Key: Int] = [:]
    for (number, (key, _)) in ordered.enumerated() { index[key] = number }
    let lines = edges.compactMap { edge -> Graph.Edge? in
      guard let holder = index[edge.holder], let target = index[edge.target] else { return nil }
      var line = Graph.Edge(
        holder: holder, target: target, role: edge.role, state: edge.state)
      line.format = edge.format
      line.isLoop = edge.isLoop
      return line
    }
    return Graph(
      nodes: ordered.map(\.value),
      edges: lines.sorted {
        ($0.holder, $0.target, $0.role.rawValue, $0.format ?? "")
          < ($1.holder, $1.target, $1.role.rawValue, $1.format ?? "")
      })
  }
}

extension Graph.Node.Kind {
  /// Images before domains before places.
  fileprivate var rank: Int {
    switch self {
    case .image: 0
    case .domain: 1
    case .place: 2
    }
  }

  fileprivate var number: Int64 {
    switch self {
    case .image(let id): id
    case .domain, .place: 0
    }
  }
}

/// One link as the database has it.
struct GraphLink {
  let holder: Int64
  let target: Int64?
  let state: LinkState
  let role: ReferenceRole
  let format: String?
  let domain: String?
  private let stored: [UInt8]
  private let holderFormat: ImageFormat
  private let named: PathBytes?

  /// - Returns: `nil` for what a domain's XML spells out below a disk: the headers say that too.
  init?(_ row: Row) throws {
    guard let role = ReferenceRole(rawValue: row["role"]),
      let state = LinkState(rawValue: row["state"])
    else { return nil }
    let use = try (row["detail"] as String?).map(DomainUse.init(json:))
    if let use, use.level > 0 { return nil }
    self.role = role
    self.state = state
    holder = row["holder"]
    target = row["target_image"]
    format = row["recorded_format"]
    domain = row["domain"]
    stored = Array(row["stored"] as Data)
    holderFormat = ImageFormat(rawValue: row["holder_format"] ?? "") ?? .raw
    named = (row["path"] as Data?).flatMap { directory in
      (row["name"] as Data?).map { PathBytes(directory: directory, name: $0) }
    }
  }

  var holderKey: GraphSketch.Key { holder > 0 ? .image(holder) : .domain(holder) }

  /// Where the reference leads: a path, a URI, or the stored string where it means nothing.
  func place(in directory: PathBytes) -> PathBytes {
    if let named { return named }
    let meaning = Reference(
      role: role, storedBytes: stored, heldBy: holderFormat, in: directory, format: nil)
    return meaning.target.path.map { PathBytes($0) }
      ?? meaning.target.uri.map { PathBytes($0.utf8) } ?? meaning.stored
  }
}
