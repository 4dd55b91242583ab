import ArgumentParser
import Database
import Host
import Model
import Presentation
import Query
import Repair

/// `backstory report FILE`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes an HTML page about a scan: what to do and what changed.",
    discussion: """
      backstory report /var/lib/backstory/report.html
      backstory report --at 2026-11-01 november.html
      backstory report --mode 644 /var/www/html/images.html
      backstory report - | ssh desk 'cat > report.html'

      The page is self-contained: it can be mailed, printed and opened years later. It is \
      replaced atomically; only its owner can read it unless --mode says otherwise.
      """)

  @Argument(help: "The file to write, or - for standard output.")
  var file: String

  @Option(help: ArgumentHelp("The file's permissions, in octal.", valueName: "mode"))
  var mode = FileMode.privately

  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "The answer as of a scan: its number, latest, latest~N, a date or time, yesterday, 2d.",
      valueName: "when"), completion: .custom(Completion.scans))
  var at: When?

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
    let page = try ReportPage(view)
    if file == "-" { return try Console.write { try page.write(to: $0) } }
    try page.write(to: try UserPath.absolute(file), mode: mode)
  }
}

extension ReportPage {
  /// The page of a view.
  init(_ view: InventoryView) throws {
    let overview = try view.overview()
    // What was wrong on an older night may be mended, or worse, by now.
    let plan =
      overview.isLatest
      ? RepairPlan(try view.repairEvidence(kinds: RepairPlan.kinds, images: [])) : nil
    self.init(overview, plan: plan) { each in
      try view.images(format: nil, pool: nil, includingOther: false, each: each)
    }
  }

  /// Writes the page to a file, all of it or nothing.
  func write(to path: PathBytes, mode: FileMode) throws {
    var bytes: [UInt8] = []
    try write(to: ByteSink { bytes += $0 })
    try FileReplacement.write(bytes, to: path, mode: mode.bits)
  }
}
