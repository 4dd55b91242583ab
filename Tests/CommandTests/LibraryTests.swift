import Database
import DiskImage
import Foundation
import Model
import Query
import Testing

/// The Swift of the guide: each piece there stands here, is compiled, and does what it says.
@Suite(RealPool.needsQemuImg) struct LibraryTests {
  func describe(_ image: [UInt8]) throws -> [String] {
    let facts = try ImageFacts.reading(image)
    var lines = ["\(facts.format), \(facts.virtualSize ?? 0) bytes for the guest"]
    for reference in facts.references {
      let format =
        reference.recordedFormat.map { String(decoding: $0, as: UTF8.self) } ?? "unrecorded"
      lines.append(
        "\(reference.role) \(String(decoding: reference.stored, as: UTF8.self)), \(format)")
    }
    if let fault = facts.fault { lines.append("invalid: \(fault)") }
    return lines
  }

  func errors(in database: PathBytes, at when: When) throws -> [String] {
    let night = try Inventory(reading: database).view(at: when)
    return try night.findings(kinds: [], pool: nil, since: nil)
      .filter { $0.severity == .error }
      .map { "\($0.kind.rawValue): \($0.message)" }
  }

  func chain(of image: PathBytes, in database: PathBytes) throws -> [String] {
    let night = try Inventory(reading: database).view(at: .latest(back: 0))
    return try night.chain(.path(image)).map { "\($0.filename) \($0.format)" }
  }

  @Test func `what the guide does from Swift works`() throws {
    let pool = try RealPool()
    let database = PathBytes(pool.folder.url("db.sqlite").path.utf8)
    let top = PathBytes("\(pool.path)/top.qcow2".utf8)
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(pool.path)/top.qcow2")))
    #expect(
      try describe(bytes) == [
        "qcow2, 16777216 bytes for the guest", "backing base.qcow2, qcow2",
      ])
    #expect(
      try chain(of: top, in: database) == [
        "\(pool.path)/top.qcow2 qcow2", "\(pool.path)/base.qcow2 qcow2",
      ])
    try pool.shell("rm base.qcow2")
    try pool.scan()
    #expect(try errors(in: database, at: .number(1)).isEmpty)
    #expect(
      try errors(in: database, at: .latest(back: 0)).map { $0.prefix(17) } == ["backing-missing: "])
  }

  /// The text of all Swift files of a room.
  private func code(of room: String) throws -> String {
    let folder = RecordedSessions.url("Sources/\(room)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
  }

  @Test(arguments: ["Model", "DiskImage", "Host", "Query", "Database", "Rules", "Workflow"])
  func `a library has a landing page, and what it names is public`(room: String) throws {
    let page = try String(
      contentsOf: RecordedSessions.url("Sources/\(room)/\(room).docc/\(room).md"), encoding: .utf8)
    #expect(page.hasPrefix("# ``\(room)``\n"))
    #expect(page.contains("\n## Overview\n") && page.contains("\n## Topics\n"))
    let code = try code(of: room)
    let names = page.matches(of: /- ``(\w+)``/).map { String($0.output.1) }
    #expect(!names.isEmpty)
    for name in names {
      #expect(
        ["struct", "enum", "final class", "protocol"].contains {
          code.contains("public \($0) \(name)")
        },
        "\(name)")
    }
  }

  @Test func `every library of the manifest has a landing page`() throws {
    let manifest = try String(
      contentsOf: RecordedSessions.url("Package.swift"), encoding: .utf8)
    let firsts = manifest.matches(of: /\.library\(name: "\w+", targets: \["(\w+)"/)
      .map { String($0.output.1) }
    #expect(firsts == ["Model", "DiskImage", "Host", "Query", "Workflow"])
    for room in firsts {
      let page = RecordedSessions.url("Sources/\(room)/\(room).docc/\(room).md").path
      #expect(FileManager.default.fileExists(atPath: page), "\(room)")
    }
  }

  @Test func `the Swift of the guide is the Swift of this test`() throws {
    let guide = try String(
      contentsOf: RecordedSessions.url("Documentation/guide/swift.md"), encoding: .utf8)
    let own = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
      .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let blocks = guide.components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count == 4)
    for line in blocks.joined().split(separator: "\n") where !line.hasPrefix("//") {
      #expect(own.contains(line.trimmingCharacters(in: .whitespaces)))
    }
  }
}
