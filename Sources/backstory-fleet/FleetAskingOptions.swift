import ArgumentParser
import Fleet
import Host
import Model

/// As of when the fleet is asked, and where it is.
struct FleetTimeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "As it was then: a date or time, yesterday, 2d; of each host the last scan counts that had finished. With --host also its number.",
      valueName: "when"))
  var at: When?

  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try at?.fleetTime() }

  /// When it is asked, and as of when.
  func moment() throws -> FleetMoment {
    FleetMoment(
      at: try at?.fleetTime(), now: Moment.now.milliseconds, maxAge: try connection.maxAge())
  }
}

/// What every question to the fleet takes.
struct FleetAskingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask one host alone: the answer, and the options, are those of 'backstory'.",
      valueName: "name"))
  var host: String?

  @OptionGroup var time: FleetTimeOptions
  @OptionGroup var output: OutputOptions

  var connection: ConnectionOptions { time.connection }

  func validate() throws {
    if host != nil {
      throw ValidationError("--host stands behind a command that 'backstory' has as well")
    }
  }

  /// When it is asked, and as of when.
  func moment() throws -> FleetMoment { try time.moment() }
}
