internal import Model
public import Query

/// The languages in which a graph is written.
public enum GraphFormat: String, CaseIterable, Sendable {
  /// Graphviz's.
  case dot
  /// Mermaid's flowchart.
  case mermaid
  /// A drawing.
  case svg

  /// Nodes that a drawing may have and still be read.
  public static let mostDrawn = 400

  /// Why a graph is not written in this language, and what to do; `nil` where it is.
  public func refusal(of graph: Graph) -> String? {
    guard self == .svg, graph.nodes.count > Self.mostDrawn else { return nil }
    return
      "cannot draw \(graph.nodes.count) images and domains legibly; name an image, or use --format dot and Graphviz's sfdp"
  }

  /// Writes a graph.
  /// - Throws: what the sink throws.
  public func write(_ graph: Graph, to sink: ByteSink) throws {
    switch self {
    case .dot: try DotGraph(graph).write(to: sink)
    case .mermaid: try MermaidGraph(graph).write(to: sink)
    case .svg:
      try GraphPicture(graph).drawDocument(to: sink)
    }
    try sink.flush()
  }
}

/// Text in the double quotes of Graphviz's language.
public enum DotText {
  /// A text for a label or a name: quotes and backslashes escaped, and `&`, which would begin an HTML
  /// entity in a label; control and bidirectional characters are shown.
  ///
  /// Source: Graphviz, "DOT Language" (ID) and "escString".
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.escaped(text).unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "&": result += "&amp;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// Text in the double quotes of a Mermaid flowchart.
public enum MermaidText {
  /// A text for a label. Everything but letters, digits, spaces and the commonest marks of paths is
  /// written as `#NUMBER;`: quotes end a label, `#` begins an entity, `%%{` a directive wherever it
  /// stands, and a backtick Markdown.
  ///
  /// Source: Mermaid, "Flowcharts: special characters that break syntax, entity codes".
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.escaped(text).unicodeScalars {
      if scalar.properties.isAlphabetic || plain.contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "#\(scalar.value);"
      }
    }
    return result
  }

  private static let plain = Set("0123456789 ./-_,:".unicodeScalars)
}

/// A graph in Graphviz's language, what refers to the left of what it refers to: siblings below one another fit a page.
private struct DotGraph {
  let graph: Graph

  init(_ graph: Graph) { self.graph = graph }

  func write(to sink: ByteSink) throws {
    sink.append("digraph backstory {\n")
    sink.append("  rankdir=LR;\n")
    sink.append("  node [shape=box, style=rounded, fontname=\"monospace\"];\n")
    sink.append("  edge [fontname=\"monospace\", fontsize=10];\n")
    for (number, node) in graph.nodes.enumerated() {
      let lines = [node.title, node.place, node.facts, node.hiddenInWords].compactMap { $0 }
        .map(DotText.escaped)
      sink.append(
        "  n\(number) [label=\"\(lines.joined(separator: "\\n"))\", "
          + "tooltip=\"\(DotText.escaped(node.inWords))\"\(look(of: node))];\n")
      try sink.settle()
    }
    for edge in graph.edges {
      let look = edge.isBroken ? ", style=dashed, color=\"#b3261e\", fontcolor=\"#b3261e\"" : ""
      sink.append(
        "  n\(edge.holder) -> n\(edge.target) [label=\"\(DotText.escaped(edge.inWords))\"\(look)];\n"
      )
      try sink.settle()
    }
    sink.append("}\n")
  }

  private func look(of node: Graph.Node) -> String {
    switch node.kind {
    case .image: ""
    case .domain: ", shape=component"
    case .place(let state):
      state.isBroken
        ? ", style=dashed, color=\"#b3261e\", fontcolor=\"#b3261e\"" : ", style=dotted"
    }
  }
}

/// A graph as a Mermaid flowchart.
private struct MermaidGraph {
  let graph: Graph

  init(_ graph: Graph) { self.graph = graph }

  func write(to sink: ByteSink) throws {
    sink.append("flowchart LR\n")
    sink.append("  classDef gone stroke:#b3261e,stroke-dasharray:6 4\n")
    for (number, node) in graph.nodes.enumerated() {
      let lines = [node.title, node.place, node.facts, node.hiddenInWords].compactMap { $0 }
        .map(MermaidText.escaped)
      let label = "\"\(lines.joined(separator: "<br/>"))\""
      switch node.kind {
      case .image: sink.append("  n\(number)[\(label)]\n")
      case .domain: sink.append("  n\(number)([\(label)])\n")
      case .place(let state):
        sink.append("  n\(number)[\(label)]\(state.isBroken ? ":::gone" : "")\n")
      }
      try sink.settle()
    }
    for edge in graph.edges {
      let arrow = edge.isBroken ? "-.->" : "-->"
      sink.append(
        "  n\(edge.holder) \(arrow)|\"\(MermaidText.escaped(edge.inWords))\"| n\(edge.target)\n")
      try sink.settle()
    }
  }
}

extension Graph.Node {
  /// How many stand on it that are not drawn: `and 497 more on it`.
  var hiddenInWords: String? {
    hidden > 0 ? "and \(HumanWords.number(Int64(hidden))) more on it" : nil
  }
}

extension LinkState {
  /// Whether what stands at a place is not to be had.
  var isBroken: Bool {
    switch self {
    case .missing, .unreadable, .invalid: true
    case .ok, .outsidePools, .remote, .unknown: false
    }
  }
}

extension GraphPicture {
  /// Writes the picture as a document of its own.
  func drawDocument(to sink: ByteSink) throws {
    try draw(in: Markup(sink: sink), name: "graph", title: "What refers to what", isDocument: true)
    {
      sink.append("<style>\(String(decoding: PackageResources.picture_css, as: UTF8.self))</style>")
    }
    sink.append("\n")
  }
}
