import Foundation
import Testing

/// `Documentation/pipeline.md` says which SQL runs when, and it is true.
@Suite struct PipelineTests {
  /// What a row of the page says of one file.
  private struct Row: Equatable, CustomStringConvertible {
    let path: String
    var reads: Set<String>
    var fills: Set<String>

    var description: String {
      func cell(_ names: Set<String>) -> String {
        names.isEmpty ? "–" : names.sorted().map { "`\($0)`" }.joined(separator: ", ")
      }
      return "`\(path)` reads \(cell(reads)), fills \(cell(fills))"
    }
  }

  /// The rooms that have SQL of their own.
  private static let rooms = RoomSQL.rooms

  /// The statements of every file, without comments, by the file's path in its room's folder.
  private static func statements() throws -> [String: String] {
    try RoomSQL.files().mapValues {
      try String(contentsOf: $0, encoding: .utf8).replacing(/--[^\n]*/, with: "")
    }
  }

  private static func row(_ path: String, _ text: String) -> Row {
    var fills = text.matches(of: /(?:INTO|UPDATE|DELETE FROM) temp\.(\w+)/).map { String($0.1) }
    fills += text.matches(of: /CREATE TEMP (?:TABLE|VIEW) (\w+)/).map { String($0.1) }
    let rest = text.replacing(/DELETE FROM temp\.\w+/, with: "")
    var reads = rest.matches(of: /(?:FROM|JOIN)\s+temp\.(\w+)/).map { String($0.1) }
    reads += rest.matches(of: /(?:FROM|JOIN)\s+(\w+_at)\b/).map { String($0.1) }
    return Row(path: path, reads: Set(reads), fills: Set(fills))
  }

  /// The page's lines, each split into its cells.
  private static func cells() throws -> [[Substring]] {
    try String(contentsOf: RecordedSessions.url("Documentation/pipeline.md"), encoding: .utf8)
      .split(separator: "\n").filter { $0.hasPrefix("| `") }
      .map { $0.split(separator: "|").map { $0.trimmed } }
  }

  private static func names(_ cell: Substring) -> [String] {
    cell.matches(of: /`([^`]+)`/).map { String($0.1) }
  }

  @Test func `the page has every file once, with the tables that it reads and fills`() throws {
    let rows = try Self.cells().filter { $0.count == 4 }.map { cells in
      Row(
        path: Self.names(cells[0]).first ?? "", reads: Set(Self.names(cells[2])),
        fills: Set(Self.names(cells[3])))
    }
    let texts = try Self.statements()
    #expect(rows.map(\.path).sorted() == texts.keys.sorted())
    for row in rows {
      let text = try #require(texts[row.path])
      #expect(row == Self.row(row.path, text))
    }
  }

  @Test func `the page names the Swift file that runs each`() throws {
    var texts: [String: String] = [:]
    for file in Self.rooms.flatMap({ RoomSQL.files(in: $0, ending: "swift") }) {
      texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    for cells in try Self.cells() where cells.count == 4 {
      let file = try #require(Self.names(cells[0]).first?.split(separator: "/").last)
      let constant = file.replacing("-", with: "_").replacing(".", with: "_")
      let runner = try #require(Self.names(cells[1]).first)
      #expect(texts[runner]?.contains("PackageResources.\(constant)") == true, "\(file): \(runner)")
    }
  }

  @Test func `base names are unique, for they are embedded by them`() throws {
    let names = try Self.statements().keys.map { $0.split(separator: "/").last ?? "" }
    #expect(names.count == Set(names).count)
  }

  @Test func `the page gives a reason for every CROSS JOIN`() throws {
    let explained = try Self.cells().filter { $0.count == 2 }.compactMap {
      Self.names($0[0]).first
    }
    let crossing = try Self.statements().filter { $0.value.contains("CROSS JOIN") }.keys
      .compactMap { $0.split(separator: "/").last.map(String.init) }
    #expect(explained.sorted() == crossing.sorted())
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
