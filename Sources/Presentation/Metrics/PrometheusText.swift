/// The text format of Prometheus (exposition format 0.0.4), as node_exporter's textfile collector
/// reads it.
enum PrometheusText {
  /// A text as the value of a label, between its quotes: one line, nothing in it steers a terminal.
  static func escaped(_ text: String) -> String {
    TerminalText.escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}

/// Samples of one gauge.
package struct Gauge {
  private let name: String
  private let help: String
  private var samples: [String] = []

  /// A gauge without samples; `backstory_` comes before its name.
  package init(_ name: String, _ help: String) {
    self.name = "backstory_" + name
    self.help = help
  }

  /// Adds a sample with its labels.
  package mutating func add(_ value: String, _ labels: (String, String)...) {
    let list = labels.map { "\($0)=\"\(PrometheusText.escaped($1))\"" }.joined(separator: ",")
    samples.append(name + (list.isEmpty ? "" : "{\(list)}") + " \(value)")
  }

  /// The gauge's lines; none without samples.
  package var text: String {
    if samples.isEmpty { return "" }
    return (["# HELP \(name) \(help)", "# TYPE \(name) gauge"] + samples)
      .map { $0 + "\n" }.joined()
  }
}
