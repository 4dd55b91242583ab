internal import Model
import Query
import Rules

extension ReportPage {
  /// Lives that are drawn; the rest is in the log.
  private static let mostLives = 8

  /// The nights as columns: which were seen, how much was wrong, how much was used, and what lived how long.
  func history(_ markup: Markup) throws {
    guard overview.nights.count > 1 else { return }
    let lives = lives
    try markup.section(
      "history", "The last \(HumanWords.number(Int64(overview.nights.count))) scans"
    ) {
      try markup.element(
        "div", ["class": "history", "role": "group", "aria-label": "Nights, oldest first"]
      ) {
        try row(markup, name: "Nights", figure: { try strip(markup) }, said: seenInWords)
        try line(
          markup, "Images and machines with an error of their own", "curve e",
          overview.nights.map { $0.errors })
        try line(
          markup, "Images and machines with a warning of their own", "curve w",
          overview.nights.map { $0.warnings })
        try sizes(markup)
        for life in lives.prefix(Self.mostLives) { try row(of: life, markup) }
        try days(markup)
      }
      if lives.count > Self.mostLives {
        try markup.element("p", ["class": "rest"]) {
          markup.text("and \(lives.count - Self.mostLives) more: ")
          try markup.element("code", text: "backstory log --event finding-opened")
        }
      }
      try key(markup, hasLives: !lives.isEmpty)
      try table(markup)
    }
  }

  private func row(
    _ markup: Markup, name: String, link: String? = nil, figure: () throws -> Void, said: String
  ) throws {
    try markup.element("div", ["class": "row"]) {
      try markup.element("div") {
        if let link {
          try markup.element("a", ["href": link], text: name)
        } else {
          markup.text(name)
        }
      }
      try figure()
      try markup.element("div", text: said)
    }
    markup.line()
  }

  private func strip(_ markup: Markup) throws {
    try markup.element("ol", ["class": "nights"]) {
      for night in overview.nights {
        let words = night.inWords
        try markup.element("li", ["class": night.night.state.rawValue, "title": words]) {
          try markup.element("span", ["class": "hidden"], text: words)
        }
      }
    }
  }

  private var seenInWords: String {
    let whole = overview.nights.count { $0.night.state == .complete }
    let missed = overview.nights.count { $0.night.state == .missed }
    let part = overview.nights.count - whole - missed
    return [
      "\(HumanWords.number(Int64(whole))) whole",
      part > 0 ? "\(HumanWords.number(Int64(part))) in part" : nil,
      missed > 0 ? "\(HumanWords.number(Int64(missed))) missed" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
  }

  private func line(
    _ markup: Markup, _ name: String, _ style: String, _ counts: [Int64?]
  ) throws {
    let known = counts.compactMap { $0 }
    guard let most = known.max(), most > 0 else { return }
    try row(
      markup, name: name,
      figure: {
        try StepLine(counts.map { $0.map { Double($0) } }, from: 0).draw(in: markup, style: style)
      },
      said: "\(HumanWords.number(counts.last.flatMap { $0 } ?? 0)), most \(HumanWords.number(most))"
    )
  }

  private func sizes(_ markup: Markup) throws {
    let sizes = overview.nights.map(\.actualSize)
    let known = sizes.compactMap { $0 }
    guard let least = known.min(), let most = known.max(), least < most, let last = known.last
    else { return }
    try row(
      markup, name: "On disk, from its lowest",
      figure: {
        try StepLine(sizes.map { $0.map { Double($0) } }, from: Double(least))
          .draw(in: markup, style: "curve")
      }, said: "\(HumanWords.size(last)), lowest \(HumanWords.size(least))")
  }

  private func row(of life: Life, _ markup: Markup) throws {
    try row(
      markup, name: life.name, link: life.card,
      figure: { try LifeLine(life, overview.nights).draw(in: markup) },
      said: life.said(overview.point))
  }

  private func days(_ markup: Markup) throws {
    guard let first = overview.nights.first, let last = overview.nights.last else { return }
    try markup.element("div", ["class": "row days"]) {
      try markup.element("div") {}
      try markup.element("p") {
        try markup.element("span", text: HumanWords.day(first.night.time))
        try markup.element("span", text: HumanWords.day(last.night.time))
      }
      try markup.element("div") {}
    }
  }

  private func key(_ markup: Markup, hasLives: Bool) throws {
    try markup.element("p", ["class": "key"]) {
      let states: [(Night.State, String)] = [
        (.complete, "complete"), (.partial, "partial"), (.missed, "no scan"),
      ]
      for (state, words) in states
      where overview.nights.contains(where: { $0.night.state == state }) {
        try markup.element("span") {
          try markup.element("i", ["class": state.rawValue]) {}
          markup.text(words)
        }
      }
      guard hasLives else { return }
      try markup.element("span") {
        try markup.element("i", ["class": "open"]) {}
        markup.text("wrong, open")
      }
      try markup.element("span") {
        try markup.element("i", ["class": "was"]) {}
        markup.text("was wrong, closed")
      }
    }
  }

  /// The same in words and numbers.
  private func table(_ markup: Markup) throws {
    try markup.element("details") {
      try markup.element("summary", text: "Scan by scan")
      try markup.element("table") {
        try markup.element("caption", ["class": "hidden"], text: "Scan by scan")
        try markup.headRow(
          ["Night", "Scan", "Seen", "With an error", "With a warning", "On disk"],
          numbers: [1, 3, 4, 5])
        try markup.element("tbody") {
          for night in overview.nights.reversed() {
            try markup.element("tr") {
              try markup.element("th", ["scope": "row"], text: HumanWords.day(night.night.time))
              try markup.numberCell(night.night.scan.map { "\($0)" } ?? "")
              try markup.element("td", text: night.seenInWords)
              try markup.numberCell(night.errors.map { HumanWords.number($0) } ?? "")
              try markup.numberCell(night.warnings.map { HumanWords.number($0) } ?? "")
              try markup.numberCell(night.actualSize.map(HumanWords.size) ?? "")
            }
          }
        }
      }
    }
  }
}

extension OverviewNight {
  fileprivate var seenInWords: String {
    switch night.state {
    case .complete: "whole"
    case .partial: night.reasons.isEmpty ? "in part" : night.reasons.joined(separator: "; ")
    case .missed: "no scan"
    }
  }

