import Foundation
import Testing

@Suite struct InspectTests {
  /// A folder with an image that stands alone, one that refers to a base, and one cut short.
  private func pool() throws -> Folder {
    let folder = try Folder()
    try folder.write(QCOW2Sample().bytes, "alone.qcow2")
    try folder.write(
      QCOW2Sample(backing: "base.qcow2", backingFormat: "qcow2").bytes, "web.qcow2")
    try folder.write(Array(QCOW2Sample().bytes.prefix(60)), "cut.qcow2")
    return folder
  }

  @Test func `an image is told with the keys of qemu-img`() throws {
    let run = try Program.run("inspect", "web.qcow2", "--output", "json", in: try pool())
    #expect(run.code == 0)
    #expect(run.complaint.isEmpty)
    let image = try #require(run.objects.first)
    #expect(image["filename"] as? String == "web.qcow2")
    #expect(image["format"] as? String == "qcow2")
    #expect(image["virtual-size"] as? Int == 1_073_741_824)
    #expect(image["cluster-size"] as? Int == 65536)
    #expect(image["dirty-flag"] as? Bool == false)
    #expect(image["backing-filename"] as? String == "base.qcow2")
    #expect(image["full-backing-filename"] as? String == "base.qcow2")
    #expect(image["backing-filename-format"] as? String == "qcow2")
    #expect(image["encrypted"] == nil)
    #expect(image["image-id"] == nil)
  }

  @Test func `a relative base is found from the name as it was given`() throws {
    let folder = try pool()
    let name = folder.url.lastPathComponent
    let run = try Program.run("inspect", "../\(name)/web.qcow2", "--output", "json", in: folder)
    let image = try #require(run.objects.first)
    #expect(image["full-backing-filename"] as? String == "../\(name)/base.qcow2")
    let references = try #require(image["references"] as? [[String: Any]])
    #expect(references.count == 1)
    #expect(references.first?["role"] as? String == "backing")
    #expect(references.first?["stored"] as? String == "base.qcow2")
    #expect((references.first?["target"] as? String)?.hasSuffix("/\(name)/base.qcow2") == true)
  }

  @Test func `files are told in the order in which they are named`() throws {
    let run = try Program.run(
      "inspect", "--output", "json", "web.qcow2", "alone.qcow2", in: try pool())
    #expect(run.objects.map { $0["filename"] as? String } == ["web.qcow2", "alone.qcow2"])
  }

