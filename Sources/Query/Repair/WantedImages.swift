internal import Database
internal import Model
internal import DiskImage
internal import Foundation
internal import GRDB

/// What may be meant by many broken links, looked for in one walk over all places.
///
/// Links and candidates may be many of both, and each link keeps the most telling few: what links have in
/// common, a name above all, is listed once and not for each of them.
struct WantedImages {
  /// What is known of the target of a link, by which it is looked for.
  private struct Marks: Hashable {
    var name: [UInt8]?
    var sample: Int64?
    /// Whether the former target itself held something else in the end.
    var isSpoilt = false
    var identities: [String] = []
  }

  private struct Wanted {
    let position: Int
    let holder: Int64
    let marks: Marks?
    /// Images that a domain's XML spells out under the holder.
    let spelled: [RepairCandidate]
  }

  private var links: [Wanted] = []

  mutating func add(
    _ link: FaultyLink, at position: Int, spelled: [RepairCandidate], isSearched: Bool,
    _ transaction: ReadTransaction
  ) throws {
    var marks: Marks?
    if isSearched {
      var found = Marks()
      found.sample = try link.former.flatMap {
        try $0.sampleMadeOn ?? transaction.sample(of: $0.image)
      }
      found.isSpoilt = link.former?.isSpoilt ?? false
      // Of one that stands elsewhere and was written to, only what it held before is looked for.
      if link.former?.places.isEmpty ?? true {
        let identities = try transaction.parentMark(of: link.holder) ?? ""
        found.name =
          link.target.path.map { Array(PathBytes($0).name) } ?? Self.lastName(in: link.stored)
        found.identities = identities.split(separator: " ").map(String.init)
      }
      marks = found
    }
    links.append(
      Wanted(position: position, holder: link.holder, marks: marks, spelled: spelled))
  }

  /// What a name ends in that means nothing here: after the last slash of either kind.
  private static func lastName(in stored: [UInt8]) -> [UInt8]? {
    let name = stored.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }.last
    return name.flatMap { $0.isEmpty ? nil : Array($0) }
  }

  /// The candidates of each link, by its position: the most telling, and how many there are in all.
  func found(
    _ transaction: ReadTransaction
  ) throws -> [(Int, (best: [RepairCandidate], count: Int))] {
    var lists = CandidateLists(transaction)
    try lists.collect(
      names: Set(links.compactMap(\.marks?.name)), samples: Set(links.compactMap(\.marks?.sample)),
      spoilt: Set(links.compactMap { $0.marks?.isSpoilt == true ? $0.marks?.sample : nil }),
      identities: Set(links.flatMap { $0.marks?.identities ?? [] }))
    var known: [Marks: CandidateLists.Match] = [:]
    return try links.map { link in
      var match = CandidateLists.Match()
      if let marks = link.marks {
        match = try known[marks] ?? lists.match(marks.name, marks.sample, marks.identities)
        known[marks] = match
      }
      return (link.position, try lists.candidates(match, for: link.holder, link.spelled))
    }
  }
}

/// Images by what they may be known by, each list in the order of the images' places.
private struct CandidateLists {
  /// A list, and the reason that being in it is.
  struct List {
    let reason: String
    let isNamed: Bool
    var images: [Int64] = []
    var members: Set<Int64> = []

    mutating func add(_ image: Int64) {
      if members.insert(image).inserted { images.append(image) }
    }
  }

  /// What stands in the lists of one link: the most telling, one more than are told because the holder
  /// itself may be among them, and how many in all.
  struct Match {
    var lists: [List] = []
    var best: [RepairCandidate] = []
    var count = 0
  }

  private let transaction: ReadTransaction
  private var byName: [[UInt8]: List] = [:]
  private var bySample: [Int64: List] = [:]
  private var byIdentity: [String: List] = [:]
  private var places: [Int64: PathBytes] = [:]

  init(_ transaction: ReadTransaction) { self.transaction = transaction }

  mutating func collect(
    names: Set<[UInt8]>, samples: Set<Int64>, spoilt: Set<Int64>, identities: Set<String>
  ) throws {
    if names.isEmpty, samples.isEmpty, identities.isEmpty { return }
    for name in names {
      byName[name] = List(reason: "it has the missing name", isNamed: true)
    }
    for sample in samples {
      bySample[sample] = List(
        reason: spoilt.contains(sample)
          ? "a sample of its content equals that of what the image was made on"
          : "a sample of its content equals that of the former target", isNamed: false)
    }
    for identity in identities {
      byIdentity[identity] = List(
        reason: "it has the parent identity that the image records", isNamed: true)
    }
    try look(
      samples.isEmpty ? "NULL" : "(SELECT sample FROM image WHERE image.id = place.image)",
      identities.isEmpty
        ? "NULL"
        : "(SELECT own_mark FROM image_state_at AS state WHERE state.image = place.image)")
    for name in names { byName[name] = try ordered(byName[name]) }
    for sample in samples { bySample[sample] = try ordered(bySample[sample]) }
    for identity in identities { byIdentity[identity] = try ordered(byIdentity[identity]) }
  }

