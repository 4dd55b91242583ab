/// A path, or any other name that the system or a header gave us: bytes, not necessarily UTF-8.
public struct PathBytes: Hashable, Sendable {
  /// The bytes, without a terminator.
  public let bytes: [UInt8]

  // What every file of a pool passes is compiled into the room that calls it.

  /// A path of these bytes.
  @inlinable public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// A path of these bytes, which are not copied.
  @inlinable public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A path written as text.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// The path as text, where it is valid UTF-8.
  public var exactText: String? { String(validating: bytes, as: UTF8.self) }

  /// The path with every byte that is not part of valid UTF-8 as `\xNN`, every backslash doubled.
  public var escapedText: String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      if first == UInt8(ascii: "\\") {
        text += "\\\\"
        rest.removeFirst()
      } else if let length = Self.scalarLength(at: rest) {
        text += String(decoding: rest.prefix(length), as: UTF8.self)
        rest.removeFirst(length)
      } else {
        text += "\\x" + Self.hexadecimal(first)
        rest.removeFirst()
      }
    }
    return text
  }

  /// The exact text where there is one, else the escaped text.
  public var displayText: String { exactText ?? escapedText }

  /// The path that `escapedText` stands for.
  ///
  /// `\u{NNNN}`, as human and CSV output show a bidirectional character, is understood too.
  /// - Returns: `nil` where a backslash is followed by none of these.
  public init?(escaped text: String) {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "x"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest.removeFirst(2)
      case UInt8(ascii: "u"):
        guard let scalar = Self.popScalar(from: &rest) else { return nil }
        bytes.append(contentsOf: Character(scalar).utf8)
      default: return nil
      }
    }
    self.bytes = bytes
  }

  /// Takes `{NNNN}`, a character's number in hexadecimal, from the start of `rest`.
  private static func popScalar(from rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard rest.popFirst() == UInt8(ascii: "{"),
      let end = rest.prefix(7).firstIndex(of: UInt8(ascii: "}")),
      let value = UInt32(String(decoding: rest[..<end], as: UTF8.self), radix: 16)
    else { return nil }
    rest.removeFirst(end + 1 - rest.startIndex)
    return Unicode.Scalar(value)
  }

  /// The last component, after the last slash.
  @inlinable public var name: ArraySlice<UInt8> {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
    return bytes[(slash + 1)...]
  }

  /// Everything before the last slash; `/` for what stands in the root.
  @inlinable public var directory: PathBytes {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else {
      return PathBytes([UInt8(ascii: "/")])
    }
    return PathBytes(bytes[..<slash])
  }

  /// Whether the path is that of something in the directory itself: `directory` says so, without a copy.
  @inlinable public func stands(in other: PathBytes) -> Bool {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return false }
    return bytes[..<max(slash, 1)] == other.bytes[...]
  }

  /// Whether it is a path, or leads through it as it is written.
  public func isAtOrBelow(_ path: PathBytes) -> Bool {
    self == path || path == "/" || bytes.starts(with: path.appending([]).bytes)
  }

  /// The path of `name` in the directory that this path names.
  @inlinable public func appending(_ name: some Sequence<UInt8>) -> PathBytes {
    var joined = bytes
    if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name)
    return PathBytes(joined)
  }

  /// An absolute path without `.`, `..`, doubled slashes and a slash at its end.
  public var normal: PathBytes {
    var parts: [ArraySlice<UInt8>] = []
    for part in bytes.split(separator: UInt8(ascii: "/")) {
      switch Array(part) {
      case Array(".".utf8): continue
      case Array("..".utf8): _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return PathBytes([UInt8(ascii: "/")] + parts.joined(separator: [UInt8(ascii: "/")]))
  }

  /// The number of bytes of the well-formed UTF-8 scalar at the start of `bytes`, if one is there.
  private static func scalarLength(at bytes: ArraySlice<UInt8>) -> Int? {
    (1...4).first {
      $0 <= bytes.count && String(validating: bytes.prefix($0), as: UTF8.self) != nil
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0" + digits : digits
  }
}

extension PathBytes: Comparable {
  /// Byte order, as `LC_ALL=C sort` has it.
  @inlinable public static func < (left: PathBytes, right: PathBytes) -> Bool {
    let shared = min(left.bytes.count, right.bytes.count)
    for index in 0..<shared where left.bytes[index] != right.bytes[index] {
      return left.bytes[index] < right.bytes[index]
    }
    return left.bytes.count < right.bytes.count
  }
}

extension PathBytes: CustomStringConvertible {
  /// The path as a person reads it: exact where it is UTF-8, escaped where it is not.
  public var description: String { displayText }
}

extension PathBytes: ExpressibleByStringLiteral {
  /// A path written as text.
  public init(stringLiteral value: String) { self.init(value) }
}
