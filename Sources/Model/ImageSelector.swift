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

extension ImageSelector {
  /// Why a text names no image: after its `#` stands no number of one.
  public struct Fault: Error, Hashable, Sendable {
    /// The text.
    public let text: String
  }

  /// Reads IMAGE: `#12` is the image with the number 12; everything else is a path, which `path`
  /// makes absolute. A file whose name begins with `#` is written `./#NAME`.
  /// - Throws: `Fault`, and what `path` throws.
  public init(_ text: String, path: (String) throws -> PathBytes) throws {
    guard text.hasPrefix("#") else {
      self = .path(try path(text))
      return
    }
    guard let number = Int64(text.dropFirst()), number > 0 else { throw Fault(text: text) }
    self = .number(number)
  }
}
