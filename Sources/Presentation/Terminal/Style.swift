/// What the place that shows human output can do.
public struct Style: Hashable, Sendable {
  /// Columns; `nil` where nothing is cut or wrapped, as in a pipe or a file.
  public var width: Int?
  /// Whether colours may be used.
  public var hasColor: Bool
  /// Whether box characters and arrows may be used.
  public var hasUnicode: Bool

  /// A place with a width, with or without colours and characters beyond ASCII.
  public init(width: Int?, hasColor: Bool, hasUnicode: Bool) {
    self.width = width
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// What a piece of text means; the colour says nothing that the words don't.
  enum Tone: String {
    case error = "1;31"
    case warning = "1;33"
    case note = "36"
    case good = "32"
    case heading = "1"
    case faint = "2"
  }

  /// The text in the colour of its meaning, where colours may be used.
  func paint(_ text: String, _ tone: Tone?) -> String {
    guard hasColor, let tone, !text.isEmpty else { return text }
    return "\u{1b}[\(tone.rawValue)m\(text)\u{1b}[0m"
  }

  /// What stands where text was cut out.
  var cutMark: String { hasUnicode ? "…" : "..." }
  /// Points from what refers to what it refers to.
  var arrow: String { hasUnicode ? "→" : "->" }
  /// Leads to a node with siblings after it.
  var branch: String { hasUnicode ? "├─ " : "|- " }
  /// Leads to the last node.
  var lastBranch: String { hasUnicode ? "└─ " : "`- " }
  /// Stands below a node with siblings after it.
  var trunk: String { hasUnicode ? "│  " : "|  " }

  /// The text cut in its middle so that it fits what is left of a line after `used` columns.
  func fitted(_ text: String, after used: Int) -> String {
    guard let width else { return text }
    return text.cutInTheMiddle(to: max(20, width - used), mark: cutMark)
  }
}
