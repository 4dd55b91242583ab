internal import Model
internal import Query
internal import Rules

/// What is told as one: a cause, or causes of one kind of which each concerns a single image or machine.
struct CauseEntry {
  /// In the order in which they are told; never empty.
  var groups: [CauseGroup]

  /// The first of them; of several it says what all are.
  var first: CauseSummary { groups[0].cause }
  var kind: FindingKind { first.kind }
  var severity: Severity { kind.severity }
  var findings: [Finding] { groups.flatMap(\.findings) }
  var images: Set<Int64> { groups.hitImages }
  var domains: Set<String> { groups.reduce(into: []) { $0.formUnion($1.domains) } }
  var isNew: Bool { groups.allSatisfy(\.cause.isNew) }
  /// The scan that saw the newest of them first.
  var newest: Int64 { groups.map(\.cause.since.scan).max() ?? 0 }

  /// Entries in an order.
  static func entries(of groups: [CauseGroup], by order: FindingsForm.Order) -> [CauseEntry] {
    var entries: [CauseEntry] = []
    var places: [FindingKind: Int] = [:]
    var loops: [Int64: Int] = [:]
    for group in groups {
      let kind = group.cause.kind
      // A cycle is one thing, however many of its images lead round.
      if kind == .backingLoop {
        let image = group.findings[0].imageID
        if let place = image.flatMap({ loops[$0] }), entries[place].groups[0].images == group.images
        {
          entries[place].groups.append(group)
          continue
        }
        for image in group.images { loops[image] = entries.count }
      }
      guard Rule[kind]?.standsAlone == true, group.isSingle else {
        entries.append(CauseEntry(groups: [group]))
        continue
      }
      if let place = places[kind] {
        entries[place].groups.append(group)
      } else {
        places[kind] = entries.count
        entries.append(CauseEntry(groups: [group]))
      }
    }
    return entries.indices.map { CauseRank(entries[$0], by: order, at: $0) }.sorted()
      .map { entries[$0.position] }
  }

  fileprivate var hits: Int { groups.count == 1 ? groups[0].hits : images.count + domains.count }
  fileprivate var place: PathBytes? { first.target ?? groups[0].findings[0].filename }

  /// Whether it hits one image or one machine, for the verb of a sentence.
  var hitsOne: Bool { hits == 1 }
}

extension CauseGroup {
  fileprivate var hits: Int { images.count + domains.count }
}

extension Sequence<CauseGroup> {
  /// The images that any of them hits. All causes of a cycle hit the same ones, which are taken once.
  var hitImages: Set<Int64> {
    var all: Set<Int64> = []
    var last: Set<Int64>?
    for group in self where group.images != last {
      all.formUnion(group.images)
      last = group.images
    }
    return all
  }
}

/// Where an entry stands among others: the worst first, then by what was asked for. It is found once for each: whom an
/// entry of thousands of causes hits is counted by going through all of them.
private struct CauseRank: Comparable {
  let severity: Severity
  let hits: Int
  let newest: Int64
  let place: PathBytes
  /// Where the entry was before.
  let position: Int

  init(_ entry: CauseEntry, by order: FindingsForm.Order, at position: Int) {
    severity = entry.severity
    hits = order == .hits ? entry.hits : 0
    newest = order == .path ? 0 : entry.newest
    place = order == .path ? entry.place ?? "" : ""
    self.position = position
  }

  static func < (left: CauseRank, right: CauseRank) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.hits != right.hits { return left.hits > right.hits }
    if left.newest != right.newest { return left.newest > right.newest }
    if left.place != right.place { return left.place < right.place }
    return left.position < right.position
  }
}

// MARK: In words

extension CauseEntry {
  /// `37 images and 12 machines`.
  var hitsInWords: String {
    let parts = [
      images.isEmpty ? nil : HumanWords.count(Int64(images.count), "image"),
      domains.isEmpty ? nil : HumanWords.count(Int64(domains.count), "machine"),
    ].compactMap { $0 }
    return parts.isEmpty
      ? HumanWords.count(Int64(findings.count), "finding") : parts.joined(separator: " and ")
  }

  /// What is wrong, as the end of a sentence that begins with whom it hits: `lost gold.qcow2`.
  var whatInWords: String {
    let name = groups.count == 1 ? first.target.map { TerminalText.escaped($0.shortName) } : nil
    if kind.has(.isOfQuery), let query = groups[0].findings[0].particulars["query"] {
      return " \(hitsOne ? "is" : "are") found by query '\(TerminalText.escaped(query))'"
    }
    if kind == .orphan { return hitsOne ? " is unused" : " are unused" }
    if kind == .baseModified, let name,
      groups[0].findings[0].imageID.map({ !images.contains($0) }) == true
    {
      return " \(hitsOne ? "depends" : "depend") on \(name), which has changed"
    }
    guard kind.has(.targetIsGone), let name else {
      let title =
        kind.title.prefix(2).allSatisfy(\.isUppercase)
        ? kind.title : kind.title.prefix(1).lowercased() + kind.title.dropFirst()
      return ": " + title + (name.map { ": \($0)" } ?? "")
    }
    let isSeen = groups[0].findings.contains { $0.lastGood != nil }
    if isSeen, first.why?.kind != .neverSeen { return " lost \(name)" }
    return " \(hitsOne ? "needs" : "need") \(name), which is missing"
  }

  /// `cause 3, new`; of several findings that did not all come last night `cause 3, 4 new`.
  func numberInWords(now: ScanPoint?) -> String {
    let number =
      groups.count == 1
      ? first.number > 0 ? "cause \(first.number)" : ""
      : "\(HumanWords.number(Int64(groups.count))) causes"
    let fresh = findings.count { $0.since.scan == now?.scan }
    let word = isNew ? "new" : fresh > 0 ? "\(HumanWords.number(Int64(fresh))) new" : ""
    return [number, word].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The same behind the kind, by which 'explain', 'check' and 'ack' are told of it.
  func kindInWords(now: ScanPoint?) -> String {
    let number = numberInWords(now: now)
    return number.isEmpty ? kind.rawValue : "\(kind.rawValue), \(number)"
  }

  /// The command that lists what the entry has.
  var listing: String {
    if groups.count == 1, !(Rule[kind]?.isToldInOneLine ?? false), first.number > 0 {
      return "backstory check --cause \(first.number) --all"
    }
    return kind == .orphan ? "backstory orphans" : "backstory check --kind \(kind.rawValue)"
  }

  /// The command that prints how to mend it.
  var repair: String? {
    guard let repair = first.repair else { return nil }
    return groups.count == 1
      ? repair.joined(separator: " ") : "backstory repair --kind \(kind.rawValue)"
  }
}

extension PathBytes {
  /// The file's name; of a URI, which has no directory here, all of it.
  var shortName: PathBytes { bytes.first == UInt8(ascii: "/") ? PathBytes(name) : self }
}
