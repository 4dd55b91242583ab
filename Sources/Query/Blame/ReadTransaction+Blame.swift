public import Database
internal import DiskImage
internal import Foundation
internal import GRDB
public import Model
internal import Rules

extension ReadTransaction {
  /// Every fact about an image with the night that set it, and what it was.
  func blame(_ id: Int64) throws -> Blame {
    var search = try BlameSearch(self, id)
    return try search.answer()
  }
}

extension InventoryView {
  /// Every fact about an image with the night that set it, and what it was.
  public func blame(_ selector: ImageSelector) throws(StoreFault) -> Blame {
    try reading { try $0.blame($0.number(of: selector)) }
  }
}

/// Goes back from a scan, for each fact over those scans alone that may have set it.
private struct BlameSearch {
  private let transaction: ReadTransaction
  private let image: Int64
  /// By topic the scans that may have set facts of it, newest first.
  private var turns: [String: [Int64]] = [:]
  private var states: [Int64: [String: FactValue?]?] = [:]
  private var details: DetailCache

  /// What each fact rests on; all others rest on the header.
  private static let topics: [String: [String]] = [
    "filename": ["place"], "pool": ["place"], "other-names": ["place"], "file-size": ["length"],
    "actual-size": ["size"], "modified": ["written"], "in-use": ["use"],
    "link-count": ["names"], "owner": ["owner"], "group": ["owner"], "mode": ["owner"],
    "full-backing-filename": ["header", "place"],
  ]

  init(_ transaction: ReadTransaction, _ image: Int64) throws {
    self.transaction = transaction
    self.image = image
    details = DetailCache(transaction.database)
    let found = try transaction.rows(
      StatementText.text(PackageResources.ask_fact_turns_sql), ["image": image])
    var sets: [String: Set<Int64>] = [:]
    while let row = try found.next() {
      guard let turn = row["scan"] as Int64?, turn <= transaction.at,
        let scan = transaction.times.kept(from: turn)
      else { continue }
      sets[row["topic"], default: []].insert(scan)
    }
    turns = sets.mapValues { $0.sorted(by: >) }
  }

  mutating func answer() throws -> Blame {
    guard let now = try state(in: transaction.at) else {
      throw StoreFault.unknownImage("#\(image)", scan: transaction.at)
    }
    var facts: [Blame.Fact] = []
    for key in ["filename"] + ImageFields.keys + Self.ownershipKeys {
      let fact = try fact(key, now[key] ?? nil)
      let isNothing = fact.value == nil || fact.value == .list([])
      if !isNothing || fact.before != nil { facts.append(fact) }
    }
    facts.append(try users())
    let path = try transaction.primaryPlace(of: image) ?? "/"
    return Blame(filename: path, imageID: image, facts: facts)
  }

  /// The facts as of a scan; `nil` where the image was not there.
  private mutating func state(in scan: Int64) throws -> [String: FactValue?]? {
    if let known = states[scan] { return known }
    let found = try transaction.asked(at: scan).image(image, &details, includingOther: false)
    let state = try found.map { found in
      try Dictionary(
        [("filename", .text(found.filename.displayText))] + ImageFields.values(of: found)
          + ownership(in: scan)
      ) { first, _ in first }
    }
    states[scan] = .some(state)
    return state
  }

  /// The facts as of a scan, with pools where they are now; `nil` where none was renamed since.
  private mutating func carried(from scan: Int64) throws -> [String: FactValue?]? {
    let renamed = try RenamedPool.all(from: transaction.asked(at: scan), to: transaction)
    guard !renamed.isEmpty,
      var found = try transaction.asked(at: scan).image(image, &details, includingOther: false)
    else { return nil }
    for pool in renamed { pool.carry(&found) }
    return try Dictionary(ImageFields.values(of: found) + ownership(in: scan)) { first, _ in first }
  }

  private static let ownershipKeys = ["link-count", "owner", "group", "mode"]

  private func ownership(in scan: Int64) throws -> [(key: String, value: FactValue?)] {
    let (links, ownership) = try transaction.asked(at: scan).ownership(of: image)
    return [
      ("link-count", links.map { .number(UInt64($0)) }),
      ("owner", (ownership?.user).map { .number(UInt64($0)) }),
      ("group", (ownership?.group).map { .number(UInt64($0)) }),
      ("mode", (ownership?.modeText).map { .text($0) }),
    ]
  }

  private mutating func fact(_ key: String, _ value: FactValue?) throws -> Blame.Fact {
    // An image that comes and goes is seen to do so by its places.
    let topics = (Self.topics[key] ?? ["header"]) + ["place"]
    let scans = Set(topics.flatMap { turns[$0] ?? [] }).sorted(by: >)
    var since = transaction.at
    for scan in scans {
      guard try state(in: scan) != nil else {
        if let difference = try difference(key, value, before: scan, since) { return difference }
        continue
      }
      since = scan
      if let difference = try difference(key, value, before: scan, since) { return difference }
    }
    return Blame.Fact(key: key, value: value, since: transaction.point(since))
  }

  /// The fact, where it was another one before a scan.
  private mutating func difference(
    _ key: String, _ value: FactValue?, before scan: Int64, _ since: Int64
  ) throws -> Blame.Fact? {
    guard let former = transaction.times.kept(before: scan), var state = try state(in: former)
    else {
      return nil
    }
    if key != "filename", let carried = try carried(from: former) { state = carried }
    let old = state[key] ?? nil
    guard old != value else { return nil }
    return Blame.Fact(
      key: key, value: value, since: transaction.point(since), before: .some(old))
  }

  /// Who refers to the image.
  private mutating func users() throws -> Blame.Fact {
    let now = try transaction.users(of: image)
    for scan in turns["users"] ?? [] {
      let former = try transaction.times.kept(before: scan).map {
        try transaction.asked(at: $0).users(of: image)
      }
      guard let former, former != now else { continue }
      return Blame.Fact(
        key: "users", value: try transaction.names(of: now), since: transaction.point(scan),
        before: try transaction.asked(at: transaction.times.kept(before: scan) ?? scan)
          .names(of: former))
    }
    let first = turns["users"]?.last ?? turns["place"]?.last ?? transaction.at
    return Blame.Fact(
      key: "users", value: try transaction.names(of: now), since: transaction.point(first))
  }
}

extension ReadTransaction {
  /// The images and machines that refer to an image, by their numbers.
  fileprivate func users(of image: Int64) throws -> [Int64] {
    try Array(
      rows(
        "SELECT DISTINCT holder FROM link_at WHERE target_image = :image ORDER BY holder",
        ["image": image]
      ).map { $0[0] as Int64 })
  }

  /// What they are called, in order.
  fileprivate func names(of holders: [Int64]) throws -> FactValue {
    .list(try holders.map { try name(of: $0) }.sorted().map { .text($0) })
  }

  /// What an image or a machine is called.
  func name(of holder: Int64) throws -> String {
    guard holder < 0 else { return try lastPlace(of: holder)?.displayText ?? "#\(holder)" }
    return try value("SELECT name FROM domain WHERE id = :domain", ["domain": holder])
      ?? "#\(holder)"
  }
}
