import ArgumentParser
import Database
import Model
import Presentation
import Query

/// `backstory graph [IMAGE]`
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws chains and dependents as a graph.",
    discussion: """
      backstory graph /var/lib/libvirt/images/base.qcow2 --format svg > base.svg
      backstory graph | dot -Tsvg > everything.svg
      backstory graph '#12' --format mermaid

      If one image has more than four overlays, three are drawn and the others counted; --all \
      draws each.

      With an image: its chain and everything that depends on it. Without one: every image that \
      has a reference or is the target of one. Broken links are dashed and labelled with the \
      reason.
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(help: "Graphviz, Mermaid, or a picture.")
  var format = GraphFormat.dot

  @Flag(name: .customLong("all"), help: "Draw every image, however many overlays one base has.")
  var drawsAll = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "The answer as of a scan: its number, latest, latest~N, a date or time, yesterday, 2d.",
      valueName: "when"), completion: .custom(Completion.scans))
  var at: When?

  func validate() throws { _ = try image.map(escaped.selector) }

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
    let whole = try view.graph(try image.map { try escaped.selector($0, in: view) })
    let graph = drawsAll ? whole : whole.folded()
    if let refusal = format.refusal(of: graph) { throw CommandFailure(refusal) }
    try Console.write { try format.write(graph, to: $0) }
  }
}
