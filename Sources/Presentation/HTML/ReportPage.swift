internal import Model
public import Query
public import Repair
internal import Rules

/// One night on one page of HTML: complete in itself, for mail and for years.
///
/// Nothing is loaded from anywhere. The page's own script and style sheet are allowed by their
/// digests, and nothing else is. Without the script everything is there but the search; the same
/// overview always gives the same bytes.
public struct ReportPage {
  let overview: Overview
  /// The steps of the plan by what they mend.
  let steps: [Mended: [RepairStep]]
  private let images: Report.Elements<Image>

  /// A page of an overview and of all its images, in the order of `list`; with a plan, where the scan
  /// is the last and so something can be mended still.
  public init(
    _ overview: Overview, plan: RepairPlan?, images: @escaping Report.Elements<Image>
  ) {
    self.overview = overview
    self.images = images
    var steps: [Mended: [RepairStep]] = [:]
    for step in plan?.steps ?? [] {
      for finding in step.findings { steps[Mended(finding), default: []].append(step) }
    }
    self.steps = steps
  }

  /// What a finding is about: an image may have as many of a kind as it has references.
  struct Mended: Hashable {
    let kind: FindingKind
    let image: Int64?
    let reference: FindingReference?

    init(_ finding: Finding) {
      kind = finding.kind
      image = finding.imageID
      reference = finding.reference
    }
  }

  /// Writes the page.
  /// - Throws: what the sink throws, and what the source of the images throws.
  public func write(to sink: ByteSink) throws {
    let markup = Markup(sink: sink)
    try markup.page(title: title, policy: Self.policy, Self.styleSheet) {
      try banner(markup)
      try markup.navigation(sections)
      try markup.element("main", ["id": "main"]) {
        try history(markup)
        try attention(markup)
        try changes(markup)
        try pools(markup)
        try chains(markup)
        try reclaimable(markup)
        try ImageTable(markup, marks: marks).write(images)
      }
      try footer(markup)
      try markup.element("script") { sink.append(Self.script) }
    }
    try sink.flush()
  }

  /// The page's script, as it stands in the page and in the digest.
  static let script = text(PackageResources.report_js)
  /// The page's style sheet, with that of the pictures.
  static let styleSheet = text(PackageResources.report_css) + text(PackageResources.picture_css)

  private static func text(_ resource: [UInt8]) -> String {
    "\n" + String(decoding: resource, as: UTF8.self)
  }

  /// What the page may do: nothing but show itself.
  static var policy: String {
    "default-src 'none'; style-src 'sha256-\(SHA256.base64(Array(styleSheet.utf8)))'; "
      + "script-src 'sha256-\(SHA256.base64(Array(script.utf8)))'; "
      + "base-uri 'none'; form-action 'none'"
  }

  private func banner(_ markup: Markup) throws {
    try markup.element("header") {
      try markup.element("p", ["class": "kicker"]) {
        markup.text("Backstory · ")
        try markup.element("b", text: overview.host)
        markup.text(" · \(HumanWords.date(overview.point.time))")
      }
      try markup.element("h1", text: headline)
      try markup.element("p", ["class": "lead"]) {
        markup.text(verdict)
        markup.text(" ")
        try markup.element("span", ["class": "when"], text: scanInWords)
      }
      try markup.tiles(tiles)
    }
    markup.line()
  }

  private var sections: [(place: String, name: String)] {
    let nights: [(place: String, name: String)] =
      overview.nights.count > 1 ? [("history", "\(overview.nights.count) scans")] : []
    let always: [(place: String, name: String)] = [
      ("attention", "What is wrong"), ("changes", "What changed"), ("pools", "Pools"),
      ("chains", "Chains"), ("reclaimable", "Reclaimable"), ("images", "All images"),
    ]
    return nights + always
  }

  private func footer(_ markup: Markup) throws {
    try markup.element("footer") {
      try markup.element("p") {
        markup.text(
          "As of \(HumanWords.point(overview.point)); times are UTC. To recreate this page: ")
        try markup.element("code", text: "backstory report --at \(overview.scan.number) FILE")
      }
    }
    markup.line()
  }
}

