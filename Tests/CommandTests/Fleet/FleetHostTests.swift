import Foundation
import Testing

/// What one host says of itself, and what the fleet says that it says.
@Suite struct FleetHostTests {
  /// Questions whose answers do not depend on when they are asked.
  private static let questions: [[String]] = [
    ["list", "--output", "json"], ["list", "--all", "--output", "csv"],
    ["check", "--output", "json"], ["check", "--output", "csv"], ["broken", "--output", "json"],
    ["unformatted", "--output", "json"], ["orphans", "--all", "--output", "json"],
    ["status", "--output", "json"], ["log", "--output", "json"], ["diff", "--output", "json"],
    ["pools", "--output", "json"], ["scans", "--output", "json"], ["machines", "--output", "json"],
    ["trend", "--output", "json"], ["churn", "--output", "json"], ["nights", "--output", "json"],
    ["sql", "--output", "json", "SELECT * FROM current_images ORDER BY 1, 2, 3"],
    ["sql", "--output", "json", "SELECT * FROM findings ORDER BY 1"],
    ["sql", "--output", "json", "SELECT * FROM events ORDER BY 1, 3, 4, 5"],
    ["graph", "--format", "json"],
  ]

  private func expectSameAnswers(_ host: FleetHost, _ centre: FleetCentre, scans: Int) throws {
    // Every question of some nights, and of every night some questions.
    for number in 1...scans {
      for (place, question) in Self.questions.enumerated()
      where number == 2 || number == scans || (place + number).isMultiple(of: 4) {
        let words = question + ["--at", "\(number)"]
        let own = try Program.run(
          words, in: host.folder,
          environment: ["BACKSTORY_DB": host.folder.url("db").path])
        let answer = try centre.ask(words + ["--host", "kvm01"])
        #expect(answer.output == own.output, "\(words)")
        #expect(answer.code == own.code, "\(words): \(answer.complaint)")
      }
    }
  }

  @Test func `A host's answers come from the fleet byte for byte, for every night`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("base.qcow2")
    try host.image("top.qcow2", over: "base.qcow2")
    try host.image("other.qcow2", over: "base.qcow2")
    try Data(
      """
      <domain type='kvm'><name>web</name><uuid>5b2a1c3e-0000-4000-8000-000000000001</uuid><devices>
      <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='\(host.pool)/top.qcow2'/>
      <target dev='vda'/></disk></devices></domain>
      """.utf8
    ).write(to: host.folder.url("domains/web.xml"))
    try host.scan()
    var token = ""
    func send() throws {
      let run = try centre.ask(
        "import", "--source", "kvm01",
        token.isEmpty ? try host.bundle() : try host.bundle("--since", token))
      #expect(run.code == 0, "\(run.complaint)")
      token =
        run.output.split(separator: "\n").last?.split(separator: " ").last.map(String.init) ?? ""
    }
    try send()
    _ = try Program.shell(
      "cd pool && mv other.qcow2 moved.qcow2 && qemu-img create -q -f raw plain.img 2M",
      in: host.folder)
    try host.scan()
    try send()
    _ = try Program.shell(
      "cd pool && rm base.qcow2 && qemu-img create -q -f qcow2 new.qcow2 4M", in: host.folder)
    try host.scan()
    try send()
    #expect(try host.ask("ack", host.pool + "/top.qcow2", "--reason", "known").code == 0)
    try host.scan()
    try host.scan()
    try send()
    try expectSameAnswers(host, centre, scans: 5)
    for words in [
      ["show", host.pool + "/top.qcow2"], ["history", host.pool + "/top.qcow2"],
      ["dependents", host.pool + "/base.qcow2"], ["why", host.pool + "/top.qcow2"],
      ["blame", host.pool + "/moved.qcow2"], ["uses", host.pool + "/top.qcow2"],
      ["chain", host.pool + "/moved.qcow2"], ["metrics"],
    ] {
      let own = try Program.run(
        words, in: host.folder,
        environment: ["BACKSTORY_DB": host.folder.url("db").path])
      let answer = try centre.ask(words + ["--host", "kvm01"])
      #expect(answer.output == own.output, "\(words)")
    }
  }

  @Test func `What is the host's own business is refused on the centre`() throws {
    let centre = try FleetCentre()
    #expect(
      try centre.ask("orphans", "--host", "kvm01", "--script").complaint.contains(
        "for the host itself"))
    #expect(try centre.ask("repair", "--host", "kvm01").code == 1)
    #expect(
      try centre.ask("check", "--host", "kvm01").complaint.contains("there is no host 'kvm01'"))
  }

  @Test func `A retired host sends nothing and is listed with all alone`() throws {
    let host = try FleetHost("kvm01")
    let centre = try FleetCentre()
    try host.image("a.qcow2")
    try host.scan()
    let bundle = try host.bundle()
    #expect(try centre.ask("import", "--source", "kvm01", bundle).code == 0)
    #expect(try centre.ask("retire", "kvm01").code == 0)
    #expect(try centre.ask("hosts", "--output", "json").objects.isEmpty)
    #expect(try centre.ask("hosts", "--all", "--output", "json").objects.count == 1)
    #expect(try centre.ask("import", "--source", "kvm01", bundle).complaint.contains("was retired"))
    #expect(try centre.ask("retire", "--end", "kvm01").code == 0)
    #expect(try centre.ask("import", "--source", "kvm01", bundle).code == 0)
    #expect(try centre.ask("retire", "kvm1").complaint.contains("did you mean 'kvm01'?"))
  }
}
