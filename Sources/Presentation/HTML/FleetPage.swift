public import Model
public import Rules

/// Many hosts on one page of HTML, complete in itself as the page of one host is, and without a script.
public struct FleetPage {
  /// A host, and how it stands.
  public struct Host {
    let name: String
    let state: String
    let time: String?
    let images: Int64?
    let agent: String?

    /// A host, and when its last scan finished, in ISO 8601; without that it never finished a scan.
    public init(name: String, state: String, time: String?, images: Int64?, agent: String?) {
      self.name = name
      self.state = state
      self.time = time
      self.images = images
      self.agent = agent
    }
  }

  /// Something that is wrong on a host, or that only all of them tell.
  public struct Finding {
    let host: String
    let kind: String
    let severity: Severity
    let subject: String?
    let shared: Int64?
    let machine: String?
    let target: String?
    let message: String

    /// A finding; `subject` is its image, and `shared` the file that several hosts have; `target` is where its reference
    /// leads.
    public init(
      host: String, kind: String, severity: Severity, subject: String?, shared: Int64?,
      machine: String?, target: String?, message: String
    ) {
      self.host = host
      self.kind = kind
      self.severity = severity
      self.subject = subject
      self.shared = shared
      self.machine = machine
      self.target = target
      self.message = message
    }
  }

  /// A file system that hosts share.
  public struct Storage {
    let identity: String
    let viewers: [String]
    let isClosed: Bool
    let files: Int64

    /// A storage; closed where somebody said that its viewers are all.
    public init(identity: String, viewers: [String], isClosed: Bool, files: Int64) {
      self.identity = identity
      self.viewers = viewers
      self.isClosed = isClosed
      self.files = files
    }
  }

  /// An image that nobody uses.
  public struct Orphan {
    let host: String
    let filename: String
    let size: Int64
    let evidence: String

    /// An image, the bytes that it takes, and why nobody uses it.
    public init(host: String, filename: String, size: Int64, evidence: String) {
      self.host = host
      self.filename = filename
      self.size = size
      self.evidence = evidence
    }
  }

  let time: Moment
  let hosts: [Host]
  let groups: [Group]
  let storages: [Storage]
  let orphans: [Orphan]
  private let explain: (String) -> (title: String, explanation: Explanation)?

  /// A page.
  /// - Parameter explain: what a kind is called, and what it means.
  public init(
    time: Moment, hosts: [Host], findings: [Finding], storages: [Storage], orphans: [Orphan],
    explain: @escaping (String) -> (title: String, explanation: Explanation)?
  ) {
    self.time = time
    self.hosts = hosts
    groups = Group.all(findings)
    self.storages = storages
    self.orphans = orphans.sorted { ($1.size, $0.filename) < ($0.size, $1.filename) }
    self.explain = explain
  }

  /// Writes the page.
  /// - Throws: what the sink throws.
  public func write(to sink: ByteSink) throws {
    let markup = Markup(sink: sink)
    let style = ReportPage.styleSheet
    let title = "\(HumanWords.count(Int64(hosts.count), "host")): \(verdict) – Backstory"
    let policy =
      "default-src 'none'; style-src 'sha256-\(SHA256.base64(Array(style.utf8)))'; base-uri 'none'; form-action 'none'"
    try markup.page(title: title, policy: policy, style) {
      try banner(markup)
      try markup.navigation(Self.sections)
      try markup.element("main", ["id": "main"]) {
        try attention(markup)
        try hostTable(markup)
        try storageTable(markup)
        try reclaimable(markup)
      }
      try markup.element("footer") {
        try markup.element("p", text: "As of \(HumanWords.time(time)); times are UTC.")
      }
    }
    try sink.flush()
  }

  private var verdict: String {
    let errors = groups.filter { $0.severity == .error }
    let warnings = groups.filter { $0.severity == .warning }
    if errors.isEmpty, warnings.isEmpty { return "Nothing needs attention." }
    let parts = [
      errors.isEmpty ? nil : HumanWords.count(Int64(errors.count), "cause") + " of errors",
      warnings.isEmpty ? nil : HumanWords.count(Int64(warnings.count), "cause") + " of warnings",
    ]
    return parts.compactMap { $0 }.joined(separator: " and ") + "."
  }

  private func banner(_ markup: Markup) throws {
    let silent = hosts.count { $0.state == "silent" }
    try markup.element("header") {
      try markup.element(
        "p", ["class": "kicker"], text: "Backstory · all hosts · \(HumanWords.date(time))")
      try markup.element("h1", text: verdict)
      try markup.element(
        "p", ["class": "lead"],
        text: silent == 0
          ? "All \(HumanWords.count(Int64(hosts.count), "host")) reported."
          : "\(HumanWords.number(Int64(silent))) of \(HumanWords.count(Int64(hosts.count), "host")) did not report."
      )
      try markup.tiles(tiles)
    }
  }

  private static let sections: [(place: String, name: String)] = [
    ("attention", "What is wrong"), ("hosts", "Hosts"), ("storages", "Storages"),
    ("reclaimable", "Reclaimable"),
  ]

  private var tiles: [Markup.Tile] {
    func found(_ severity: Severity) -> (String, String?) {
      let found = groups.filter { $0.severity == severity }.flatMap(\.findings)
      let hosts = Int64(Set(found.map(\.host)).count)
      return found.isEmpty
        ? ("none", nil)
        : (HumanWords.number(Int64(found.count)), "on " + HumanWords.count(hosts, "host"))
    }
    let errors = found(.error)
    let warnings = found(.warning)
    let images = hosts.reduce(Int64(0)) { $0.addingReportingOverflow($1.images ?? 0).partialValue }
    return [
      ("Errors", errors.0, errors.1), ("Warnings", warnings.0, warnings.1),
      ("Hosts", HumanWords.number(Int64(hosts.count)), nil),
      ("Images", HumanWords.number(images), "as each host counts them"),
      (
        "Reclaimable", HumanWords.size(Self.sum(orphans)),
        HumanWords.count(Int64(orphans.count), "unused image")
      ),
    ]
  }

  static func sum(_ orphans: [Orphan]) -> UInt64 {
    orphans.reduce(0) { $0.addingReportingOverflow(UInt64(max(0, $1.size))).partialValue }
  }

  /// What a kind is called, and what it means.
  func words(of kind: String) -> (title: String, explanation: Explanation)? { explain(kind) }
}
