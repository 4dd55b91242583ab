import Foundation
import Testing

/// How rows of a host come to the centre, and are the same rows there.
@Suite struct FleetRowTests {
  /// What SQLite says of a query on a database.
  private func own(_ query: String, _ host: FleetHost) throws -> String {
    try Program.shell("sqlite3 db \"\(query)\"", in: host.folder).output.trimmingCharacters(
      in: .newlines)
  }

  private func send(_ host: FleetHost, _ centre: FleetCentre, since token: String? = nil) throws
    -> String
  {
    let bundle = try token.map { try host.bundle("--since", $0) } ?? (try host.bundle())
    let run = try centre.ask("import", "--source", "kvm01", bundle)
    #expect(run.code == 0, "\(run.complaint)")
    return run.output.split(separator: "\n").last?.split(separator: " ").last.map(String.init) ?? ""
  }

  private func define(_ machine: String, _ file: String, _ image: String, _ host: FleetHost) throws
  {
    let path = host.folder.url("domains/\(file).xml").path
    try Data(
      """
      <domain type='kvm'><name>\(machine)</name><devices><disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='\(host.pool)/\(image)'/><target dev='vda' bus='virtio'/></disk>
      <disk type='file' device='cdrom'><source file='\(host.pool)/none.iso'/><target dev='sda'/><readonly/></disk>
      </devices></domain>
      """.utf8
    ).write(to: URL(fileURLWithPath: path))
  }

  @Test func `Details of references take half the room, and are read as the host wrote them`()
    throws
  {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    for number in 0..<3 { try define("web\(number)", "web\(number)", "a.qcow2", host) }
    try host.scan()
    _ = try send(host, centre)
    let details = "SELECT detail FROM reference WHERE detail IS NOT NULL ORDER BY holder, ordinal"
    let sent = try own(details, host)
    #expect(sent.contains("\"bus\":\"virtio\"") && sent.contains("\"read-only\":true"))
    #expect(
      try centre.sql(
        details.replacingOccurrences(of: "SELECT detail", with: "SELECT unpacked(detail)"))
        == sent)
    #expect(
      try centre.sql(
        "SELECT sum(length(detail)) * 2 < sum(length(unpacked(detail))) FROM reference WHERE role = 'disk'"
      )
        == "t")
    #expect(
      try centre.sql(
        "SELECT DISTINCT as_json(detail) ->> 'part' FROM reference WHERE role = 'disk'")
        == "source")
    let file = try centre.ask("extract", "kvm01", "--to", host.folder.url("copy").path)
    #expect(file.code == 0, "\(file.complaint)")
    #expect(
      try Program.shell("sqlite3 copy \"\(details)\"", in: host.folder).output
        .trimmingCharacters(in: .newlines) == sent)
  }

  @Test func `Names with whatever a list of values is written with come through`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try define(#"NULL"#, "null", "a.qcow2", host)
    try host.scan()
    let token = try send(host, centre)
    for (number, name) in [#"we\b"#, #"quo&quot;te"#, "{comma,}", "", "two  words", "ü\u{85}"]
      .enumerated()
    {
      try define(name.isEmpty ? "null" : name, "m\(number)", "a.qcow2", host)
    }
    try FileManager.default.createDirectory(
      at: host.folder.url(#"pool/dir"\,{x}"#), withIntermediateDirectories: true)
    _ = try Program.shell("cp pool/a.qcow2 'pool/dir\"\\,{x}/b\\\".qcow2'", in: host.folder)
    try host.scan()
    _ = try send(host, centre, since: token)
    for words in [["list", "--output", "json"], ["machines", "--output", "json"]] {
      let said = try Program.run(
        words, in: host.folder, environment: ["BACKSTORY_DB": host.folder.url("db").path])
      #expect(try centre.ask(words + ["--host", "kvm01"]).output == said.output, "\(words)")
      #expect(said.output.contains(words[0] == "list" ? #"dir\"\\,{x}"# : #"we\\b"#))
    }
  }

  @Test func `A night in which more changed than a statement takes is taken like any other`() throws
  {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    _ = try Program.shell(
      "cd pool && for number in $(seq 510); do echo > $number.img; done", in: host.folder)
    try host.scan()
    let token = try send(host, centre)
    _ = try Program.shell(
      "cd pool && touch -d yesterday *.img && mv 1.img one.img", in: host.folder)
    try host.scan()
    _ = try send(host, centre, since: token)
    #expect(try centre.sql("SELECT count(*) FROM file_state WHERE until_scan = 2") == "510")
    #expect(
      try centre.ask("list", "--host", "kvm01", "--output", "json").output
        == (try host.ask("list", "--output", "json").output))
  }

  @Test func `A content that a host forgot and met again is one in its database`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("base.qcow2")
    try host.image("top.qcow2", over: "base.qcow2")
    try host.scan()
    try host.scan()
    _ = try send(host, centre)
    #expect(try centre.sql("SELECT count(*) FROM image WHERE content IS NOT NULL") != "0")
    _ = try centre.sql(
      "INSERT INTO content SELECT source, id + 1000, method, level, ladder FROM content")
    let file = try centre.ask("extract", "kvm01", "--to", host.folder.url("copy").path)
    #expect(file.code == 0, "\(file.complaint)")
    let used =
      "SELECT count(*), count(content.id) FROM image LEFT JOIN content ON content.id = image.content WHERE image.content > 1000"
    let counts = try Program.shell("sqlite3 copy \"\(used)\"", in: host.folder).output
    #expect(
      counts != "0|0\n"
        && Set(counts.split(whereSeparator: { $0 == "|" || $0 == "\n" })).count == 1, "\(counts)")
  }
}
