import ArgumentParser
import Fleet
import Host
import Model
import Presentation

/// `backstory-fleet status`
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Says in one line how the fleet stands.",
    discussion: """
      backstory-fleet status --output json
      backstory-fleet status --host kvm17
      """)

  @OptionGroup var asking: FleetAskingOptions

  mutating func run() throws {
    try asking.output.show(try asking.connection.fleet().status(try asking.moment()))
  }
}

/// `backstory-fleet metrics`
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Shows how the fleet stands, for Prometheus.",
    discussion: """
      backstory-fleet metrics --textfile /var/lib/prometheus/node-exporter/backstory-fleet.prom
      backstory-fleet metrics --host kvm17
      """)

  @Option(
    help: ArgumentHelp(
      "Write them to a file for node_exporter's textfile collector; it is replaced at once.",
      valueName: "file"))
  var textfile: String?

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws {
    let fleet = try connection.fleet()
    let moment = FleetMoment(
      at: nil, now: Moment.now.milliseconds, maxAge: try connection.maxAge())
    let hosts = try fleet.hosts(moment).objects
    let text = Self.text(hosts, try fleet.findings(moment).answer.objects)
    guard let textfile else { return try Console.write(text: text) }
    try FileReplacement.write(
      Array(text.utf8), to: try UserPath.absolute(textfile), mode: 0o644)
  }

  private static func text(_ hosts: [FleetObject], _ findings: [FleetObject]) -> String {
    var images = Gauge("fleet_images", "Images that a host knows.")
    var silent = Gauge("fleet_host_silent", "Whether no scan of a host is younger than 'max-age'.")
    var open = Gauge(
      "fleet_findings", "Open findings by host and kind, but those that somebody acknowledged.")
    for host in hosts {
      guard case .text(let name)? = host["host"] else { continue }
      if case .number(let count)? = host["images"] { images.add("\(count)", ("host", name)) }
      silent.add(host["state"] == .text("silent") ? "1" : "0", ("host", name))
    }
    var counts: [[String]: Int] = [:]
    for finding in findings where finding["acknowledged"] == nil {
      let labels = ["host", "kind", "severity"].map { key in
        if case .text(let text)? = finding[key] { text } else { "" }
      }
      counts[labels, default: 0] += 1
    }
    for (labels, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      open.add("\(count)", ("host", labels[0]), ("kind", labels[1]), ("severity", labels[2]))
    }
    return images.text + silent.text + open.text
  }
}
