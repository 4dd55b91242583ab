import Foundation
import Model

/// A directory of its own for one test, removed with the value.
final class TemporaryTree: Sendable {
  /// Its path, absolute and canonical.
  let root: PathBytes

  /// A new, empty directory in `place`.
  init(in place: String = "/tmp") throws {
    let name = "\(place)/host-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: false)
    root = PathBytes(name)
  }

  deinit { _ = try? Child.run("chmod -R u+rwx . ; rm -rf -- \"$PWD\"", in: rootText) }

  /// The root as text.
  var rootText: String { String(decoding: root.bytes, as: UTF8.self) }

  /// The path of `name` in the tree.
  func path(_ name: String) -> PathBytes { PathBytes(root.bytes + Array("/\(name)".utf8)) }

  /// Runs a shell script in the tree.
  @discardableResult
  func shell(_ script: String) throws -> String { try Child.run(script, in: rootText) }
}

/// Child processes.
enum Child {
  /// A script that did not end well.
  struct Failure: Error { let status: Int32 }

  /// Runs `script` with /bin/sh in `directory` and returns what it printed.
  static func run(_ script: String, in directory: String) throws -> String {
    let (process, output) = try start(script, in: directory)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Starts `script` and does not wait for it.
  static func start(_ script: String, in directory: String) throws -> (Process, Pipe) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-e", "-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardOutput = output
    try process.run()
    return (process, output)
  }

  /// Whether a program is installed.
  static func has(_ program: String) -> Bool {
    (try? run("command -v \(program)", in: "/")) != nil
  }
}
