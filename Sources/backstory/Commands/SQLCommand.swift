import ArgumentParser
import Database
import Host
import Presentation
import Query
import Synchronization

/// `backstory sql QUERY`
struct SQLCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Runs an SQL query that only reads.",
    discussion: """
      backstory sql "SELECT name FROM sqlite_schema WHERE type = 'view'"
      backstory sql "SELECT * FROM scan ORDER BY id DESC LIMIT 5" --output csv
      backstory sql --timeout 30 "SELECT format, count(*) FROM current_images GROUP BY format"
      """)

  @Argument(help: "One SQL statement that only reads.")
  var query: String

  @Option(
    help: ArgumentHelp(
      "Give up after so many seconds; else a query may take as long as it takes.",
      valueName: "seconds"))
  var timeout: Double?

  @OptionGroup var asking: AskingOptions

  /// Thirty years; a number of nanoseconds has room for more.
  private static let longest = 1e9

  func validate() throws {
    guard let timeout else { return }
    guard timeout > 0, timeout <= Self.longest else {
      throw ValidationError(
        "--timeout is \(timeout), write a number of seconds above 0, 1e9 at most")
    }
  }

  func report(from view: InventoryView) -> Report {
    .rows { each in
      guard let timeout else { return try view.rows(sql: query, each: each) }
      try Self.within(seconds: timeout, of: view) { try view.rows(sql: query, each: each) }
    }
  }

  /// Runs `body`, and ends what it asks of the database after so many seconds.
  private static func within(
    seconds: Double, of view: InventoryView, _ body: () throws -> Void
  ) throws {
    let interrupt = view.interruption
    let isDone = Atomic(false)
    let isLate = Atomic(false)
    let end = Clock.monotonic() + Int64(seconds * 1e9)
    try withBackground {
      while !isDone.load(ordering: .acquiring) {
        if Clock.monotonic() >= end {
          isLate.store(true, ordering: .releasing)
          interrupt()
        }
        Clock.sleep(milliseconds: 1)
      }
    } whileRunning: {
      defer { isDone.store(true, ordering: .releasing) }
      do {
        try body()
      } catch StoreFault.interrupted where isLate.load(ordering: .acquiring) {
        throw CommandFailure(
          "the query took longer than \(seconds) s and was ended; what was printed is not all of it: "
            + "ask for less, or give more with --timeout")
      }
    }
  }
}
