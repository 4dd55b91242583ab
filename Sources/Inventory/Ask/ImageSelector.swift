/// An image as a user names it: IMAGE in the contract.
public enum ImageSelector: Hashable, Sendable {
  /// An absolute path, symbolic links in it left alone.
  case path(PathBytes)
  /// The image's number.
  case number(Int64)

  /// The selector as the user would write it.
  public var text: String {
    switch self {
    case .path(let path): path.displayText
    case .number(let number): "#\(number)"
    }
  }
}
