public import Model
public import Query
import Rules

/// From what on a monitor warns.
public struct MonitorLimits: Hashable, Sendable {
  /// Errors that are critical.
  public var errors: Int64
  /// Warnings that are a warning.
  public var warnings: Int64
  /// Milliseconds since a pool was seen whole that are a warning.
  public var staleWarning: Int64
  /// Milliseconds since a pool was seen whole that are critical.
  public var staleCritical: Int64

  /// Limits.
  public init(errors: Int64, warnings: Int64, staleWarning: Int64, staleCritical: Int64) {
    self.errors = errors
    self.warnings = warnings
    self.staleWarning = staleWarning
    self.staleCritical = staleCritical
  }
}

/// How an inventory stands, as Nagios and Icinga take it (Monitoring Plugins' development
/// guidelines): one line with performance data, and an exit code.
public struct MonitorLine {
  /// The states, by their exit codes.
  public enum State: Int32, Sendable {
    case ok = 0
    case warning = 1
    case critical = 2
    case unknown = 3

    var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  /// The state.
  public let state: State
  /// The line, without its end.
  public let text: String

  /// What cannot be told, and why.
  public init(unknown reason: String) {
    state = .unknown
    text = "BACKSTORY UNKNOWN - " + Self.escaped(reason)
  }

  /// A standing against limits; `pools` are those that count, by name, `nil`: all; `stale` is what the last
  /// scan did not see.
  public init(
    _ standing: InventorySummary, _ limits: MonitorLimits, pools names: Set<String>?, now: Moment,
    stale: [Staleness] = []
  ) {
    let pools = standing.pools.filter { names?.contains($0.outcome.name) ?? true }
    let findings = standing.findings.filter { $0.concern(names) }
    let count = { (severity: Severity) in
      findings.reduce(Int64(0)) { $1.kind.severity == severity ? $0 + $1.count : $0 }
    }
    let seen = pools.map { $0.lastComplete?.time.milliseconds ?? 0 }.min()
    let age = max(0, now.milliseconds - (seen ?? 0))
    let errors = count(.error)
    let warnings = count(.warning)
    let isCritical = errors >= limits.errors || age > limits.staleCritical
    let isWarning = warnings >= limits.warnings || age > limits.staleWarning
    let strangers = (names ?? []).subtracting(pools.map(\.outcome.name)).sorted()
    guard !pools.isEmpty else {
      let reason = strangers.isEmpty ? "no pool was ever scanned" : Self.never(strangers)
      state = .unknown
      text = MonitorLine(unknown: reason).text
      return
    }
    let state: State =
      isCritical ? .critical : !strangers.isEmpty ? .unknown : isWarning ? .warning : .ok
    var parts = [
      HumanWords.count(errors, "error"), HumanWords.count(warnings, "warning"),
      Self.freshness(pools, age, limits),
    ]
    let known = standing.acknowledged.reduce(Int64(0)) {
      $1.concern(names) ? $0 + $1.count : $0
    }
    if known > 0 { parts.append("\(known) acknowledged") }
    if !strangers.isEmpty { parts.append(Self.never(strangers)) }
    if let unseen = stale.first(where: { $0.concerns(names) }) {
      parts.append("not seen by the last scan: \(unseen.inWords)")
    }
    let data = [
      "errors=\(errors);;\(limits.errors - 1);0", "warnings=\(warnings);\(limits.warnings - 1);;0",
      "age=\(age / 1000)s;\(limits.staleWarning / 1000);\(limits.staleCritical / 1000);0",
      "reclaimable=\(standing.reclaimableSize)B;;;0", "longest_chain=\(standing.longestChain);;;0",
    ]
    self.state = state
    text =
      "BACKSTORY \(state.word) - " + Self.escaped(parts.joined(separator: ", ")) + " | "
      + data.joined(separator: " ")
  }

  private static func never(_ names: [String]) -> String {
    names.map { "pool '\($0)' was never scanned" }.joined(separator: ", ")
  }

  private static func freshness(
    _ pools: [PoolSummary], _ age: Int64, _ limits: MonitorLimits
  ) -> String {
    let oldest = pools.min {
      ($0.lastComplete?.time.milliseconds ?? 0) < ($1.lastComplete?.time.milliseconds ?? 0)
    }
    guard let oldest else { return "" }
    guard oldest.lastComplete != nil else {
      return "pool '\(oldest.outcome.name)' never had a complete scan"
    }
    guard age >= 60_000 else { return "last complete scan just now" }
    let ago = HumanWords.duration(milliseconds: age)
    return age > limits.staleWarning
      ? "pool '\(oldest.outcome.name)' had its last complete scan \(ago) ago"
      : "last complete scan \(ago) ago"
  }

  /// Text before the bar: one line without a bar in it, nothing in it steers a terminal.
  static func escaped(_ text: String) -> String {
    TerminalText.escaped(text).replacing("|", with: "\\x7c")
  }
}

extension Staleness {
  /// Whether it counts where these pools do.
  fileprivate func concerns(_ names: Set<String>?) -> Bool {
    guard case .pool(let name) = part else { return true }
    return names?.contains(name) ?? true
  }
}
