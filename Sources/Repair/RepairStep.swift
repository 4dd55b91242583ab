public import DiskImage
public import Model
public import Query
import Rules

/// How sure a step of a plan is.
public enum Confidence: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Proven: the step may be run unseen.
  case certain
  /// Everything that is known speaks for it, and proves nothing.
  case likely
  /// Several answers are possible, or what is known contradicts itself.
  case ambiguous
  /// `qemu-img` cannot do it, or nobody but a person can know.
  case manual

  /// Surer is greater.
  public static func < (left: Confidence, right: Confidence) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .manual: 0
    case .ambiguous: 1
    case .likely: 2
    case .certain: 3
    }
  }
}

/// A program with its arguments: bytes, because paths are.
public struct Command: Sendable, Hashable {
  /// The program's name, then its arguments.
  public var words: [PathBytes]

  /// A command of words.
  public init(_ words: [PathBytes]) { self.words = words }
}

/// A file that must still be as it was when a step was planned.
public struct Guard: Sendable, Hashable {
  /// The file.
  public var path: PathBytes
  /// Bytes at the front of the file that are compared.
  public var length: Int
  /// What `cksum` (POSIX) says of them.
  public var checksum: UInt32
  /// Which file it is; `nil` where nobody asked.
  public var mark: FileMark?
  /// Its inode, its length in bytes and the second of its last write, as `stat -c '%i %s %Y'` prints them; `nil`
  /// where the file may be written to meanwhile.
  public var stamp: String?
}

/// What a reference is to say once its step has run.
public struct PlannedReference: Sendable, Hashable {
  /// What the reference is for.
  public var role: ReferenceRole
  /// The stored string.
  public var stored: PathBytes
  /// The recorded format; `nil` where the role has none.
  public var format: String?
}

/// One image of a plan: what is wrong, what mends it, and how that is known.
public struct RepairStep: Sendable, Hashable {
  /// The image.
  public var filename: PathBytes
  /// The image's number.
  public var imageID: Int64
  /// The image's format.
  public var format: String
  /// What is wrong with the image's reference, worst first; never empty.
  public var findings: [Finding]
  /// How sure the step is.
  public var confidence: Confidence
  /// What mends it, in order. Of a `manual` step only what a person may do after looking.
  public var commands: [Command] = []
  /// What takes it back, where a command can.
  public var undo: [Command] = []
  /// What speaks for it and what was looked at, in sentences.
  public var evidence: [String]
  /// Why this target, this format and this confidence: one sentence.
  public var why: String
  /// The reference as it is to be; `nil` where no command changes it.
  public var planned: PlannedReference?
  /// The files that the step is about, as they were, first the image itself; without those that an
  /// earlier step of the plan changes.
  public var guards: [Guard] = []
  /// Bytes at the front of the image that the step may change.
  public var headerLength = 0
  /// How many names the inventory knows the image by.
  public var knownNames = 1
  /// Whether another process holds the image.
  public var isInUse = false
  /// Whether something that it rests on could not be read: another time it may be certain.
  public var isUnread = false
  /// Whether the image has bitmaps, which `qemu-img` moves: its old header would lead to where they were.
  public var hasBitmaps = false
  /// What else may be meant; the most telling where there is much.
  public var candidates: [PathBytes] = []
  /// How many more may be meant.
  public var moreCandidates = 0

  /// Whether it may be run unseen, once nobody holds the image.
  public var isReady: Bool { confidence == .certain && planned != nil }
  /// The worst of what is wrong.
  public var kind: FindingKind { findings.first?.kind ?? .backingMissing }
  /// Since when.
  public var since: ScanPoint? { findings.map(\.since).min { $0.scan < $1.scan } }
}

extension RepairStep: Encodable {
  /// Encodes the contract's step of a plan.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    try object.encode(imageID, forKey: "image-id")
    try object.encode(kind.rawValue, forKey: "kind")
    if findings.count > 1 {
      try object.encode(findings.map(\.kind.rawValue), forKey: "kinds")
    }
    try object.encode(confidence.rawValue, forKey: "confidence")
    try object.encode(commands.map(\.texts), forKey: "commands")
    if (commands + undo).contains(where: \.isEscaped) {
      try object.encode(true, forKey: "commands-escaped")
    }
    if !undo.isEmpty { try object.encode(undo.map(\.texts), forKey: "undo") }
    try object.encode(evidence, forKey: "evidence")
    try object.encode(why, forKey: "why")
    if let since { try object.encode(since, forKey: "since") }
    if isInUse { try object.encode(true, forKey: "in-use") }
    if !candidates.isEmpty {
      try object.encode(candidates.map(\.displayText), forKey: "candidates")
    }
    if moreCandidates > 0 { try object.encode(moreCandidates, forKey: "more-candidates") }
  }
}

extension Command {
  /// The words as text. Where one of them is not UTF-8, all are in the escaped form.
  var texts: [String] { words.map { isEscaped ? $0.escapedText : $0.displayText } }

  /// Whether a word is not UTF-8.
  var isEscaped: Bool { words.contains { $0.exactText == nil } }
}
