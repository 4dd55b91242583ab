import ArgumentParser
import Bundle
import Configuration
import Host
import Model
import Workflow

/// `backstory export`
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes what scans changed as a bundle, for a centre that knows many hosts.",
    discussion: """
      backstory export | ssh fleet@centre
      backstory export --full --to /media/stick/kvm17.bundle
      backstory export --since 0c5e7a1b92d34f6688a1f0e2d3c4b5a6 --to night.bundle
      backstory export --acknowledged 0c5e7a1b92d34f6688a1f0e2d3c4b5a6

      A bundle stands on the last scan that was acknowledged, by 'backstory send' or --acknowledged; where there is \
      none, it has everything. Standard error says its last scan's token. Secrets in references are \
      replaced by ***; no header and no content of an image is in it.

      It is packed by zstd where that is installed, else by gzip, and made in $TMPDIR, else in /var/tmp.
      """)

  @Option(
    help: ArgumentHelp(
      "What scans changed after the one with this token; the centre says which it has.",
      valueName: "token"))
  var since: String?

  @Flag(help: "Everything that the database remembers.")
  var full = false

  @Option(
    help: ArgumentHelp(
      "Where to write it; -, and nothing, is standard output.", valueName: "file"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Write no bundle, and note that the centre has everything up to the scan with this token.",
      valueName: "token"))
  var acknowledged: String?

  @Flag(
    help:
      "Begin anew at the centre: for a database that was put back from a copy, and has other scans than were sent."
  )
  var newGeneration = false

  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    for token in [since, acknowledged].compactMap(\.self) where ScanToken(hexadecimal: token) == nil
    {
      throw ValidationError("'\(token)' is no token; those are 32 hexadecimal digits")
    }
    if since != nil, full || newGeneration {
      throw ValidationError("--since goes with neither --full nor --new-generation")
    }
    if acknowledged != nil, since != nil || full || to != nil || newGeneration {
      throw ValidationError("--acknowledged stands alone: it writes no bundle")
    }
  }

  mutating func run() throws {
    Account.keepNewFilesPrivate()
    let destination = try database.configuration.settings().text(.fleetDestination) ?? ""
    if let token = acknowledged.flatMap({ ScanToken(hexadecimal: $0) }) {
      return try note(token, of: destination)
    }
    let place = to == "-" ? nil : try to.map { try UserPath.absolute($0) }
    guard place != nil || !Terminal.output.isInteractive else {
      throw CommandFailure(
        "a bundle is nothing for a terminal; write it with --to FILE, or into a pipe")
    }
    let file = try database.existingFile(to: newGeneration ? .act : .ask)
    if newGeneration {
      try SentScans(of: file, waits: true, stop: try StopSignal()).beginGeneration()
    }
    let shipment = try BundleShipment(start(destination), of: file)
    if let place { try shipment.write(to: place) } else { try shipment.writeToOutput() }
    Console.log(.info, shipment.inWords)
  }

  private func start(_ destination: String) -> BundleStart {
    if full || newGeneration { return .full }
    return since.flatMap { ScanToken(hexadecimal: $0) }.map { .after($0) }
      ?? .unsent(destination: destination)
  }

  private func note(_ token: ScanToken, of destination: String) throws {
    let file = try database.existingFile(to: .act)
    let scan = try SentScans(of: file, waits: true, stop: try StopSignal())
      .note(token, to: destination, now: .now)
    let centre = destination.isEmpty ? "the centre" : "'\(destination)'"
    Console.log(.info, "\(centre) has everything up to scan \(scan)")
  }
}
