internal import Model
public import Query
internal import Rules

/// How an inventory stands, as metrics.
///
/// Labels have bounded numbers of values: kinds, formats, and at most `poolLimit` pools; what is in
/// more pools than that counts for a pool called `(others)`.
public struct Metrics {
  /// Pools that have series of their own.
  static let poolLimit = 100

  private let standing: InventorySummary
  private let version: String
  private let names: [String]

  /// The metrics of an inventory, made by a version of the program.
  public init(_ standing: InventorySummary, version: String) {
    self.standing = standing
    self.version = version
    var names: [String] = []
    for pool in standing.pools where !names.contains(pool.outcome.name) {
      if names.count < Self.poolLimit { names.append(pool.outcome.name) }
    }
    self.names = names
  }

  /// The metrics in Prometheus' text format.
  public var text: String {
    (scanGauges + poolGauges + [images(), bytes(), findings(), acknowledged()]).map(\.text).joined()
  }

  private func label(_ pool: String) -> String {
    pool.isEmpty || names.contains(pool) ? pool : "(others)"
  }

  private var scanGauges: [Gauge] {
    let scan = standing.scan
    let took = scan.finished.milliseconds.subtractingReportingOverflow(scan.started.milliseconds)
    var gauges: [Gauge] = []
    func add(_ name: String, _ help: String, _ value: String) {
      var gauge = Gauge(name, help)
      gauge.add(value)
      gauges.append(gauge)
    }
    var info = Gauge("build_info", "The version that wrote this.")
    info.add("1", ("version", version))
    gauges.append(info)
    add("last_scan_timestamp_seconds", "When the last scan finished.", Self.seconds(scan.finished))
    add("last_scan_duration_seconds", "How long it took.", Self.seconds(took.partialValue))
    add(
      "last_scan_complete", "Whether it was complete.",
      scan.state == .complete ? "1" : "0")
    if let complete = standing.lastComplete {
      add(
        "last_complete_scan_timestamp_seconds", "When the last complete scan finished.",
        Self.seconds(complete.time))
    }
    add("unreadable_files", "Files that the last scan could not read.", "\(scan.counts.unreadable)")
    add(
      "machines_with_errors", "Machines that are affected by an open error.",
      "\(standing.machinesWithErrors)")
    add("reclaimable_bytes", "Allocated bytes of all orphans.", "\(standing.reclaimableSize)")
    add("longest_chain_images", "Images in the longest chain.", "\(standing.longestChain)")
    return gauges
  }

  /// Of several directories of a pool the one that stands worst.
  private var poolGauges: [Gauge] {
    var complete = Gauge(
      "pool_last_complete_scan_timestamp_seconds",
      "When the pool's last complete scan finished; 0 if never.")
    var isComplete = Gauge("pool_complete", "Whether the pool's last scan was complete.")
    for name in names {
      let pools = standing.pools.filter { $0.outcome.name == name }
      let moments = pools.map { $0.lastComplete?.time ?? Moment(milliseconds: 0) }
      complete.add(Self.seconds(moments.min() ?? Moment(milliseconds: 0)), ("pool", name))
      isComplete.add(
        pools.allSatisfy { $0.outcome.state == .complete } ? "1" : "0", ("pool", name))
    }
    return [complete, isComplete]
  }

  private func images() -> Gauge {
    var gauge = Gauge("images", "Images by pool and format.")
    for (key, count) in sums(\.count) {
      gauge.add("\(count)", ("pool", key[0]), ("format", key[1]))
    }
    return gauge
  }

  private func bytes() -> Gauge {
    var gauge = Gauge("image_allocated_bytes", "Allocated bytes of images by pool and format.")
    for (key, count) in sums(\.actualSize) {
      gauge.add("\(count)", ("pool", key[0]), ("format", key[1]))
    }
    return gauge
  }

  private func sums(
    _ number: (InventorySummary.Images) -> Int64
  ) -> [(key: [String], value: Int64)] {
    Dictionary(standing.images.map { ([label($0.pool), $0.format], number($0)) }) {
      $0.addingReportingOverflow($1).partialValue
    }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }

  /// Every kind has its series in every pool, so that a first finding is a step from 0.
  private func findings() -> Gauge {
    var gauge = Gauge(
      "findings", "Open findings that nobody acknowledged, by pool, kind and severity.")
    let counts = Dictionary(
      standing.findings.map { ([label($0.pool), $0.kind.rawValue], $0.count) }
    ) { $0.addingReportingOverflow($1).partialValue }
    let pools = Set(names).union(standing.findings.map { label($0.pool) })
    for pool in pools.sorted() {
      for rule in Rule.all {
        gauge.add(
          "\(counts[[pool, rule.kind.rawValue]] ?? 0)", ("pool", pool),
          ("kind", rule.kind.rawValue), ("severity", rule.severity.rawValue))
      }
    }
    return gauge
  }

  /// What is open and counts for nothing else.
  private func acknowledged() -> Gauge {
    var gauge = Gauge("acknowledged_findings", "Open findings that somebody acknowledged, by pool.")
    let counts = Dictionary(standing.acknowledged.map { (label($0.pool), $0.count) }) {
      $0.addingReportingOverflow($1).partialValue
    }
    for pool in Set(names).union(counts.keys).sorted() {
      gauge.add("\(counts[pool] ?? 0)", ("pool", pool))
    }
    return gauge
  }

  private static func seconds(_ moment: Moment) -> String { seconds(moment.milliseconds) }

  /// Seconds with their thousandths.
  private static func seconds(_ milliseconds: Int64) -> String {
    let part = String(milliseconds % 1000 + 1000).dropFirst()
    return milliseconds < 0 ? "0" : "\(milliseconds / 1000).\(part)"
  }
}
