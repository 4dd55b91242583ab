import Foundation
import Model
import Testing

@testable import Configuration

@Suite struct ConfigurationFileTests {
  @Test(
    arguments: [
      (0, 0o100644, true), (0, 0o100600, true), (0, 0o100664, false), (0, 0o100646, false),
      (1000, 0o100600, false),
    ] as [(UInt32, UInt32, Bool)])
  func `root follows a file that only root can write`(owner: UInt32, mode: UInt32, trusted: Bool) {
    #expect(ConfigurationFile.isTrusted(ownerID: owner, mode: mode) == trusted)
  }

  @Test func `one that nobody named need not be there`() throws {
    let path: PathBytes = "/nonexistent/backstory.toml"
    #expect(try ConfigurationFile(path, isNamed: false).settings(isRoot: true) == Settings())
    #expect(throws: ConfigurationFaults.self) {
      try ConfigurationFile(path, isNamed: true).settings(isRoot: true)
    }
  }

  @Test(arguments: ["[scan]\u{0}", "[[pool]]\nname = \"a\\u0000b\"\npath = \"/x\""])
  func `a NUL is refused`(text: String) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).toml")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(text.utf8).write(to: url)
    do {
      _ = try ConfigurationFile(PathBytes(url.path.utf8), isNamed: true).settings(isRoot: false)
      Issue.record("it was read")
    } catch {
      #expect(error.faults.map(\.problem) == [.notText])
    }
  }

  @Test func `a letter too many, too few, wrong or swapped is near`() {
    #expect(NearestWord.to("exclud", in: ["exclude", "jobs"]) == "exclude")
    #expect(NearestWord.to("jbos", in: ["exclude", "jobs"]) == "jobs")
    #expect(NearestWord.to("MAX_DEPTH", in: ["max-depth", "grace"]) == "max-depth")
    #expect(NearestWord.to("colour", in: ["exclude", "jobs"]) == nil)
  }
}
