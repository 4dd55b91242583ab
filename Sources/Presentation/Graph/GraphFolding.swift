public import Query

extension Graph {
  /// The graph with siblings folded: of many that stand on one node a few are kept, with all that stands on them, and
  /// the others are counted where they would stand. What is broken is kept before what is not.
  ///
  /// - Parameter most: how many of them are kept.
  public func folded(keeping most: Int = 3) -> Graph {
    var folding = GraphFolding(self, keeping: most)
    return folding.fold()
  }
}

/// Folds siblings of a graph.
private struct GraphFolding {
  private let graph: Graph
  private let most: Int
  private let targets: [[Int]]
  private let holders: [[Int]]
  private var isDropped: [Bool]
  private var hidden: [Int]

  /// Nodes of one sibling's part that are looked at; a larger part is not folded away.
  private static let mostVisited = 10_000

  init(_ graph: Graph, keeping most: Int) {
    self.graph = graph
    self.most = max(1, most)
    var targets: [[Int]] = Array(repeating: [], count: graph.nodes.count)
    var holders = targets
    for edge in graph.edges {
      targets[edge.holder].append(edge.target)
      holders[edge.target].append(edge.holder)
    }
    self.targets = targets
    self.holders = holders
    isDropped = Array(repeating: false, count: graph.nodes.count)
    hidden = graph.nodes.map(\.hidden)
  }

  mutating func fold() -> Graph {
    // What stands on nothing first: with one sibling all that is on it goes.
    let order = graph.nodes.indices.sorted { (targets[$0].count, $0) < (targets[$1].count, $1) }
    for node in order where !isDropped[node] && holders[node].count > most + 1 { foldOnto(node) }
    guard isDropped.contains(true) else { return graph }
    var number: [Int?] = Array(repeating: nil, count: graph.nodes.count)
    var nodes: [Graph.Node] = []
    for (index, node) in graph.nodes.enumerated() where !isDropped[index] {
      number[index] = nodes.count
      var node = node
      node.hidden = hidden[index]
      nodes.append(node)
    }
    let edges = graph.edges.compactMap { edge -> Graph.Edge? in
      guard let holder = number[edge.holder], let target = number[edge.target] else { return nil }
      var edge = edge
      (edge.holder, edge.target) = (holder, target)
      return edge
    }
    return Graph(nodes: nodes, edges: edges)
  }

  private mutating func foldOnto(_ target: Int) {
    var seen: Set<Int> = []
    let siblings = holders[target].filter { !isDropped[$0] && seen.insert($0).inserted }
    let parts = siblings.compactMap { part(above: $0, on: target) }
    guard parts.count > most + 1 else { return }
    // Those with machines on them tell more than those without; the order of names decides the rest.
    let order = parts.indices.sorted { (-parts[$0].count, $0) < (-parts[$1].count, $1) }
    let dropped = order.dropFirst(most)
    for index in dropped { for node in parts[index] { isDropped[node] = true } }
    hidden[target] += dropped.count
  }

  /// A sibling with all that stands on it; `nil` where any of that refers to something else too.
  private func part(above sibling: Int, on target: Int) -> Set<Int>? {
    var part: Set<Int> = [sibling]
    var waiting = [sibling]
    while let node = waiting.popLast() {
      guard part.count < Self.mostVisited, node != target else { return nil }
      for holder in holders[node] where part.insert(holder).inserted { waiting.append(holder) }
    }
    let isClosed = part.allSatisfy { node in
      targets[node].allSatisfy { $0 == target || part.contains($0) }
    }
    return isClosed ? part : nil
  }
}
