import ArgumentParser
import DiskImage
import Fleet
import Model
import Presentation
import Query

/// `backstory-fleet graph IMAGE`
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws what an image stands on, and what stands on it at every host.",
    discussion: """
      backstory-fleet graph /srv/images/base.qcow2 --format svg > base.svg
      backstory-fleet graph 'shared#11857' | dot -Tsvg > base.svg
      backstory-fleet graph --host kvm17

      If one image has more than four overlays, three are drawn and the others counted; --all draws each.
      """)

  @Argument(help: "A path, or shared# and a number (quoted for the shell).")
  var image: String

  @Option(help: "Graphviz, Mermaid, or a picture.")
  var format = GraphFormat.dot

  @Flag(name: .customLong("all"), help: "Draw every image, however many overlays one base has.")
  var drawsAll = false

  @OptionGroup var time: FleetTimeOptions

  mutating func run() throws {
    let name = image.hasPrefix("shared#") ? image : try UserPath.absolute(image).displayText
    let (images, links) = try time.connection.fleet().graph(try time.moment(), around: name)
    let whole = Graph(images, links)
    let graph = drawsAll ? whole : whole.folded()
    if let refusal = format.refusal(of: graph) { throw CommandFailure(refusal) }
    try Console.write { try format.write(graph, to: $0) }
  }
}

extension Graph {
  /// Images by their hosts, in the words of the fleet.
  fileprivate init(_ images: [FleetImage], _ links: [FleetLink]) {
    var nodes = images.map { image in
      var node = Node(kind: .image(image.key.number), name: image.nameInWords)
      node.format = image.format
      node.virtualSize = image.virtualSize.flatMap { UInt64(exactly: $0) }
      node.actualSize = image.actualSize.flatMap { UInt64(exactly: $0) }
      return node
    }
    var indices: [FleetLink.End: Int] = [:]
    for (index, image) in images.enumerated() { indices[.image(image.key)] = index }
    func index(of end: FleetLink.End, _ state: LinkState) -> Int {
      if let known = indices[end] { return known }
      nodes.append(Node(end, state))
      indices[end] = nodes.count - 1
      return nodes.count - 1
    }
    let edges = links.map { link in
      let state = LinkState(rawValue: link.state) ?? .unknown
      var edge = Edge(
        holder: index(of: link.holder, state), target: index(of: link.target, state),
        role: ReferenceRole(rawValue: link.role) ?? .backing, state: state)
      edge.format = link.format
      return edge
    }
    self.init(nodes: nodes, edges: edges)
  }
}

extension Graph.Node {
  fileprivate init(_ end: FleetLink.End, _ state: LinkState) {
    switch end {
    case .image(let key): self.init(kind: .image(key.number), name: PathBytes([]))
    case .domain(let host, let name):
      self.init(kind: .domain, name: PathBytes("\(name) on \(host)".utf8))
    case .place(let host, let path): self.init(kind: .place(state), name: path.prefixed(host))
    }
  }
}

extension FleetImage {
  /// The path behind the host's name: `kvm17:/srv/top.qcow2`, `kvm17, kvm18:/mnt/base.qcow2`.
  fileprivate var nameInWords: PathBytes { filename.prefixed(hosts) }
}

extension FleetImage.Key {
  fileprivate var number: Int64 {
    switch self {
    case .shared(let number): number
    case .own(_, let number): number
    }
  }
}

extension PathBytes {
  fileprivate func prefixed(_ host: String) -> PathBytes {
    PathBytes(Array("\(host):".utf8) + bytes)
  }
}
