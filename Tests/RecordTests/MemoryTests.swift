import Foundation
import ScriptedNights
import Testing

@Suite struct MemoryTests {
  /// Pages that this process has in memory (proc(5), statm).
  private func residentPages() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  /// Scans of one process; `BACKSTORY_SCANS=1000` for a long look.
  private static let scans =
    ProcessInfo.processInfo.environment["BACKSTORY_SCANS"].flatMap { Int($0) } ?? 60

  @Test func `scan after scan, a process keeps nothing`() async throws {
    await #expect(processExitsWith: .success) {
      let tests = MemoryTests()
      let pool = try ScriptedPool()
      let files = (0..<50).map { pool.image("i\($0)", backing: $0 == 0 ? nil : "i0") }
      for _ in 0..<(Self.scans / 3) { try pool.scan(files) }
      let before = try tests.residentPages()
      for _ in 0..<Self.scans { try pool.scan(files) }
      let grown = try tests.residentPages() - before
      // 4 KiB each: 20 KiB a scan would be more than what the allocator moves about.
      try #require(grown < max(2000, Self.scans * 5), "grown by \(grown) pages")
    }
  }
}
