import DiskImage
import Foundation
import Model
import Query
import Testing

@testable import Presentation

@Suite struct GraphTests {
  private func text(_ graph: Graph, _ format: GraphFormat) throws -> String {
    try ByteSink.text { try format.write(graph, to: $0) }
  }

  @Test(arguments: GraphFormat.allCases)
  func `a broken chain with what stands on it`(format: GraphFormat) throws {
    try expectGolden(text(Examples.graph, format), "graph.\(format.rawValue)")
  }

  @Test(arguments: GraphFormat.allCases)
  func `images that back each other are drawn and end`(format: GraphFormat) throws {
    try expectGolden(text(Examples.loop, format), "graph-loop.\(format.rawValue)")
  }

  @Test(arguments: GraphFormat.allCases)
  func `no name steers a terminal or ends a quote`(format: GraphFormat) throws {
    let graph = try #require(Examples.hostileOverview.groups.first?.picture)
    let text = try text(graph, format)
    #expect(!text.unicodeScalars.contains { $0.steersTerminal && $0 != "\n" })
    // What each language would take for something else than text.
    let meaningful = ["dot": ["&lt"], "mermaid": ["%%{", "`", "<b"], "svg": ["<script", "<!--"]]
    for word in meaningful[format.rawValue] ?? [] {
      #expect(!text.replacing("<br/>", with: "").contains(word), "\(word)")
    }
  }

  @Test func `nothing at all is an empty graph`() throws {
    let graph = Graph(nodes: [], edges: [])
    #expect(try text(graph, .mermaid).hasPrefix("flowchart LR\n"))
    #expect(try text(graph, .svg).hasPrefix("<svg "))
  }

  @Test func `what refers stands above what it refers to, and no box on another`() {
    let graph = Examples.graph
    let layout = GraphLayout(graph)
    for edge in graph.edges {
      #expect(layout.places[edge.holder].y < layout.places[edge.target].y)
    }
    let wide = Graph(
      nodes: (0...40).map { .init(kind: .image($0), name: "/a") },
      edges: (1...40).map { .init(holder: $0, target: 0, role: .backing, state: .ok) })
    let places = GraphLayout(wide).places
    for (one, place) in places.enumerated() {
      for other in places.dropFirst(one + 1) where other.y == place.y {
        #expect(abs(other.x - place.x) >= GraphLayout.boxWidth)
      }
    }
  }

  @Test func `a chain of any length is laid out`() {
    let length = 20_000
    let graph = Graph(
      nodes: (0..<length).map { .init(kind: .image(Int64($0)), name: "/a") },
      edges: (1..<length).map { .init(holder: $0 - 1, target: $0, role: .backing, state: .ok) })
    let places = GraphLayout(graph).places
    #expect(Set(places.map(\.x)).count == 1)
    #expect(Set(places.map(\.y)).count == length)
  }
}
