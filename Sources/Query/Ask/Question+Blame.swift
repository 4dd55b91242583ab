public import Database
internal import DiskImage
internal import Foundation
internal import GRDB
public import Model
internal import Rules

extension Question {
  /// Every fact about an image with the night that set it, and what it was.
  func blame(_ id: Int64) throws -> BlameAnswer {
    var search = try BlameSearch(self, id)
    return try search.answer()
  }
}

extension InventoryView {
  /// Every fact about an image with the night that set it, and what it was.
  public func blame(_ selector: ImageSelector) throws(StoreFault) -> BlameAnswer {
    try reading { try $0.blame($0.number(of: selector)) }
  }
}

/// Goes back from a scan, for each fact over those scans alone that may have set it.
private struct BlameSearch {
  private let question: Question
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

  init(_ question: Question, _ image: Int64) throws {
    self.question = question
    self.image = image
    details = DetailCache(question.database)
    let found = try question.rows(
      StatementText.text(PackageResources.ask_fact_turns_sql), ["image": image])
    var sets: [String: Set<Int64>] = [:]
    while let row = try found.next() {
      guard let turn = row["scan"] as Int64?, turn <= question.at,
        let scan = question.times.kept(from: turn)
      else { continue }
      sets[row["topic"], default: []].insert(scan)
    }
    turns = sets.mapValues { $0.sorted(by: >) }
  }

  mutating func answer() throws -> BlameAnswer {
    guard let now = try state(in: question.at) else {
      throw StoreFault.unknownImage("#\(image)", scan: question.at)
    }
    var facts: [BlameAnswer.Fact] = []
    for key in ["filename"] + ImageFields.keys + Self.ownershipKeys {
      let fact = try fact(key, now[key] ?? nil)
      let isNothing = fact.value == nil || fact.value == .list([])
      if !isNothing || fact.before != nil { facts.append(fact) }
    }
    facts.append(try users())
    let path = try question.primaryPlace(of: image) ?? "/"
    return BlameAnswer(filename: path, imageID: image, facts: facts)
  }

  /// The facts as of a scan; `nil` where the image was not there.
  private mutating func state(in scan: Int64) throws -> [String: FactValue?]? {
    if let known = states[scan] { return known }
    let found = try question.asked(at: scan).image(image, &details, includingOther: false)
    let state = try found.map { found in
      try Dictionary(
        [("filename", .text(found.filename.displayText))] + ImageFields.values(of: found)
          + ownership(in: scan)
      ) { first, _ in first }
    }
    states[scan] = .some(state)
    return state
  }

  private static let ownershipKeys = ["link-count", "owner", "group", "mode"]

  private func ownership(in scan: Int64) throws -> [(key: String, value: FactValue?)] {
    let (links, ownership) = try question.asked(at: scan).ownership(of: image)
    return [
      ("link-count", links.map { .number(UInt64($0)) }),
      ("owner", (ownership?.user).map { .number(UInt64($0)) }),
      ("group", (ownership?.group).map { .number(UInt64($0)) }),
      ("mode", (ownership?.modeText).map { .text($0) }),
    ]
  }

  private mutating func fact(_ key: String, _ value: FactValue?) throws -> BlameAnswer.Fact {
    // An image that comes and goes is seen to do so by its places.
    let topics = (Self.topics[key] ?? ["header"]) + ["place"]
    let scans = Set(topics.flatMap { turns[$0] ?? [] }).sorted(by: >)
    var since = question.at
    for scan in scans {
      guard try state(in: scan) != nil else {
        if let difference = try difference(key, value, before: scan, since) { return difference }
        continue
      }
      since = scan
      if let difference = try difference(key, value, before: scan, since) { return difference }
    }
    return BlameAnswer.Fact(key: key, value: value, since: question.point(since))
  }

  /// The fact, where it was another one before a scan.
  private mutating func difference(
    _ key: String, _ value: FactValue?, before scan: Int64, _ since: Int64
  ) throws -> BlameAnswer.Fact? {
    guard let former = question.times.kept(before: scan), let state = try state(in: former) else {
      return nil
    }
    let old = state[key] ?? nil
    guard old != value else { return nil }
    return BlameAnswer.Fact(
      key: key, value: value, since: question.point(since), before: .some(old))
  }

  /// Who refers to the image.
  private mutating func users() throws -> BlameAnswer.Fact {
    let now = try question.users(of: image)
    for scan in turns["users"] ?? [] {
      let former = try question.times.kept(before: scan).map {
        try question.asked(at: $0).users(of: image)
      }
      guard let former, former != now else { continue }
      return BlameAnswer.Fact(
        key: "users", value: try question.names(of: now), since: question.point(scan),
        before: try question.asked(at: question.times.kept(before: scan) ?? scan)
          .names(of: former))
    }
    let first = turns["users"]?.last ?? turns["place"]?.last ?? question.at
    return BlameAnswer.Fact(
      key: "users", value: try question.names(of: now), since: question.point(first))
  }
}

extension Question {
  /// The images and machines that refer to an image, by their numbers.
  fileprivate func users(of image: Int64) throws -> [Int64] {
    try rows(
      "SELECT DISTINCT holder FROM link_at WHERE target_image = :image ORDER BY holder",
      ["image": image]
    ).map { $0[0] as Int64 }.reduceToArray()
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
