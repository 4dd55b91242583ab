public import Model

/// The three words of people.
public enum WordVerb: String, Sendable, CaseIterable {
  /// A finding is known.
  case acknowledge = "ack"
  /// The state of the last night is the right one.
  case settle
  /// An image is never called unused.
  case keep
}

/// What a person says, or takes back.
public struct Speech: Sendable {
  /// Which word.
  public var verb: WordVerb
  /// Images that are meant; empty: all that `kinds` and `pool` leave.
  public var images: [ImageSelector]
  /// Kinds of findings that are meant; empty: all.
  public var kinds: Set<FindingKind>
  /// The pool of those that are meant.
  public var pool: String?
  /// Who says it.
  public var who: String
  /// When.
  public var said: Moment
  /// Why.
  public var reason: String?
  /// It holds no longer than until then.
  public var ends: Moment?
  /// Whether it is taken back.
  public var isTakenBack = false

  /// A word about something.
  public init(
    _ verb: WordVerb, images: [ImageSelector], kinds: Set<FindingKind>, pool: String?,
    by who: String, at said: Moment
  ) {
    self.verb = verb
    self.images = images
    self.kinds = kinds
    self.pool = pool
    self.who = who
    self.said = said
  }
}