extension ReportPage {
  /// Images that are in error, or have a warning, and nothing worse.
  private func hits(of severity: Severity) -> String {
    var images: Set<Int64> = []
    var machines: Set<String> = []
    var worse: Set<Int64> = []
    for group in overview.groups {
      if group.kind.severity > severity { worse.formUnion(group.images) }
      guard group.kind.severity == severity else { continue }
      images.formUnion(group.images)
      machines.formUnion(group.domains)
    }
    let count = images.subtracting(worse).count
    guard count > 0 || machines.isEmpty else {
      return HumanWords.count(Int64(machines.count), "machine")
    }
    return count == 0 ? "none" : HumanWords.count(Int64(count), "image")
  }

  /// The host and what is to be known first, as a mail's subject has it.
  private var title: String {
    (overview.status?.subject ?? "\(overview.host): \(verdict)")
      + " – Backstory, \(HumanWords.date(overview.point.time)), scan \(overview.scan.number)"
  }

  /// What is to be known first.
  private var headline: String {
    let text = overview.status?.headline ?? overview.host
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// How many causes there are, and how much of that is new.
  private var verdict: String {
    let wrong = overview.groups.filter { $0.kind.severity != .info }
    guard !wrong.isEmpty else {
      return overview.scan.state == .complete
        ? "Nothing needs attention." : "Nothing needs attention in what was seen."
    }
    let errors = wrong.count { $0.kind.severity == .error }
    let parts = [
      errors == 0 ? nil : HumanWords.count(Int64(errors), "cause") + " of errors",
      wrong.count == errors
        ? nil : HumanWords.count(Int64(wrong.count - errors), "cause") + " of warnings",
    ].compactMap { $0 }
    let new = wrong.count { group in
      group.findings.allSatisfy { $0.since.scan == overview.scan.number }
    }
    let fresh =
      overview.nights.count > 1 && new > 0 ? ", \(HumanWords.number(Int64(new))) of them new" : ""
    return parts.joined(separator: " and ") + fresh + "."
  }

  private var scanInWords: String {
    let isUnknown = overview.status?.doubts.isEmpty == false
    let seen =
      overview.scan.state != .complete
      ? "could not scan everything"
      : isUnknown ? "saw every pool; which images are unused is unknown" : "saw everything"
    return "Scan \(overview.scan.number) of \(HumanWords.time(overview.point.time)) \(seen)."
  }

  private var tiles: [Markup.Tile] {
    let bytes = overview.pools.reduce(UInt64(0)) {
      $0.addingReportingOverflow($1.actualSize).partialValue
    }
    let free = overview.orphans.reduce(UInt64(0)) {
      $0.addingReportingOverflow($1.reclaimableSize).partialValue
    }
    let images = overview.pools.reduce(Int64(0)) { $0 &+ $1.outcome.images }
    let whole = overview.pools.filter { $0.outcome.state == .complete }.count
    let isUnknown = overview.orphans.isEmpty && overview.status?.doubts.isEmpty == false
    return [
      ("In error", hits(of: .error), news(of: .error)),
      ("With a warning", hits(of: .warning), news(of: .warning)),
      ("Images", HumanWords.number(images), "\(HumanWords.size(bytes)) on disk"),
      (
        "Reclaimable", isUnknown ? "unknown" : HumanWords.size(free),
        isUnknown
          ? "no image is known to be unused"
          : HumanWords.count(Int64(overview.orphans.count), "unused image")
      ),
      ("Pools", HumanWords.number(Int64(overview.pools.count)), "\(whole) complete"),
    ]
  }

  private func news(of severity: Severity) -> String? {
    let new = overview.groups.filter { $0.kind.severity == severity }.flatMap(\.findings)
      .filter { $0.since.scan == overview.scan.number }.count
    return new == 0 ? "none new" : "\(HumanWords.count(Int64(new), "finding")) new"
  }
}
