internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model

/// What happened to machines, night by night.
struct MachineEvents {
  private let transaction: ReadTransaction
  /// By scan that can be asked for the machines of which it may have seen something new.
  private var turns: [Int64: Set<Int64>] = [:]
  private let names: [Int64: String]

  /// Of all machines, or of some.
  init(_ transaction: ReadTransaction, of domains: Set<Int64>?) throws {
    self.transaction = transaction
    names = Dictionary(
      try Array(
        transaction.rows("SELECT id, name FROM domain").map { ($0[0] as Int64, $0[1] as String) }
      )
    ) { first, _ in first }
    let found = try transaction.rows(
      """
      SELECT domain, from_scan, until_scan FROM domain_state
      UNION SELECT holder, from_scan, until_scan FROM reference WHERE holder < 0
      """)
    while let row = try found.next() {
      let domain: Int64 = row[0]
      guard domains?.contains(domain) ?? true else { continue }
      for turn in [row[1] as Int64?, row[2] as Int64?].compactMap({ $0 })
      where turn <= transaction.at {
        guard let scan = transaction.times.kept(from: turn) else { continue }
        turns[scan, default: []].insert(domain)
      }
    }
  }

  /// What happened between a scan and the one before that can be asked for, in the order of the names.
  func events(in scan: Int64) throws -> [Event] {
    try (turns[scan] ?? []).sorted { (names[$0] ?? "", $0) < (names[$1] ?? "", $1) }
      .compactMap { try event(of: $0, in: scan) }.flatMap { $0 }
  }

  private func event(of domain: Int64, in scan: Int64) throws -> [Event] {
    let former = transaction.times.kept(before: scan)
    let before = try former.flatMap { try transaction.asked(at: $0).machine(domain) }
    let after = try transaction.asked(at: scan).machine(domain)
    var kinds: [Event.Kind] = []
    var fields: [ImageChange.Field] = []
    switch (before, after) {
    case (nil, nil): return []
    case (nil, _?): kinds = [former == nil ? .asOf : .machineAppeared]
    case (_?, nil): kinds = [.machineVanished]
    case (let before?, let after?):
      fields = MachineNow.differences(from: before, to: after)
      if !fields.isEmpty { kinds.append(.machineChanged) }
      if before.isRunning != after.isRunning {
        kinds.append(after.isRunning ? .started : .stopped)
      }
    }
    if former == nil, try transaction.asked(at: scan).isNew(domain) { kinds = [.machineAppeared] }
    return kinds.map { kind in
      var event = Event(
        point: transaction.point(scan), kind: kind, subject: .domain(names[domain] ?? ""),
        fields: kind == .machineChanged ? fields : [])
      if let former, former < scan - 1 { event.comparedWith = transaction.point(former) }
      return event
    }
  }
}

/// A machine as of one scan.
private struct MachineNow {
  let isRunning: Bool
  /// What it uses, by the disk's name in the guest, or by the role of what is no disk.
  let uses: [String: [FactValue]]

  static func differences(from before: Self, to after: Self) -> [ImageChange.Field] {
    Set(before.uses.keys).union(after.uses.keys).sorted().compactMap { key in
      let (old, new) = (before.uses[key], after.uses[key])
      guard old != new else { return nil }
      return ImageChange.Field(key: key, from: old.map(Self.value), to: new.map(Self.value))
    }
  }

  private static func value(_ values: [FactValue]) -> FactValue {
    values.count == 1 ? values[0] : .list(values)
  }
}

extension ReadTransaction {
  /// A machine as of this scan; `nil` where it is not known.
  fileprivate func machine(_ domain: Int64) throws -> MachineNow? {
    let isRunning: Bool? = try value(
      "SELECT is_running FROM domain_state_at WHERE domain = :domain", ["domain": domain])
    guard let isRunning else { return nil }
    // What a running process says of a disk is no change of the machine: only what the disk is.
    let found = try rows(
      """
      SELECT DISTINCT coalesce(json_extract(detail, '$.target'), role) AS key, stored
      FROM reference_at
      WHERE holder = :domain AND coalesce(json_extract(detail, '$.level'), 0) = 0
      ORDER BY ordinal
      """, ["domain": domain])
    var uses: [String: [FactValue]] = [:]
    while let row = try found.next() {
      let stored = PathBytes(ReferenceTarget.redacting(Array(row["stored"] as Data)))
      uses[row["key"], default: []].append(.text(stored.displayText))
    }
    return MachineNow(isRunning: isRunning, uses: uses)
  }

  /// Whether no scan before this one knew a machine.
  fileprivate func isNew(_ domain: Int64) throws -> Bool {
    try value(
      """
      SELECT NOT EXISTS (
        SELECT 1 FROM domain_state WHERE domain = :domain AND from_scan < (SELECT scan FROM asof))
        AND EXISTS (SELECT 1 FROM domain_state_at WHERE domain = :domain)
      """, ["domain": domain]) ?? false
  }
}

/// A machine and all that it uses, or used up to a scan, over any number of links.
struct MachineSurroundings {
  let name: String
  let domains: Set<Int64>
  let images: Set<Int64>

  /// A machine by its name or UUID.
  init(_ word: String, _ transaction: ReadTransaction) throws {
    let found = try Array(
      transaction.rows(
        """
        SELECT DISTINCT domain.id, domain.name FROM domain
        JOIN domain_state ON domain_state.domain = domain.id
          AND domain_state.from_scan <= (SELECT scan FROM asof)
        WHERE domain.name = :word OR domain.uuid = :word
        """, ["word": word]
      ).map { (id: $0[0] as Int64, name: $0[1] as String) })
    guard let first = found.first else {
      throw StoreFault.unknownDomain(word, scan: transaction.at)
    }
    name = first.name
    domains = Set(found.map(\.id))
    images = try transaction.imagesUsed(by: domains)
  }
}

extension ReadTransaction {
  /// Images that machines reach, or reached, over any number of links.
  fileprivate func imagesUsed(by domains: Set<Int64>) throws -> Set<Int64> {
    var images: Set<Int64> = []
    var waiting = Array(domains)
    while let holder = waiting.popLast() {
      let targets = try Array(
        rows(
          """
          SELECT DISTINCT target_image FROM link
          WHERE holder = :holder AND target_image IS NOT NULL
            AND from_scan <= (SELECT scan FROM asof)
          """, ["holder": holder]
        ).map { $0[0] as Int64 })
      for image in targets where images.insert(image).inserted { waiting.append(image) }
    }
    return images
  }
}