  /// `28 Sep, scan 27: whole; 49 images in error, 16 with a warning`.
  fileprivate var inWords: String {
    let scan = night.scan.map { ", scan \($0)" } ?? ""
    let counts =
      errors.map { "; with an error of their own \($0), with a warning \(warnings ?? 0)" }
      ?? ""
    return HumanWords.day(night.time) + scan + ": " + seenInWords + counts
  }
}

/// A line that steps from night to night; a night of which nothing is known is a gap.
struct StepLine {
  private let values: [Double?]
  private let low: Double

  /// Values from a lowest one on.
  init(_ values: [Double?], from low: Double) {
    self.values = values
    self.low = low
  }

  /// Units of a night.
  static let step = 10.0
  private static let height = 26.0

  func draw(in markup: Markup, style: String) throws {
    let width = Double(values.count) * Self.step
    try markup.element(
      "svg",
      [
        "viewBox": "0 0 \(width.short) \(Self.height.short)", "preserveAspectRatio": "none",
        "aria-hidden": "true",
      ]
    ) {
      try markup.element("path", ["class": "base", "d": "M0 25H\(width.short)"]) {}
      try markup.element("path", ["class": style, "d": path]) {}
    }
  }

  private var path: String {
    let high = max(low + 1, values.compactMap { $0 }.max() ?? 1)
    var path = ""
    var isDrawing = false
    for (night, value) in values.enumerated() {
      guard let value else {
        isDrawing = false
        continue
      }
      let y = 24 - (value - low) / (high - low) * 22
      let x = Double(night) * Self.step
      path += (isDrawing ? "V\(y.short)" : "M\(x.short) \(y.short)") + "H\((x + Self.step).short)"
      isDrawing = true
    }
    return path
  }
}

/// Something that was wrong, from when to when.
struct Life {
  /// Whom it hits, or what it is about.
  let name: String
  let severity: Severity
  /// The place of its card; `nil` where it has none.
  var card: String?
  /// Where it stands among what is wrong now; `nil` for what is over.
  let rank: Int?
  /// Images that it hit.
  let images: Int
  /// The scans that saw it first, and no more; in order.
  let spans: [(since: ScanPoint, closed: ScanPoint?)]
  /// The scan that saw the newest of what is open, where it is not the one that saw the first.
  var newest: ScanPoint?

  var isOpen: Bool { spans.last?.closed == nil }

  /// `37 images, new`, `back 25 Sep`.
  func said(_ now: ScanPoint) -> String {
    let count = HumanWords.count(Int64(images), "image")
    guard let last = spans.last else { return count }
    if let closed = last.closed { return "\(count), over \(HumanWords.day(closed.time))" }
    return last.since.scan == now.scan
      ? "\(count), new" : "\(count), since \(HumanWords.day(last.since.time))" + newestInWords
  }

  private var newestInWords: String {
    newest.map { ", newest \(HumanWords.day($0.time))" } ?? ""
  }

