import Foundation
import Testing

/// One run of the built program: what it said, and how it ended.
struct Run {
  let output: String
  let complaint: String
  let code: Int32

  /// The output as JSON: an array of objects; empty where it is anything else.
  var objects: [[String: Any]] {
    let json = try? JSONSerialization.jsonObject(with: Data(output.utf8))
    return json as? [[String: Any]] ?? []
  }
}

/// The program that the package builds.
enum Program {
  /// The built binary.
  static let path = built("backstory")

  /// A built binary: it stands in a folder above the running tests.
  static func built(_ name: String) -> String {
    let places = ProcessInfo.processInfo.arguments.prefix(1) + Bundle.allBundles.map(\.bundlePath)
    for place in places {
      var folder = URL(fileURLWithPath: place)
      while folder.pathComponents.count > 1 {
        folder.deleteLastPathComponent()
        let binary = folder.appending(path: name)
        let values = try? binary.resourceValues(forKeys: [.isRegularFileKey])
        if values?.isRegularFile == true { return binary.path }
      }
    }
    return name
  }

  /// Runs the program with arguments in a folder.
  static func run(
    _ arguments: String..., in folder: Folder? = nil, environment: [String: String] = [:]
  ) throws -> Run {
    try run(arguments, in: folder, environment: environment)
  }

  /// Runs the program with arguments in a folder.
  static func run(
    _ arguments: [String], in folder: Folder? = nil, environment: [String: String] = [:]
  ) throws -> Run {
    try start(path, withoutWaiting(arguments), in: folder, environment: environment)
  }

  /// The nights of a test are seconds apart.
  private static func withoutWaiting(_ arguments: [String]) -> [String] {
    guard arguments.first == "scan", !arguments.contains("--grace-age") else { return arguments }
    return ["scan", "--grace-age", "0h"] + arguments.dropFirst()
  }

  /// Runs a line of the shell, in which `$BACKSTORY` is the program.
  static func shell(_ line: String, in folder: Folder) throws -> Run {
    try start("/bin/sh", ["-c", line], in: folder, environment: [:])
  }

  /// What the tests' own environment says of how first scans are written, which is meant for the program.
  private static let way = ProcessInfo.processInfo.environment.filter {
    $0.key == "BACKSTORY_INCREMENTAL"
  }

  /// Nothing else of the caller's environment reaches the program but what is given here.
  static func start(
    _ binary: String, _ arguments: [String], in folder: Folder?, environment: [String: String]
  ) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: binary)
    process.arguments = arguments
    process.currentDirectoryURL = folder?.url
    process.environment = [
      "LANG": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "BACKSTORY": path,
    ].merging(way.merging(environment) { _, given in given }) { _, given in given }
    // Files and not pipes: a pipe that nobody empties would stop the program.
    let outputs = try Folder()
    try outputs.write([], "out")
    try outputs.write([], "err")
    process.standardOutput = try FileHandle(forWritingTo: outputs.url("out"))
    process.standardError = try FileHandle(forWritingTo: outputs.url("err"))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Run(
      output: try outputs.text("out"), complaint: try outputs.text("err"),
      code: process.terminationStatus)
  }
}

/// A folder of its own for one test, gone when the test is.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "backstory-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The place of a file in the folder.
  func url(_ name: String) -> URL { url.appending(path: name) }

  /// Writes a file of these bytes.
  func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: url(name)) }

  /// What a file says.
  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url(name)), as: UTF8.self)
  }
}