  /// Goes through all places, and asks of their images only what somebody looks for.
  private mutating func look(_ sample: String, _ identity: String) throws {
    try transaction.take()
    let database = transaction.database
    let walk = try RawStatement(
      database,
      sql: "SELECT image, name, \(sample) AS sample, \(identity) AS mark FROM place_at AS place")
    var bytes: [UInt8] = []
    while try walk.next(database) {
      let image = walk.integer(at: 0)
      bytes.removeAll(keepingCapacity: true)
      walk.appendBlob(at: 1, to: &bytes)
      byName[bytes]?.add(image)
      if !walk.isNull(at: 2) { bySample[walk.integer(at: 2)]?.add(image) }
      if !walk.isNull(at: 3) {
        bytes.removeAll(keepingCapacity: true)
        walk.appendBlob(at: 3, to: &bytes)
        byIdentity[String(decoding: bytes, as: UTF8.self)]?.add(image)
      }
    }
  }

  private mutating func ordered(_ list: List?) throws -> List? {
    guard var list else { return nil }
    for image in list.images { _ = try place(of: image) }
    list.images.sort { (places[$0] ?? "", $0) < (places[$1] ?? "", $1) }
    return list
  }

  private mutating func place(of image: Int64) throws -> PathBytes {
    if let known = places[image] { return known }
    let place = try transaction.primaryPlace(of: image) ?? ""
    places[image] = place
    return place
  }

  /// What stands in the lists of a name, a sample and identities.
  mutating func match(
    _ name: [UInt8]?, _ sample: Int64?, _ identities: [String]
  ) throws -> Match {
    var match = Match()
    match.lists =
      [sample.flatMap { bySample[$0] }].compactMap { $0 }
      + identities.compactMap { byIdentity[$0] }
      + [name.flatMap { byName[$0] }].compactMap { $0 }
    let bySize = match.lists.sorted { $0.images.count < $1.images.count }
    guard let largest = bySize.last else { return match }
    // Who stands in the largest alone has one reason, and none before it in the order has fewer.
    var images = Set(bySize.dropLast().flatMap(\.images))
    match.count = largest.images.count + images.count { !largest.members.contains($0) }
    images.formUnion(largest.images.prefix(RepairCandidate.limit + 1))
    match.best = try sorted(images.map { candidate($0, in: match.lists) })
    match.best = Array(match.best.prefix(RepairCandidate.limit + 1))
    return match
  }

  private func candidate(_ image: Int64, in lists: [List]) -> RepairCandidate {
    let telling = lists.filter { $0.members.contains(image) }
    return RepairCandidate(
      image: image, reasons: telling.map(\.reason), isNamed: telling.contains(where: \.isNamed))
  }

  /// The candidates of one link: those of its lists, and those that the XML of a domain spells out.
  mutating func candidates(
    _ match: Match, for holder: Int64, _ spelled: [RepairCandidate]
  ) throws -> (best: [RepairCandidate], count: Int) {
    var merged: [Int64: RepairCandidate] = [:]
    for named in spelled where named.image != holder {
      merged[named.image, default: RepairCandidate(image: named.image, reasons: [], isNamed: true)]
        .reasons += named.reasons
    }
    let isListed = { (image: Int64) in match.lists.contains { $0.members.contains(image) } }
    let count =
      match.count - (isListed(holder) ? 1 : 0) + merged.keys.count { !isListed($0) }
    for image in merged.keys { merged[image]?.reasons += candidate(image, in: match.lists).reasons }
    let others = match.best.filter { $0.image != holder && merged[$0.image] == nil }
    let best = try merged.isEmpty ? others : sorted(others + merged.values)
    return (Array(best.prefix(RepairCandidate.limit)), count)
  }

  /// The most telling first, then in the order of the places.
  private mutating func sorted(_ candidates: [RepairCandidate]) throws -> [RepairCandidate] {
    for candidate in candidates { _ = try place(of: candidate.image) }
    return candidates.sorted {
      ($1.reasons.count, places[$0.image] ?? "", $0.image)
        < ($0.reasons.count, places[$1.image] ?? "", $1.image)
    }
  }
}
