package import Database
package import GRDB
public import Model

/// All that is particular to one kind of finding: how bad it is, what it is about, how it is said and what
/// it means.
///
/// Each stands in a file of its own in `Kinds`, and in `Rule.all`; nothing else lists kinds.
public struct Rule: Sendable {
  /// What a finding may be about.
  public enum Subject: String, Sendable {
    case image, machine, pool, fileSystem
  }

  /// Of what a scan judges a rule.
  enum Scope: String {
    /// Of images that are new, changed or gone, and of those whose links or targets are.
    case affected
    /// Of chains of which a link changed.
    case chains
    /// Of everything that is known: what machines do with an image changes without the image.
    case everything
    /// Not with the others: use is judged when all else is known.
    case apart
  }

  /// What others need to know of a kind.
  public enum Trait: Sendable {
    /// A link leads nowhere: `broken` shows it.
    case leadsNowhere
    /// What a link leads to is not there.
    case targetIsGone
    /// It is about where a link leads: findings with one target have one cause.
    case sharesTarget
    /// `repair` has a plan for the link.
    case isMended
    /// `repair` has advice about the chain.
    case isFlattened
    /// A repair does not believe what the image's header shows.
    case doubtsFormat
    /// The image is not what it was.
    case changesImage
    /// A person may say that tonight's state is the right one.
    case canBeSettled
    /// A query of the configuration finds it: what one query finds has one cause.
    case isOfQuery
  }

  /// What findings of one cause have in common.
  enum Cause: String {
    /// Where they lead, and nothing is there, whatever else is wrong with that.
    case gone
    /// The kind, and where they lead.
    case target
    /// The kind: they are told in one line.
    case kind
    /// The query that found them.
    case query
    /// The image or machine that it is wrong with: each is a cause of its own.
    case subject
  }

  /// Whether every image or machine that has it is a cause of its own.
  public var standsAlone: Bool { cause == .subject }
  /// Whether all of the kind are told in one line.
  public var isToldInOneLine: Bool { cause == .kind }

  var cause: Cause {
    if traits.contains(.targetIsGone) { return .gone }
    if traits.contains(.sharesTarget) { return .target }
    if traits.contains(.isOfQuery) { return .query }
    return severity == .info || scope == .apart ? .kind : .subject
  }

  /// The kind of the findings.
  public let kind: FindingKind
  /// How bad they are.
  public let severity: Severity
  /// What they are about.
  public let subject: Subject
  let scope: Scope
  /// Raised when the query finds other than before: what an older version has judged is judged again.
  package var version: Int64
  /// Puts every image of `temp.touched` to which the rule applies into `temp.judged`, under the kind's word;
  /// `nil` for what is judged apart.
  let query: [UInt8]?
  /// Of which images a first scan asks it.
  package var firstLook: FirstLook
  /// What others need to know of them.
  public let traits: Set<Trait>
  /// What is wrong, as a heading.
  public let title: String
  /// What it means, at length.
  public let explanation: Explanation
  /// Numbers and names for the sentence, as they were when the finding was last open.
  package let details:
    @Sendable (Row, ReadTransaction, inout FindingSurroundings) throws -> [String: String]
  /// One sentence that says what is wrong and what to do next.
  package let sentence: @Sendable (FindingTerms) -> String

  init(
    _ kind: FindingKind, _ severity: Severity, version: Int64 = 1, about subject: Subject = .image,
    of scope: Scope = .affected, _ traits: Set<Trait> = [], query: [UInt8]? = nil,
    firstLook: FirstLook = .all, title: String, explanation: Explanation,
    details:
      @escaping @Sendable (
        Row, ReadTransaction, inout FindingSurroundings
      ) throws -> [String: String] = { _, _, _ in [:] },
    sentence: @escaping @Sendable (FindingTerms) -> String
  ) {
    self.kind = kind
    self.severity = severity
    self.subject = subject
    self.scope = scope
    self.version = version
    self.query = query
    self.firstLook = firstLook
    self.traits = traits
    self.title = title
    self.explanation = explanation
    self.details = details
    self.sentence = sentence
  }

  /// A rule about images that needs nothing but its query.
  package init(
    _ kind: FindingKind, _ severity: Severity, asking query: String, firstLook: FirstLook = .all,
    title: String, explanation: Explanation,
    sentence: @escaping @Sendable (FindingTerms) -> String
  ) {
    self.init(
      kind, severity, query: Array(query.utf8), firstLook: firstLook, title: title,
      explanation: explanation, sentence: sentence)
  }
}

/// What a kind of finding means, for somebody who meets it for the first time.
public struct Explanation: Sendable {
  /// What is wrong when it is open.
  public let meaning: String
  /// What a scan has to see to open it.
  public let opens: String
  /// What a scan has to see to close it.
  public let closes: String
  /// What to do about it.
  public let action: String
  /// When it may be left as it is.
  public let harmless: String

  /// An explanation in full sentences.
  package init(
    meaning: String, opens: String, closes: String, action: String, harmless: String
  ) {
    self.meaning = meaning
    self.opens = opens
    self.closes = closes
    self.action = action
    self.harmless = harmless
  }
}

/// What the sentence of a finding is made with.
package struct FindingTerms {
  /// The image's path, or the domain's name, as shown.
  package let subject: String
  /// Where the reference points, as shown.
  package let target: String
  /// Numbers and names that the judgement noted.
  package let detail: [String: String]
  /// The image as one word of a command; `nil` for what concerns no image that stands somewhere.
  package let word: String?
  /// The kind of whoever keeps the machine; `nil` for libvirt, and for what concerns no machine.
  package let keeper: String?

  /// Terms of a finding.
  package init(
    subject: String, target: String, detail: [String: String], word: String? = nil,
    keeper: String? = nil
  ) {
    self.subject = subject
    self.target = target
    self.detail = detail
    self.word = word
    self.keeper = keeper
  }

  /// What the judgement noted under a name.
  package subscript(name: String) -> String? { detail[name] }
}
