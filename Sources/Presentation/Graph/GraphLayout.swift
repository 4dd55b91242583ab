import Query

/// Where the boxes of a drawn graph stand: what refers stands above what it refers to; parts that have nothing to do
/// with one another stand side by side, and in rows where there are many.
struct GraphLayout {
  /// Units of the drawing; a unit is a pixel where it is not scaled.
  static let boxWidth = 296.0
  static let boxHeight = 66.0
  static let columnGap = 24.0
  static let rowGap = 58.0
  static let margin = 26.0

  /// The left upper corner of each node's box.
  private(set) var places: [(x: Double, y: Double)]
  private(set) var width: Double
  private(set) var height: Double

  /// Between two parts, and how wide a row of them is at most, unless one is wider.
  private static let partGap = 40.0
  private static let widest = 1500.0

  init(_ graph: Graph) {
    places = Array(repeating: (x: Self.margin, y: Self.margin), count: graph.nodes.count)
    (width, height) = (0, 0)
    var corner = (x: 0.0, y: 0.0)
    var tallest = 0.0
    for members in Self.parts(of: graph) {
      let part = GraphLayout(part: graph.part(of: members))
      if corner.x > 0, corner.x + part.width > Self.widest {
        corner = (0, corner.y + tallest + Self.partGap - Self.margin)
        tallest = 0
      }
      for (member, place) in zip(members, part.places) {
        places[member] = (x: corner.x + place.x, y: corner.y + place.y)
      }
      width = max(width, corner.x + part.width)
      height = max(height, corner.y + part.height)
      tallest = max(tallest, part.height)
      corner.x += part.width + Self.partGap - 2 * Self.margin
    }
  }

  /// The nodes of each part in which every node is linked to every other, over any number of links; those that have
  /// most come first.
  private static func parts(of graph: Graph) -> [[Int]] {
    let neighbours = Neighbours(graph)
    var isTaken = Array(repeating: false, count: graph.nodes.count)
    var parts: [[Int]] = []
    for start in graph.nodes.indices where !isTaken[start] {
      isTaken[start] = true
      var part = [start]
      var next = 0
      while next < part.count {
        let node = part[next]
        next += 1
        for other in neighbours.targets[node] + neighbours.holders[node] where !isTaken[other] {
          isTaken[other] = true
          part.append(other)
        }
      }
      parts.append(part.sorted())
    }
    return parts.enumerated().sorted {
      (-$0.element.count, $0.offset) < (-$1.element.count, $1.offset)
    }.map(\.element)
  }

  private init(part graph: Graph) {
    let neighbours = Neighbours(graph)
    let rows = Self.rows(neighbours)
    let columns = Self.columns(rows, neighbours)
    let least = columns.min() ?? 0
    let step = Self.boxWidth + Self.columnGap
    places = columns.indices.map { node in
      (
        x: Self.margin + (columns[node] - least) * step,
        y: Self.margin + Double(rows.row[node]) * (Self.boxHeight + Self.rowGap)
      )
    }
    width = (places.map(\.x).max() ?? 0) + Self.boxWidth + Self.margin
    height = (places.map(\.y).max() ?? 0) + Self.boxHeight + Self.margin
  }

  /// Nodes by their rows, the topmost first.
  private struct Rows {
    var row: [Int]
    var members: [[Int]]
  }

  private struct Neighbours {
    var targets: [[Int]]
    var holders: [[Int]]

    init(_ graph: Graph) {
      targets = Array(repeating: [], count: graph.nodes.count)
      holders = targets
      for edge in graph.edges where edge.holder != edge.target {
        targets[edge.holder].append(edge.target)
        holders[edge.target].append(edge.holder)
      }
    }
  }

  /// A node stands above all that it refers to; a link that closes a cycle does not count.
  private static func rows(_ neighbours: Neighbours) -> Rows {
    let count = neighbours.targets.count
    var heights: [Int?] = Array(repeating: nil, count: count)
    var isOpen = Array(repeating: false, count: count)
    for start in 0..<count where heights[start] == nil {
      // A list of its own instead of recursion: no chain is too long for it.
      var path = [(node: start, next: 0)]
      isOpen[start] = true
      while let (node, next) = path.last {
        guard next < neighbours.targets[node].count else {
          let below = neighbours.targets[node].compactMap { isOpen[$0] ? nil : heights[$0] }
          heights[node] = (below.max() ?? -1) + 1
          isOpen[node] = false
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let target = neighbours.targets[node][next]
        guard heights[target] == nil, !isOpen[target] else { continue }
        isOpen[target] = true
        path.append((node: target, next: 0))
      }
    }
    let top = heights.compactMap { $0 }.max() ?? 0
    var rows = Rows(row: heights.map { top - ($0 ?? 0) }, members: [])
    rows.members = Array(repeating: [], count: top + 1)
    for node in 0..<count { rows.members[rows.row[node]].append(node) }
    return rows
  }

  /// How often the boxes are pulled towards their neighbours.
  private static let rounds = 6

  /// Columns, as fractions: each node as near as there is room to the middle of its neighbours.
  private static func columns(_ rows: Rows, _ neighbours: Neighbours) -> [Double] {
    var columns = Array(repeating: 0.0, count: rows.row.count)
    // What most stands on is on the left, where a narrow screen begins.
    var reach = Array(repeating: 0, count: rows.row.count)
    for members in rows.members {
      for node in members {
        let above = neighbours.holders[node].filter { rows.row[$0] < rows.row[node] }
        reach[node] = 1 + (above.map { reach[$0] }.max() ?? 0)
      }
    }
    for members in rows.members {
      let order = members.sorted { (-reach[$0], $0) < (-reach[$1], $1) }
      for (place, node) in order.enumerated() {
        columns[node] = Double(place) - Double(members.count - 1) / 2
      }
    }
    for round in 0..<rounds {
      let isDown = round % 2 == 0
      let order = isDown ? rows.members.reversed() : rows.members
      for members in order {
        settle(members, &columns, isDown ? neighbours.targets : neighbours.holders)
      }
    }
    return columns
  }

  private static func settle(_ members: [Int], _ columns: inout [Double], _ near: [[Int]]) {
    let wanted = members.map { node in
      near[node].isEmpty
        ? columns[node]
        : near[node].reduce(0) { $0 + columns[$1] } / Double(near[node].count)
    }
    let order = members.indices.sorted {
      (wanted[$0], columns[members[$0]]) < (wanted[$1], columns[members[$1]])
    }
    var last = -Double.infinity
    var excess = 0.0
    for index in order {
      let place = max(wanted[index], last + 1)
      columns[members[index]] = place
      excess += place - wanted[index]
      last = place
    }
    let shift = excess / Double(max(1, members.count))
    for node in members { columns[node] -= shift }
  }
}

extension Graph {
  /// Some of the nodes, in order, with the edges between them.
  fileprivate func part(of members: [Int]) -> Graph {
    var number: [Int: Int] = [:]
    for (place, member) in members.enumerated() { number[member] = place }
    return Graph(
      nodes: members.map { nodes[$0] },
      edges: edges.compactMap { edge in
        guard let holder = number[edge.holder], let target = number[edge.target] else { return nil }
        var edge = edge
        (edge.holder, edge.target) = (holder, target)
        return edge
      })
  }
}
