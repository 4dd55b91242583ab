import DiskImage
import Foundation
import Testing

/// The installed `qemu-img`: what our readers have to agree with.
///
/// A suite that needs it says `.enabled(if: QemuImg.isInstalled, QemuImg.missing)`.
enum QemuImg {
  /// Why an agreement suite did not run.
  static let missing: Comment = "qemu-img is not installed"

  /// Whether there is a `qemu-img` in the search path.
  static var isInstalled: Bool { program != nil }

  /// Runs `qemu-img` with `arguments` in `folder` and gives what it wrote to standard output.
  /// - Throws: `Refusal` when it exits with anything but 0.
  @discardableResult
  static func run(_ arguments: [String], in folder: URL) throws -> Data {
    guard let program else { throw Refusal(arguments: arguments, complaint: "not installed") }
    let process = Process()
    let output = Pipe()
    let complaints = Pipe()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = complaints
    try process.run()
    let written = try output.fileHandleForReading.readToEnd() ?? Data()
    let complaint = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Refusal(
        arguments: arguments, complaint: String(decoding: complaint, as: UTF8.self))
    }
    return written
  }

  /// What `qemu-img info` says of `image`, keys of every object sorted.
  ///
  /// `format` is given to `qemu-img` as `-f`: what cannot be probed has to be named.
  static func info(_ image: String, format: String? = nil, in folder: URL) throws -> FactValue {
    let named = format.map { ["-f", $0] } ?? []
    let json = try run(["info", "-U", "--output=json"] + named + [image], in: folder)
    return try JSONDecoder().decode(FactValue.self, from: json)
  }

  /// A run of `qemu-img` that did not end well.
  struct Refusal: Error {
    /// What it was asked to do.
    let arguments: [String]
    /// What it wrote to standard error.
    let complaint: String
  }

  private static let program: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":")
    .map { URL(fileURLWithPath: String($0)).appending(path: "qemu-img") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}
