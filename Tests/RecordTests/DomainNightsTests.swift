import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// Machines over nights: who is who, which number each reference has, and when what a source said ends.
@Suite struct DomainNightsTests {
  private func host() throws -> ScriptedHost {
    let host = try ScriptedHost("/pool")
    for name in ["a", "b", "c"] as [PathBytes] { host.put(PathBytes("/pool/".utf8 + name.bytes)) }
    return host
  }

  private func disk(
    _ name: String, _ target: String = "vda", _ document: DomainUse.Document = .definition,
    format: String? = "qcow2", role: ReferenceRole = .disk
  ) -> SeenDomain.Reference {
    Said.disk(name, format: format, role: role, document: document) { $0.target = target }
  }

  /// What holds of references: number, disk in the machine, path, format.
  private func references(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT ordinal, json_extract(detail, '$.target'), CAST(stored AS TEXT), recorded_format
      FROM reference WHERE holder < 0 AND until_scan IS NULL ORDER BY 1
      """)
  }

  private func machines(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT id, name, is_running, from_scan FROM domain JOIN domain_state ON domain = id
      WHERE until_scan IS NULL ORDER BY id DESC
      """)
  }

  // MARK: Numbers of references

  @Test func `a disk keeps its number while it stays in its place, whatever is before it`() throws {
    let host = try host()
    host.machines = [Said.machine("web", [disk("a", "vda"), disk("b", "vdb")])]
    try host.scan()
    #expect(try references(host) == ["0 vda /pool/a qcow2", "1 vdb /pool/b qcow2"])
    host.machines = [
      Said.machine("web", [disk("c", "sda"), disk("a", "vda"), disk("b", "vdb")])
    ]
    try host.scan()
    #expect(
      try references(host) == [
        "0 vda /pool/a qcow2", "1 vdb /pool/b qcow2", "2 sda /pool/c qcow2",
      ])
    host.machines = [Said.machine("web", [disk("b", "vdb")])]
    try host.scan()
    #expect(try references(host) == ["1 vdb /pool/b qcow2"])
  }

  @Test func `another image in its place has its number, and a number is not given twice`() throws {
    let host = try host()
    host.machines = [Said.machine("web", [disk("a"), disk("b", "vdb")])]
    try host.scan()
    host.machines = [Said.machine("web", [disk("c")])]
    try host.scan()
    #expect(try references(host) == ["0 vda /pool/c qcow2"])
    host.machines = [Said.machine("web", [disk("c"), disk("b", "vdc")])]
    try host.scan()
    #expect(try references(host) == ["0 vda /pool/c qcow2", "2 vdc /pool/b qcow2"])
  }

  @Test func `two of one place keep the numbers of what they say, in whichever order`() throws {
    let host = try host()
    let (a, b) = (disk("a", "sda"), disk("b", "sda"))
    host.machines = [Said.machine("web", [a, b])]
    try host.scan()
    host.machines = [Said.machine("web", [b, a])]
    try host.scan()
    #expect(try references(host) == ["0 sda /pool/a qcow2", "1 sda /pool/b qcow2"])
    #expect(try host.number("SELECT count(*) FROM reference WHERE holder < 0") == 2)
  }

  @Test func `another role or another disk in the machine is another place`() throws {
    let host = try host()
    host.machines = [Said.machine("web", [disk("a", "vda")])]
    try host.scan()
    host.machines = [Said.machine("web", [disk("a", "vdb")])]
    try host.scan()
    host.machines = [Said.machine("web", [disk("a", "vdb", role: .nvram)])]
    try host.scan()
    #expect(
      try host.lines(
        "SELECT ordinal, role, from_scan, until_scan FROM reference WHERE holder < 0 ORDER BY 1")
        == ["0 disk 1 2", "1 disk 2 3", "2 nvram 3 -"])
  }

  @Test func `a finding of a disk stays open while it says the same, and not longer`() throws {
    let host = try host()
    host.machines = [Said.machine("web", [disk("gone")])]
    try host.scan()
    host.machines = [Said.machine("web", [disk("b", "sda"), disk("gone")])]
    try host.scan()
    let found = """
      SELECT from_scan, until_scan FROM finding WHERE kind = 'domain-image-missing' ORDER BY 1
      """
    #expect(try host.lines(found) == ["1 -"])
    host.machines = [Said.machine("web", [disk("b", "sda"), disk("lost")])]
    try host.scan()
    #expect(try host.lines(found) == ["1 3", "3 -"])
  }

  // MARK: Who is who

  @Test func `a machine has one number as long as anybody knows it, away or not`() throws {
    let host = try host()
    let (web, mail) = (
      Said.machine("web", [disk("a")]), Said.machine("mail", [Said.disk("b", of: "mail")])
    )
    host.machines = [web, mail]
    try host.scan()
    #expect(try machines(host) == ["-1 mail 0 1", "-2 web 0 1"])
    host.machines = [mail]
    try host.scan()
    host.machines = [web, mail, Said.machine("new", [Said.disk("c", of: "new")])]
    try host.scan()
    #expect(try machines(host) == ["-1 mail 0 1", "-2 web 0 3", "-3 new 0 3"])
    #expect(try host.defects() == [])
  }

  @Test func `a UUID says who it is, and another name is another machine all the same`() throws {
    let host = try host()
    func machine(_ name: String, _ uuid: String) -> SeenDomain {
      var machine = Said.machine(name, [disk("a")])
      machine.uuid = uuid
      return machine
    }
    host.machines = [machine("web", "u1")]
    try host.scan()
    host.machines = [machine("web", "u2")]
    try host.scan()
    host.machines = [machine("www", "u2")]
    try host.scan()
    host.machines = [machine("web", "u1")]
    try host.scan()
    #expect(
      try host.lines("SELECT domain, from_scan, until_scan FROM domain_state ORDER BY 2")
        == ["-1 1 2", "-2 2 3", "-3 3 4", "-1 4 -"])
  }

  @Test func `checkpoints alone make no machine`() throws {
    let host = try host()
    host.machines = [
      SeenDomain(
        name: "web", uuid: nil, source: "/etc/libvirt/qemu/checkpoint/web/c.xml",
        document: .snapshot, isRunning: false, references: [])
    ]
    try host.scan()
    #expect(try machines(host) == [])
  }

  // MARK: What it says now

  @Test func `a machine that starts has another state, and what it uses is one reference`() throws {
    let host = try host()
    let defined = Said.machine("web", [disk("a")])
    host.machines = [defined]
    try host.scan()
    host.machines = [defined, Said.machine("web", [disk("a", "vda", .live)], isRunning: true)]
    try host.scan()
    #expect(try machines(host) == ["-1 web 1 2"])
    #expect(try references(host) == ["0 vda /pool/a qcow2"])
    #expect(
      try host.lines(
        """
        SELECT is_live, CAST(source AS TEXT) FROM domain_state WHERE until_scan IS NULL
        """) == ["1 /etc/libvirt/qemu/live/web.xml"])
    host.machines = [defined]
    try host.scan()
    #expect(try machines(host) == ["-1 web 0 3"])
  }

  @Test func `what a running machine uses besides is told until nobody says so`() throws {
    let host = try host()
    let defined = Said.machine("web", [disk("a")])
    host.machines = [defined, Said.machine("web", [disk("b", "vda", .live)], isRunning: true)]
    try host.scan()
    #expect(
      try references(host).map { String($0.dropFirst(2)) }.sorted()
        == ["vda /pool/a qcow2", "vda /pool/b qcow2"])
    // A status file that nobody could read says what it said.
    host.machines = [defined]
    try host.scan(.init { $0.hiddenSources = ["/etc/libvirt/qemu/live/web.xml"] })
    #expect(try references(host).count == 2)
    try host.scan()
    #expect(try references(host).map { String($0.dropFirst(2)) } == ["vda /pool/a qcow2"])
    #expect(try host.defects() == [])
  }

  @Test func `a format that the machine states is part of what it says`() throws {
    let host = try host()
    for format in ["qcow2", nil, "raw", "raw"] {
      host.machines = [Said.machine("web", [disk("a", format: format)])]
      try host.scan()
    }
    #expect(
      try host.lines(
        """
        SELECT recorded_format, from_scan, until_scan FROM reference WHERE holder < 0 ORDER BY 2
        """) == ["qcow2 1 2", "- 2 3", "raw 3 -"])
    #expect(try host.number("SELECT count(*) FROM link WHERE holder < 0") == 1)
  }

  // MARK: Sources that somebody let go of

  private func known(_ host: ScriptedHost) throws -> [String] {
    try machines(host).map { String($0.split(separator: " ")[1]) }
  }

  @Test func `a source that is let go of ends with the next scan that asks for machines`() throws {
    let host = try host()
    let kept = Said.machine("web", [disk("a")])
    func listed(_ name: String, _ file: String) -> SeenDomain {
      var use = DomainUse(
        document: .definition, source: PathBytes("/lists/\(file)"), part: "source")
      use.target = "vda"
      var target = kept.references[0].target
      target.path = Array("/pool/none".utf8)
      return SeenDomain(
        name: name, uuid: nil, source: PathBytes("/lists/\(file)"), document: .definition,
        isRunning: false,
        references: [.init(role: .disk, target: target, format: "qcow2", use: use)])
    }
    host.machines = [kept, listed("one", "x/1"), listed("two", "x/2"), listed("three", "y")]
    try host.scan()
    host.machines = [kept]
    try host.scan()
    // Nobody looked there.
    #expect(try known(host) == ["one", "three", "two", "web"])
    let told = try host.writer().forgetSource("/lists/x", isDryRun: true)
    #expect(told.machines == 2 && told.findings == 2 && told.isDryRun)
    try host.scan()
    #expect(try known(host).count == 4)
    #expect(try host.writer().forgetSource("/lists/x", isDryRun: false).machines == 2)
    try host.scan(.init { $0.machines = false })
    #expect(try known(host).count == 4)
    try host.scan()
    #expect(try known(host) == ["three", "web"])
    #expect(try host.findings().count { $0.hasPrefix("domain-image-missing") } == 1)
    #expect(throws: StoreFault.unknownSource("/lists/x")) {
      try host.writer().forgetSource("/lists/x", isDryRun: false)
    }
    // It ends what was known then, and nothing that is read later.
    host.machines = [kept, listed("one", "x/1")]
    try host.scan()
    host.machines = [kept]
    try host.scan()
    #expect(try known(host) == ["one", "three", "web"])
    #expect(try host.defects() == [])
  }

  @Test func `a path that only begins alike is another source`() throws {
    let host = try host()
    host.machines = [Said.machine("web", [disk("a")])]
    try host.scan()
    for path in ["/etc/libvirt/qem", "/etc/libvirt/qemu/web", "/etc/libvirt/qemu/web.xml/x"] {
      #expect(throws: StoreFault.unknownSource(PathBytes(path))) {
        try host.writer().forgetSource(PathBytes(path), isDryRun: true)
      }
    }
    for path in ["/etc/libvirt", "/etc/libvirt/qemu/web.xml"] as [PathBytes] {
      #expect(try host.writer().forgetSource(path, isDryRun: true).machines == 1)
    }
  }
}
