import ArgumentParser
import Presentation
import Query

/// `backstory trend`
struct TrendCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "trend",
    abstract: "Shows how pools, formats, machines, bases or file systems grew.",
    discussion: """
      backstory trend
      backstory trend --by machine --output csv
      backstory trend --forecast
      backstory trend --svg > growth.svg

      A forecast extrapolates when the file system of a pool will be full, by the median of the \
      slopes between every two days, with a 95 % confidence band. It needs scans on seven days \
      by a version that records free space.
      """)

  @Option(help: "What is counted.")
  var by = TrendGroup.pool

  @Flag(help: "Estimate when each will be full.")
  var forecast = false

  @Flag(help: "As a drawing, an SVG document.")
  var svg = false

  @OptionGroup var asking: AskingOptions

  mutating func run() throws {
    let view = try asking.view()
    guard svg else { return try asking.output.show(try report(from: view)) }
    let parts = try view.trend(by: by, foretelling: forecast)
    guard parts.count <= TrendPicture.mostDrawn else {
      throw CommandFailure(
        "cannot draw \(parts.count) curves legibly; count by pool or format, or use --output csv")
    }
    try Console.write { try TrendPicture(parts, by: by).write(to: $0) }
  }

  func report(from view: InventoryView) throws -> Report {
    let parts = try view.trend(by: by, foretelling: forecast)
    guard forecast else { return .trend(parts) }
    guard parts.contains(where: { $0.forecast != nil }) else {
      let hasRoom = parts.contains { $0.points.contains { $0.room != nil } }
      throw CommandFailure(
        hasRoom
          ? "less than \(Forecast.fewestNights) days have scans, too few for a forecast; ask again later"
          : "nothing is known of the room of its file systems, so it cannot be said when it is full; "
            + "ask by pool or file-system, and scan again")
    }
    return .trend(parts)
  }
}
