import Foundation
import Testing

/// A directory of real images made with `qemu-img`, and a database beside it.
final class RealPool {
  static let needsQemuImg: ConditionTrait = .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/qemu-img"),
    "qemu-img is not installed")

  let folder: Folder
  var path: String { folder.url("pool").path }

  init() throws {
    folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url("pool"), withIntermediateDirectories: true)
  }

  /// Runs a line of the shell in the pool.
  @discardableResult
  func shell(_ line: String) throws -> Run {
    let run = try Program.shell("cd pool && \(line)", in: folder)
    #expect(run.code == 0, "\(line): \(run.complaint)")
    return run
  }

  /// Makes an image; `options` as `qemu-img create` takes them.
  func image(_ name: String, _ options: String = "", size: String? = nil) throws {
    let bytes = size ?? (options.isEmpty ? "16M" : "")
    try shell("qemu-img create -q -f qcow2 \(options) '\(name)' \(bytes)")
  }

  /// Takes the recorded backing format out of an image: its extension gets an unknown type.
  func forgetBackingFormat(_ name: String) throws {
    let url = folder.url("pool/\(name)")
    var bytes = try Data(contentsOf: url)
    let type = try #require(bytes.range(of: Data([0xE2, 0x79, 0x2A, 0xCA])))
    bytes[type.lowerBound] = 1
    let file = try FileHandle(forUpdating: url)
    try file.write(contentsOf: bytes.prefix(4096))
    try file.close()
  }

  /// Runs the program on the pool's database.
  func backstory(_ arguments: String...) throws -> Run { try backstory(arguments) }

  /// The same.
  func backstory(_ arguments: [String]) throws -> Run {
    try Program.run(
      arguments, in: folder, environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
  }

  /// Scans the pool, or what is named.
  @discardableResult
  func scan(_ arguments: String...) throws -> Run {
    try Program.run(
      ["scan", "--output", "json"] + (arguments.isEmpty ? [path] : arguments), in: folder,
      environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
  }

  /// Kinds of the open findings with the names of their images, sorted.
  func findings(_ arguments: String...) throws -> [String] {
    let run = try Program.run(
      ["check", "--output", "json"] + arguments, in: folder,
      environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
    return run.objects.map {
      let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
      return "\($0["kind"] ?? "") \(name)"
    }.sorted()
  }
}

extension Run {
  /// The output as a JSON object; empty where it is anything else.
  var object: [String: Any] {
    let json = try? JSONSerialization.jsonObject(with: Data(output.utf8))
    return json as? [String: Any] ?? [:]
  }

  /// A number of the `scan` object of a scan's answer.
  func count(_ key: String) -> Int? { (object["scan"] as? [String: Any])?[key] as? Int }
}
