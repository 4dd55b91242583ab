import ArgumentParser
import Model
import Presentation
import Query
import Rules

/// What `check` and its shortcuts share.
struct CheckOptions: ParsableArguments {
  @Option(help: "Only findings about images in this pool.", completion: .custom(Completion.pools))
  var pool: String?

  @Option(
    help: ArgumentHelp("Also findings that opened or closed since this scan.", valueName: "when"))
  var since: When?

  @Option(help: "Exit with 2 if a finding is at least this severe.")
  var failOn = Severity.error

  @Flag(help: "Exit with 3 if the answer depends on something that the last scan did not see.")
  var failOnStale = false

  @OptionGroup var span: SpanOptions
  @OptionGroup var form: FindingsFormOptions
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard try span.span() != nil, since != nil else { return }
    throw ValidationError("--between already says since when; leave out --since")
  }

  /// Shows the findings of some kinds, of every kind where none is named; those of one cause, where that is.
  func run(kinds: Set<FindingKind>, cause: Int64? = nil, isAsked: Bool = true) throws {
    let view = try asking.view()
    if let span = try span.span() { return try run(kinds: kinds, span, view) }
    let findings =
      try cause.map { try view.findings(ofCause: $0) }
      ?? view.findings(kinds: kinds, pool: pool, since: since)
    let form = form.form(isAsked: isAsked || cause != nil)
    try asking.output.show(
      .findings(findings, now: view.point, form: form) { try view.causes(of: findings) })
    let isStale = try view.warnOfStaleness(pool: pool)
    if findings.contains(where: { $0.counts && $0.severity >= failOn }) {
      throw ExitStatus.found
    }
    if isStale, failOnStale { throw ExitStatus.partial }
  }

  /// Shows the findings of a span of nights.
  private func run(kinds: Set<FindingKind>, _ nights: WhenSpan, _ view: InventoryView) throws {
    let spans = try view.findings(between: nights, span.choice ?? .ever, kinds: kinds, pool: pool)
    try asking.output.show(.spans(spans))
    if spans.contains(where: { $0.finding.counts && $0.finding.severity >= failOn }) {
      throw ExitStatus.found
    }
  }
}

/// How findings are told to eyes.
struct FindingsFormOptions: ParsableArguments {
  @Option(help: "How findings are grouped; JSON and CSV list every finding.")
  var group = FindingsForm.Group.cause

  @Option(help: "The order: most affected images and machines first, newest first, or by path.")
  var sort = FindingsForm.Order.hits

  @Flag(help: "Print one line per group.")
  var brief = false

  @Option(help: ArgumentHelp("Print at most this many groups.", valueName: "number"))
  var limit: Int?

  @Flag(name: .customLong("all"), help: "Print every group in full, with all its images.")
  var isWhole = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if isWhole, limit != nil || brief {
      throw ValidationError("--all cannot be combined with --limit or --brief")
    }
    if brief, group != .cause {
      throw ValidationError("--brief shows causes; leave out --group")
    }
  }

  func form(isAsked: Bool) -> FindingsForm {
    FindingsForm(
      group: group, order: sort, isBrief: brief, limit: limit, isWhole: isWhole,
      isAsked: isAsked || isWhole)
  }
}

/// A span of nights in place of one.
struct SpanOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Findings in a range of scans, both ends included, with how often and how long each was open: FROM TO, or A..B.",
      valueName: "when"))
  var between: [String] = []

  @Flag(exclusivity: .exclusive, help: "Which findings of the range.")
  var choice: SpanChoice?

  /// The two ends, where a span is asked for.
  func span() throws -> WhenSpan? {
    guard let first = between.first else {
      guard let choice else { return nil }
      throw ValidationError("--\(choice.rawValue) needs --between")
    }
    if between.count == 1, let span = WhenSpan(first, now: .now) { return span }
    guard between.count == 2, let from = When(argument: first),
      let to = When(argument: between[1])
    else {
      throw ValidationError(
        "'\(between.joined(separator: " "))' is not a range; write --between FROM TO, or --between A..B"
      )
    }
    return WhenSpan(from: from, to: to)
  }
}

/// `backstory check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Shows what is wrong, since when, and what to do.",
    discussion: """
      backstory check
      backstory check --brief
      backstory check --group kind
      backstory check --cause 3 --all
      backstory check --pool default --fail-on warning
      backstory check --kind backing-missing --since latest~7
      backstory check --between 30d latest --resolved

      Findings with one cause are shown once, with the images and machines that are affected, \
      most affected first. JSON and CSV list every finding.
      """)

  @Option(name: .customLong("kind"), help: "Only findings of this kind; may be repeated.")
  var kinds: [FindingKind] = []

  @Option(
    help: ArgumentHelp(
      "Only the findings of this cause; 'status' lists the numbers.", valueName: "number"))
  var cause: Int64?

  @OptionGroup var options: CheckOptions

  func validate() throws {
    guard cause != nil else { return }
    if !kinds.isEmpty || options.pool != nil || options.since != nil {
      throw ValidationError("--cause cannot be combined with --kind, --pool or --since")
    }
  }

  mutating func run() throws {
    try options.run(kinds: Set(kinds), cause: cause, isAsked: !kinds.isEmpty)
  }
}

/// `backstory broken`
struct BrokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broken",
    abstract: "Shows broken links.",
    discussion: """
      backstory broken
      backstory broken --since 2026-11-01 --output csv
      """)

  @OptionGroup var options: CheckOptions

  mutating func run() throws {
    try options.run(kinds: Rule.kinds(.leadsNowhere))
  }
}

/// `backstory unformatted`
struct UnformattedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unformatted",
    abstract: "Shows overlays that do not record the format of their base.",
    discussion: """
      backstory unformatted
      backstory unformatted --output json
      """)

  @OptionGroup var options: CheckOptions

  mutating func run() throws { try options.run(kinds: [.backingFormatUnrecorded]) }
}
