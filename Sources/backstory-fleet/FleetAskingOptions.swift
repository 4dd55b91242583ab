import ArgumentParser
import Fleet
import Host
import Model

/// What every question to the fleet takes.
struct FleetAskingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask one host alone: the answer, and the options, are those of 'backstory'.",
      valueName: "name"))
  var host: String?

  @Option(
    help: ArgumentHelp(
      "As it was then: a date or time, yesterday, 2d; of each host the last scan counts that had finished. With --host also its number.",
      valueName: "when"))
  var at: When?

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if host != nil {
      throw ValidationError("--host stands behind a command that 'backstory' has as well")
    }
    _ = try at?.fleetTime()
  }

  /// When it is asked, and as of when.
  func moment() throws -> FleetMoment {
    FleetMoment(
      at: try at?.fleetTime(), now: Moment.now.milliseconds, maxAge: try connection.maxAge())
  }
}
