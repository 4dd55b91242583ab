import ArgumentParser
import Host
import Model

/// Paths as users write them.
enum UserPath {
  /// A path made absolute; symbolic links in it are left alone.
  static func absolute(_ text: String, escaped: Bool = false) throws -> PathBytes {
    try absolute(try bytes(of: text, escaped: escaped))
  }

  /// A path made absolute; symbolic links in it are left alone.
  static func absolute(_ path: PathBytes) throws(CommandFailure) -> PathBytes {
    guard path.bytes.first != UInt8(ascii: "/") else { return path.normal }
    do {
      return try workingDirectory().appending(path.bytes).normal
    } catch {
      throw CommandFailure(
        "cannot tell where '\(path.displayText)' is: the current directory is gone; "
          + "give an absolute path")
    }
  }

  /// The bytes that a user means.
  static func bytes(of text: String, escaped: Bool) throws -> PathBytes {
    guard !text.isEmpty else { throw ValidationError("A path must not be empty") }
    guard escaped else { return PathBytes(text) }
    guard let path = PathBytes(escaped: text) else {
      throw ValidationError("'\(text)' is not in the escaped form; write a backslash as \\\\")
    }
    return path
  }
}

/// Whether paths on the command line are in the escaped form.
struct EscapedOption: ParsableArguments {
  @Flag(
    help:
      "Read paths in the escaped form that JSON uses for paths that are not UTF-8: \\xNN, backslashes doubled."
  )
  var escaped = false

  /// The image that a user names: a path, or `#` and a number.
  func selector(_ text: String) throws -> ImageSelector {
    do {
      return try ImageSelector(text) { try UserPath.absolute($0, escaped: escaped) }
    } catch let fault as ImageSelector.Fault {
      throw ValidationError(
        "'\(fault.text)' is not an image number; write '#12', or a path './\(fault.text)'")
    }
  }
}