  /// `gone 6 Sep, back 23 Sep, gone 28 Sep`, the words by what it is about.
  func story(_ kind: FindingKind) -> String {
    let (begins, ends) = kind.has(.targetIsGone) ? ("gone", "back") : ("wrong", "well again")
    return spans.suffix(6).flatMap { span in
      ["\(begins) \(HumanWords.day(span.since.time))"]
        + (span.closed.map { ["\(ends) \(HumanWords.day($0.time))"] } ?? [])
    }.joined(separator: ", ") + newestInWords
  }
}

extension ReportPage {
  /// What was wrong in these nights: open things first, then what hit most.
  var lives: [Life] {
    var members: [LifeKey: [Finding]] = [:]
    for finding in overview.recent
    where finding.severity > .info && finding.kind != .orphan && finding.acknowledged == nil {
      members[LifeKey(finding), default: []].append(finding)
    }
    let ranks = Dictionary(
      overview.groups.enumerated().compactMap { place, group in
        group.findings.first.map { (LifeKey($0), place) }
      }, uniquingKeysWith: { first, _ in first })
    let cards = cards
    return members.map { life($0, $1, rank: ranks[$0], cards) }.sorted { left, right in
      if left.isOpen != right.isOpen { return left.isOpen }
      if left.severity != right.severity { return left.severity > right.severity }
      if left.rank != right.rank { return left.rank ?? .max < right.rank ?? .max }
      if left.images != right.images { return left.images > right.images }
      return left.name < right.name
    }
  }

  /// The life of a card's group, with what came before.
  func life(of group: FindingGroup) -> Life? {
    guard let first = group.findings.first else { return nil }
    let key = LifeKey(first)
    let found = overview.recent.filter { LifeKey($0) == key }
    let rank = overview.groups.firstIndex { $0.findings.first.map(LifeKey.init) == key }
    return found.isEmpty ? nil : life(key, found, rank: rank, cards)
  }

  private func life(
    _ key: LifeKey, _ findings: [Finding], rank: Int?, _ cards: Set<Int>
  ) -> Life {
    // One finding after another of the same: times that touch are one.
    var spans: [(since: ScanPoint, closed: ScanPoint?)] = []
    for finding in findings.sorted(by: { $0.since.scan < $1.since.scan }) {
      guard let last = spans.last, last.closed.map({ finding.since.scan <= $0.scan }) ?? true else {
        spans.append((finding.since, finding.closed))
        continue
      }
      guard let end = last.closed else { continue }
      guard let closed = finding.closed else {
        spans[spans.count - 1].closed = nil
        continue
      }
      if closed.scan > end.scan { spans[spans.count - 1].closed = closed }
    }
    let name = key.place.map { TerminalText.escaped($0.shortName) } ?? key.kind.title
    let named = Set(findings.map { $0.imageID ?? 0 }).count
    let open = findings.filter { $0.closed == nil }
    let newest = open.map(\.since).max { $0.scan < $1.scan }
    let isStaggered = open.contains { $0.since.scan != newest?.scan }
    return Life(
      name: name, severity: key.kind.severity,
      card: rank.flatMap { cards.contains($0) ? "#finding-\($0 + 1)" : nil }, rank: rank,
      images: rank.map { max(1, overview.groups[$0].images.count) } ?? named, spans: spans,
      newest: isStaggered ? newest : nil)
  }
}

/// What findings that are one thing have in common, whenever they were open.
struct LifeKey: Hashable {
  let kind: FindingKind
  let place: PathBytes?

  init(_ finding: Finding) {
    kind = finding.kind
    place =
      finding.kind.has(.sharesTarget) || finding.kind.has(.targetIsGone)
      ? finding.landing ?? finding.reference?.target
      : finding.kind == .baseModified ? finding.filename : nil
  }
}

/// When something was wrong, below the nights.
struct LifeLine {
  private let life: Life
  private let nights: [OverviewNight]

  init(_ life: Life, _ nights: [OverviewNight]) {
    self.life = life
    self.nights = nights
  }

  func draw(in markup: Markup) throws {
    let width = Double(nights.count) * StepLine.step
    try markup.element(
      "svg",
      [
        "class": "span", "viewBox": "0 0 \(width.short) 8", "preserveAspectRatio": "none",
        "aria-hidden": "true",
      ]
    ) {
      try markup.element("path", ["class": "base", "d": "M0 4H\(width.short)"]) {}
      for span in life.spans {
        let start = place(of: span.since.scan)
        let end = span.closed.map { place(of: $0.scan) } ?? Double(nights.count)
        guard end > start else { continue }
        try markup.element(
          "rect",
          [
            "class": span.closed != nil ? "was" : life.severity == .error ? "bad" : "poor",
            "x": (start * StepLine.step).short, "y": "0",
            "width": ((end - start) * StepLine.step - 0.5).short, "height": "8",
          ]
        ) {}
      }
    }
  }

  /// The column of a scan; of an older one the first.
  private func place(of scan: Int64) -> Double {
    Double(nights.firstIndex { ($0.night.scan ?? -1) >= scan } ?? nights.count)
  }
}
