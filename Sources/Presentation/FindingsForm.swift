/// How findings are told to eyes; JSON and CSV have each of them.
public struct FindingsForm: Hashable, Sendable {
  /// What is told together.
  public enum Group: String, CaseIterable, Sendable {
    /// Findings of one cause: the base that all of them lost, say.
    case cause
    /// A line for every kind.
    case kind
    /// Every finding by itself.
    case image
  }

  /// What comes first; errors always come before warnings.
  public enum Order: String, CaseIterable, Sendable {
    /// What most images and machines hang on.
    case hits
    /// What is new.
    case age
    /// By path.
    case path
  }

  /// What is told together.
  public var group: Group
  /// What comes first.
  public var order: Order
  /// Whether each group is a line.
  public var isBrief: Bool
  /// Groups that are told at length; `nil` for as many as a screen or two takes.
  public var limit: Int?
  /// Whether everything is told, however much it is.
  public var isWhole: Bool
  /// Whether the kinds were asked for by name: what is told in one line otherwise is told at length then.
  public var isAsked: Bool

  /// Groups by cause, the gravest first.
  public init(
    group: Group = .cause, order: Order = .hits, isBrief: Bool = false, limit: Int? = nil,
    isWhole: Bool = false, isAsked: Bool = false
  ) {
    self.group = group
    self.order = order
    self.isBrief = isBrief
    self.limit = limit
    self.isWhole = isWhole
    self.isAsked = isAsked
  }

  /// Groups of a severity that are told at length.
  func room(isError: Bool) -> Int { isWhole ? .max : limit ?? (isError ? 10 : 3) }
  /// Names that are listed of one group.
  var names: Int { isWhole ? .max : 8 }
}
