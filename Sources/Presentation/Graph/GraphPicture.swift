import Query

/// A graph drawn as SVG: boxes and arrows, each with its words; a broken link is dashed and crossed.
struct GraphPicture {
  let graph: Graph
  private let layout: GraphLayout

  init(_ graph: Graph) {
    self.graph = graph
    layout = GraphLayout(graph)
  }

  /// Characters of a title that fit a box, in its font of 13 units.
  private static let titleLength = 36
  /// Characters of the smaller lines.
  private static let smallLength = 46

  /// Draws into markup; the identifiers of title and description begin with `name`.
  func draw(
    in markup: Markup, name: String, title: String, isDocument: Bool = false,
    style: (() throws -> Void)? = nil
  ) throws {
    let (width, height) = (layout.width, layout.height)
    try markup.element(
      "svg",
      [
        "xmlns": isDocument ? "http://www.w3.org/2000/svg" : nil, "class": "picture",
        "viewBox": "0 0 \(width.short) \(height.short)", "width": width.short,
        "height": height.short, "role": "img", "aria-labelledby": "\(name)-title \(name)-words",
      ]
    ) {
      try markup.element("title", ["id": "\(name)-title"], text: title)
      try markup.element("desc", ["id": "\(name)-words"], text: words)
      try style?()
      if isDocument {
        try markup.element("rect", ["class": "paper", "width": "100%", "height": "100%"]) {}
      }
      for edge in graph.edges { try draw(edge, in: markup) }
      for index in graph.nodes.indices { try draw(node: index, in: markup) }
    }
  }

  /// Every link in a sentence, for those who do not see the picture.
  private var words: String {
    graph.edges.map { edge in
      let (holder, target) = (graph.nodes[edge.holder], graph.nodes[edge.target])
      return "\(holder.title) \u{2192} \(target.title) (\(edge.inWords))."
    }.joined(separator: " ")
  }

  private func draw(node index: Int, in markup: Markup) throws {
    let node = graph.nodes[index]
    let (x, y) = layout.places[index]
    try markup.element("g", ["class": "node \(node.cssClass)"]) {
      try markup.element("title", text: node.inWords)
      try markup.element(
        "rect",
        [
          "x": x.short, "y": y.short, "width": GraphLayout.boxWidth.short,
          "height": GraphLayout.boxHeight.short, "rx": "6",
        ]
      ) {}
      let lines = [(node.place, "small"), (node.facts, "small")]
      try text(node.title, "name", Self.titleLength, x, y + 22, markup)
      var below = y + 22
      for case (let line?, let style) in lines {
        below += 17
        try text(line, style, Self.smallLength, x, below, markup)
      }
      if node.hidden > 0 { try hidden(node, x, y, markup) }
    }
  }

  /// Says above a box how many stand on it that are not drawn.
  private func hidden(_ node: Graph.Node, _ x: Double, _ y: Double, _ markup: Markup) throws {
    let words = "and \(HumanWords.number(Int64(node.hidden))) more on it"
    try markup.element(
      "text",
      ["class": "small end", "x": (x + GraphLayout.boxWidth - 4).short, "y": (y - 5).short],
      text: words)
  }

  private func text(
    _ text: String, _ style: String, _ length: Int, _ x: Double, _ y: Double, _ markup: Markup
  ) throws {
    try markup.element(
      "text", ["class": style, "x": (x + 12).short, "y": y.short],
      text: text.cutInTheMiddle(to: length, mark: "…"))
  }

  private func draw(_ edge: Graph.Edge, in markup: Markup) throws {
    let half = GraphLayout.boxWidth / 2
    let (from, to) = (layout.places[edge.holder], layout.places[edge.target])
    let start = (x: from.x + half, y: from.y + GraphLayout.boxHeight)
    let end = (x: to.x + half, y: to.y - 7)
    guard end.y > start.y else { return try drawUpwards(edge, from: from, to: to, markup) }
    let middle = (x: (start.x + end.x) / 2, y: (start.y + end.y) / 2)
    let path =
      "M\(start.x.short) \(start.y.short)C\(start.x.short) \(middle.y.short) "
      + "\(end.x.short) \(middle.y.short) \(end.x.short) \(end.y.short)"
    try line(of: edge, path, cross: middle, markup) {
      let head = "M\((end.x - 4.5).short) \(end.y.short)h9l-4.5 7z"
      try markup.element("path", ["class": "head", "d": head]) {}
      // Beside the end that stands straight, on the side to which the line does not bend.
      let isLeft = end.x > start.x
      try markup.element(
        "text",
        [
          "class": isLeft ? "small end" : "small", "x": (start.x + (isLeft ? -9 : 9)).short,
          "y": (start.y + 17).short,
        ], text: edge.inWords.cutInTheMiddle(to: 40, mark: "…"))
    }
  }

  /// A link upwards closes a cycle: it goes round the side.
  private func drawUpwards(
    _ edge: Graph.Edge, from: (x: Double, y: Double), to: (x: Double, y: Double),
    _ markup: Markup
  ) throws {
    let half = GraphLayout.boxHeight / 2
    let side = max(from.x, to.x) + GraphLayout.boxWidth
    let bend = side + GraphLayout.margin
    let path =
      "M\((from.x + GraphLayout.boxWidth).short) \((from.y + half).short)"
      + "C\(bend.short) \((from.y + half).short) \(bend.short) \((to.y + half).short) "
      + "\((to.x + GraphLayout.boxWidth + 7).short) \((to.y + half).short)"
    let crossing = (x: side + GraphLayout.margin * 0.75, y: (from.y + to.y) / 2 + half)
    try line(of: edge, path, cross: crossing, markup) {
      let end = (x: to.x + GraphLayout.boxWidth + 7, y: to.y + half)
      let head = "M\(end.x.short) \((end.y - 4.5).short)v9l-7 -4.5z"
      try markup.element("path", ["class": "head", "d": head]) {}
    }
  }

  /// The line of a link, crossed where it is broken, and what `more` adds to it.
  private func line(
    of edge: Graph.Edge, _ path: String, cross: (x: Double, y: Double), _ markup: Markup,
    _ more: () throws -> Void
  ) throws {
    try markup.element("g", ["class": edge.isBroken ? "edge broken" : "edge"]) {
      try markup.element("title", text: edge.inWords)
      try markup.element("path", ["class": "line", "d": path]) {}
      if edge.isBroken {
        let mark = "M\((cross.x - 5).short) \((cross.y - 5).short)l10 10m0 -10l-10 10"
        try markup.element("path", ["class": "cross", "d": mark]) {}
      }
      try more()
    }
  }
}

extension Graph.Node {
  /// The class of the node's box in the style sheet.
  fileprivate var cssClass: String {
    switch kind {
    case .image: "image"
    case .domain: "domain"
    case .place(let state): state.isBroken ? "gone" : "elsewhere"
    }
  }
}

extension Double {
  /// A coordinate with at most one decimal, without a closing zero.
  var short: String {
    let tenths = (self * 10).rounded()
    guard let whole = Int(exactly: tenths) else { return "0" }
    let fraction = whole.magnitude % 10
    let sign = whole < 0 ? "-" : ""
    return sign + "\(whole.magnitude / 10)" + (fraction == 0 ? "" : ".\(fraction)")
  }
}
