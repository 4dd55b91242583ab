import ArgumentParser
import Database
import Host
import Model
import Presentation
import Query

/// `backstory metrics`
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Prints metrics for Prometheus.",
    discussion: """
      backstory metrics
      backstory metrics --textfile /var/lib/prometheus/node-exporter/backstory.prom
      """)

  @Option(
    help: ArgumentHelp(
      "Write to this file, for node_exporter's textfile collector; it is replaced atomically.",
      valueName: "file"))
  var textfile: String?

  @OptionGroup var database: DatabaseOptions

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: .latest(back: 0))
    if let textfile { return try Self.write(view, to: try UserPath.absolute(textfile)) }
    try Console.write(text: try Self.text(view))
  }

  /// Puts the metrics of a view in the place of a file that everybody may read.
  static func write(_ view: InventoryView, to file: PathBytes) throws {
    try FileReplacement.write(Array(try text(view).utf8), to: file, mode: 0o644)
  }

  private static func text(_ view: InventoryView) throws -> String {
    Metrics(try view.standing(), version: BackstoryCommand.version).text
  }
}
