import Foundation
import Machines
import Model
import Testing

/// The neutral list of machines.
@Suite struct MachineListTests {
  private static let whole = """
    {"backstory-machines": 1, "created": "2026-01-01T00:00:00Z", "host": "h"}
    {"machine": "web", "uuid": "0F1E2D3C-0000-4000-8000-000000000001", "path": "/p/web.qcow2", "format": "qcow2"}
    {"machine": "web", "uuid": "0f1e2d3c-0000-4000-8000-000000000001", "path": "/p/cd.iso", "device": "cdrom"}
    {"machine": "db", "kind": "pve", "id": "7", "running": true, "path": "/p/d\\\\xff", "path-escaped": true, "read-only": true, "slot": "scsi0"}
    {"machine": "idle"}
    {"machine": "net", "uri": "nbd://host/export"}
    {"keep": "/p/golden.qcow2", "reason": "the master"}
    {"count": 6}

    """

  private func read(_ text: String) throws -> MachineReading {
    let folder = try Folder()
    try folder.write(text, "list.jsonl")
    return ListSource(path: folder.path.appending("list.jsonl".utf8)).read()
  }

  @Test func `lines of one machine are one machine`() throws {
    let reading = try read(Self.whole)
    #expect(reading.problems.isEmpty)
    #expect(reading.machines.map(\.name).dropLast() == ["web", "db", "idle", "net"])
    #expect(
      reading.machines.flatMap { $0.uses.map(\.line) } == [
        "- now disk qcow2 /p/web.qcow2", "- now disk - /p/cd.iso read-only",
        "scsi0 now disk - /p/d\\xff read-only", "- now disk - export",
        "- kept disk - /p/golden.qcow2 read-only",
      ])
    #expect(reading.machines.map(\.kind) == ["list", "pve", "list", "list", "keep"])
    #expect(reading.machines.map(\.isRunning) == [false, true, false, false, false])
  }

  @Test func `a copy that was cut anywhere is not believed`() throws {
    let bytes = Array(Self.whole.utf8)
    let end = bytes.count - "}\n".utf8.count
    for length in 0..<end {
      let text = String(decoding: bytes.prefix(length), as: UTF8.self)
      let reading = try read(text)
      #expect(reading.machines.isEmpty && reading.problems.count == 1, "\(length)")
    }
    #expect(try read(String(Self.whole.dropLast())).problems.isEmpty)
  }

  @Test func `a line that is missing from the middle is missed`() throws {
    let lines = Self.whole.split(separator: "\n", omittingEmptySubsequences: false)
    let text = (lines[..<3] + lines[4...]).joined(separator: "\n")
    #expect(
      try read(text).problems.map(\.message) == ["line 7: it has 5 lines instead of the stated 6"])
  }

  @Test(arguments: [
    ("", "it is empty; a list begins with {\"backstory-machines\": 1}"),
    ("{\"machine\": \"a\"}\n", "line 1: it does not begin with {\"backstory-machines\": 1}"),
    ("{\"backstory-machines\": 2}\n", "line 1: version 2 of the list is not known"),
    ("[1]\n", "line 1: it is not a JSON object in UTF-8"),
    (
      "{\"backstory-machines\": 1}\n{\"machine\": \"a\", \"path\": \"x\"}\n",
      "line 2: the path is not absolute"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"machine\": 7}\n",
      "line 2: it cannot be parsed: 'machine' is of another type"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"machine\": \"a\", \"path\": \"/x\", \"role\": \"boot\"}\n",
      "line 2: the role 'boot' is not known"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"machine\": \"a\", \"path\": \"/x\", \"format\": \"elf\"}\n",
      "line 2: the format 'elf' is not one of QEMU's"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"path\": \"/x\"}\n",
      "line 2: it has neither 'machine' nor 'keep' nor 'count'"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"count\": 0}\n{\"machine\": \"a\"}\n",
      "line 3: there is text after the last line of the list"
    ),
    (
      "{\"backstory-machines\": 1}\n{\"count\": 1}\n",
      "line 2: it has 0 lines instead of the stated 1"
    ),
  ])
  func `what is wrong with a list is said with its line`(_ text: String, _ message: String) throws {
    let reading = try read(text)
    #expect(reading.problems.map(\.message) == [message])
    #expect(reading.machines.isEmpty)
  }

  @Test func `hostile lines end the reading and nothing else`() throws {
    let head = "{\"backstory-machines\": 1}\n"
    let deep = String(repeating: "{\"a\":", count: 5000)
    let long = "{\"machine\": \"" + String(repeating: "x", count: 70_000) + "\"}"
    for line in [
      deep, long, "{\"machine\": \"a\"", "{", "{\"count\": 1e400}",
      "{\"count\": 99999999999999999999}",
    ] {
      #expect(try read(head + line + "\n").problems.count == 1)
    }
    let folder = try Folder()
    try folder.write(Data(head.utf8) + Data([0x7b, 0xff, 0x7d, 0x0a]), "l")
    #expect(ListSource(path: folder.path.appending("l".utf8)).read().problems.count == 1)
    #expect(ListSource(path: folder.path).read().problems.count == 1)
    #expect(ListSource(path: folder.path.appending("no".utf8)).read().isMissing)
  }
}
