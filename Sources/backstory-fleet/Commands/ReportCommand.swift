import ArgumentParser
import Fleet
import Host
import Model
import Presentation
import Rules

/// `backstory-fleet report FILE`
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes an HTML page about all hosts: what is wrong, hosts, storages, what could go.",
    discussion: """
      backstory-fleet report /var/www/html/fleet.html --mode 644
      backstory-fleet report --at 2026-11-01 november.html
      backstory-fleet report --host kvm17 kvm17.html

      The page is self-contained: it can be mailed, printed and opened years later. It is \
      replaced atomically; only its owner can read it unless --mode says otherwise.
      """)

  @Argument(help: "The file to write, or - for standard output.")
  var file: String

  @Option(help: ArgumentHelp("The file's permissions, in octal.", valueName: "mode"))
  var mode = FileMode.privately

  @OptionGroup var time: FleetTimeOptions

  mutating func run() throws {
    let page = try Self.page(try time.connection.fleet(), try time.moment())
    if file == "-" { return try Console.write { try page.write(to: $0) } }
    var bytes: [UInt8] = []
    try page.write(to: ByteSink { bytes += $0 })
    try FileReplacement.write(bytes, to: try UserPath.absolute(file), mode: mode.bits)
  }

  private static func page(_ fleet: Fleet, _ moment: FleetMoment) throws -> FleetPage {
    FleetPage(
      time: Moment(milliseconds: moment.reference),
      hosts: try fleet.hosts(moment).objects.map { host in
        FleetPage.Host(
          name: host.text("host") ?? "", state: host.text("state") ?? "",
          time: host.text("scan.time"), images: host.number("images"),
          agent: host.text("agent"))
      },
      findings: try fleet.findings(moment).answer.objects.filter { $0["acknowledged"] == nil }
        .map { finding in
          FleetPage.Finding(
            host: finding.text("host") ?? "", kind: finding.text("kind") ?? "",
            severity: finding.text("severity").flatMap { Severity(rawValue: $0) } ?? .warning,
            subject: finding.text("filename") ?? finding.text("storage"),
            shared: finding.number("shared-id"), machine: finding.text("domain"),
            target: finding.text("reference.target"), message: finding.text("message") ?? "")
        },
      storages: try fleet.storages().objects.filter { $0["shared"] == .flag(true) }.map { storage in
        FleetPage.Storage(
          identity: storage.text("identity") ?? "", viewers: storage.texts("viewers"),
          isClosed: storage["closed"] == .flag(true), files: storage.number("files") ?? 0)
      },
      orphans: try fleet.orphans(moment, all: false).objects.map { orphan in
        FleetPage.Orphan(
          host: orphan.text("host") ?? "", filename: orphan.text("filename") ?? "",
          size: orphan.number("reclaimable-size") ?? 0,
          evidence: orphan.texts("evidence").joined(separator: "; "))
      },
      explain: { kind in
        if let own = Fleet.explanation(of: kind) { return (own.title, own.explanation) }
        return Rule[FindingKind(rawValue: kind)].map { ($0.title, $0.explanation) }
      })
  }
}

extension FleetObject {
  fileprivate func text(_ key: String) -> String? {
    switch self[key] {
    case .text(let text)?: text
    case .path(let path)?: TerminalText.escaped(path)
    default: nil
    }
  }

  fileprivate func number(_ key: String) -> Int64? {
    if case .number(let number)? = self[key] { number } else { nil }
  }

  fileprivate func texts(_ key: String) -> [String] {
    guard case .list(let values)? = self[key] else { return [] }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