  @Test func `standalone is a gate`() throws {
    let folder = try pool()
    #expect(try Program.run("inspect", "--standalone", "alone.qcow2", in: folder).code == 0)
    #expect(try Program.run("inspect", "--standalone", "web.qcow2", in: folder).code == 2)
    #expect(
      try Program.run("inspect", "--standalone", "alone.qcow2", "web.qcow2", in: folder).code == 2)
  }

  @Test func `the gate says what it stops and why`() throws {
    let folder = try pool()
    let run = try Program.run(
      "inspect", "--standalone", "alone.qcow2", "web.qcow2", "--output", "json", in: folder)
    #expect(
      run.complaint
        == "backstory: 'web.qcow2' cannot stand alone: it refers to something else (backing)\n")
    #expect(
      run.objects.map { $0["not-standalone"] as? String }
        == [nil, "it refers to something else (backing)"])
    let other = try Program.run("inspect", "web.qcow2", "--output", "json", in: folder)
    #expect(other.objects.first?["not-standalone"] == nil)
  }

  @Test func `a header that cannot be true does not pass the gate`() throws {
    let folder = try pool()
    let run = try Program.run(
      "inspect", "--standalone", "cut.qcow2", "--output", "json", in: folder)
    #expect(run.code == 2)
    #expect(run.objects.first?["header-fault"] is String)
    #expect(try Program.run("inspect", "cut.qcow2", in: folder).code == 0)
  }

  @Test func `a file that cannot be read does not hide the others`() throws {
    let run = try Program.run(
      "inspect", "none.qcow2", "alone.qcow2", "--standalone", "--output", "json", in: try pool())
    #expect(run.code == 1)
    #expect(run.objects.map { $0["filename"] as? String } == ["alone.qcow2"])
    #expect(run.complaint.hasPrefix("backstory: cannot read 'none.qcow2': "))
    #expect(run.complaint.split(separator: "\n").count == 1)
  }

  @Test func `a directory and a FIFO are refused and do not block`() throws {
    let folder = try pool()
    let run = try Program.shell(
      "mkfifo fifo && $BACKSTORY inspect fifo . --output json", in: folder)
    #expect(run.code == 1)
    #expect(run.output == "[]\n")
    #expect(run.complaint.split(separator: "\n").count == 2)
  }

  @Test func `every output answers`() throws {
    let folder = try pool()
    let human = try Program.run("inspect", "web.qcow2", in: folder)
    #expect(human.output.hasPrefix("web.qcow2\n  format      qcow2, clusters of 64 KiB\n"))
    let csv = try Program.run("inspect", "web.qcow2", "--output", "csv", in: folder)
    let lines = csv.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("filename,filename-escaped,image-id,pool,format,") == true)
    #expect(lines.last?.hasPrefix("web.qcow2,,,,qcow2,1073741824,") == true)
  }

  @Test func `a name that is not UTF-8 is given and taken escaped`() throws {
    let folder = try pool()
    let run = try Program.shell(
      "touch \"$(printf 'a\\\\b\\377')\" && $BACKSTORY inspect --escaped 'a\\\\b\\xff' --output json",
      in: folder)
    #expect(run.code == 0)
    #expect(run.objects.first?["filename"] as? String == "a\\\\b\\xff")
    #expect(run.objects.first?["filename-escaped"] as? Bool == true)
  }

  @Test func `a name that is not UTF-8 and not escaped is answered with how to give it`() throws {
    let run = try Program.shell("$BACKSTORY inspect \"$(printf '\\377')\"", in: try pool())
    #expect(run.code == 1)
    #expect(run.complaint.hasSuffix("; give a name that is not UTF-8 with --escaped\n"))
  }

  @Test(arguments: ["human", "json", "csv"])
  func `a stored name cannot steer the terminal`(format: String) throws {
    let folder = try Folder()
    try folder.write(
      QCOW2Sample(backing: "\u{1b}]0;x\u{7}\u{202e}.qcow2").bytes, "bad.qcow2")
    let run = try Program.run("inspect", "bad.qcow2", "--output", format, in: folder)
    #expect(run.code == 0)
    #expect(run.output.contains("]0;x"))
    for character in ["\u{1b}", "\u{7}", "\u{202e}"] { #expect(!run.output.contains(character)) }
  }

  @Test func `without a UTF-8 locale the words are ASCII`() throws {
    let run = try Program.run(
      "inspect", "web.qcow2", in: try pool(), environment: ["LC_ALL": "C"])
    #expect(run.output.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func `in a pipe nothing is cut or coloured`() throws {
    let folder = try Folder()
    let name = String(repeating: "long-", count: 40) + "base.qcow2"
    try folder.write(QCOW2Sample(backing: name).bytes, "web.qcow2")
    let run = try Program.run("inspect", "web.qcow2", in: folder, environment: ["TERM": "xterm"])
    #expect(run.output.contains(name))
    #expect(!run.output.contains("\u{1b}"))
  }

  @Test func `an output that takes no more is a failure`() throws {
    let run = try Program.shell("$BACKSTORY inspect web.qcow2 > /dev/full", in: try pool())
    #expect(run.code == 1)
    #expect(
      run.complaint == "backstory: cannot write the output: no space left on device; "
        + "send it somewhere else\n")
  }

  @Test func `a reader that goes away is nothing to complain of`() throws {
    let files = Array(repeating: "web.qcow2", count: 400).joined(separator: " ")
    let run = try Program.shell(
      "$BACKSTORY inspect \(files) --output json | head -n 1", in: try pool())
    #expect(run.output == "[\n")
    #expect(run.complaint.isEmpty)
  }
}
