import Foundation
import Testing

/// Who is told of a night, what, and when not.
@Suite(RealPool.needsQemuImg) struct NotifyTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.image("base.qcow2")
    for name in ["a", "b"] { try pool.image("\(name).qcow2", "-b base.qcow2 -F qcow2") }
  }

  /// A configuration whose command keeps what it is told in a file of its own each time.
  private func configure(_ more: String = "", command: String? = nil) throws {
    let folder = pool.folder.url.path
    let command = command ?? "n=$(ls \(folder)/told-* 2>/dev/null | wc -l); cat > \(folder)/told-$n"
    let text = """
      database = "\(folder)/db.sqlite"
      [notify]
      command = '''\(command)'''
      \(more)
      """
    try pool.folder.write(Array(text.utf8), "backstory.toml")
  }

  private func notify(_ more: String..., environment: [String: String] = [:]) throws -> Run {
    try Program.run(
      ["notify", "--config", pool.folder.url("backstory.toml").path] + more, in: pool.folder,
      environment: environment)
  }

  /// What was told, in order.
  private func told() throws -> [[String: Any]] {
    try (0..<20).prefix {
      FileManager.default.fileExists(atPath: pool.folder.url("told-\($0)").path)
    }
    .map { number in
      let text = try pool.folder.text("told-\(number)")
      return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }
  }

  @Test func `a command gets what opened and closed since it was told last, and nothing twice`()
    throws
  {
    try configure()
    try pool.scan()
    #expect(try notify().code == 0)
    #expect(try told().isEmpty, "nothing is wrong, and nothing was")
    try pool.shell("mv base.qcow2 away.qcow2")
    try pool.scan()
    #expect(try notify().code == 0)
    #expect(try notify().code == 0)
    let first = try #require(try told().first)
    #expect(try told().count == 1)
    #expect(first["event"] as? String == "changed")
    #expect((first["opened"] as? [Any])?.count == 2 && (first["closed"] as? [Any])?.isEmpty == true)
    let subject = try #require(first["subject"] as? String)
    #expect(subject.hasSuffix("2 images lost their base (2 new)"), "\(subject)")
    #expect((first["text"] as? String)?.contains("2 images lost base.qcow2") == true)
    #expect((first["status"] as? [String: Any])?["counts"] != nil)
    try pool.shell("mv away.qcow2 base.qcow2")
    try pool.scan()
    #expect(try notify().code == 0)
    let second = try #require(try told().last)
    #expect((second["closed"] as? [Any])?.count == 2)
    #expect((second["subject"] as? String)?.hasSuffix("have no findings (2 closed)") == true)
  }

  @Test func `what was acknowledged is no news, and always means always`() throws {
    try configure()
    try pool.scan()
    #expect(try notify().code == 0)
    try pool.shell("mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    #expect(try pool.backstory("ack", "--kind", "backing-missing").code == 0)
    #expect(try notify().code == 0)
    #expect(try told().isEmpty)
    #expect(try notify("--always").code == 0)
    #expect(try told().map { $0["event"] as? String } == ["unchanged"])
    try configure("always = true")
    #expect(try notify().code == 0)
    #expect(try told().count == 2)
  }

  @Test func `who could not be told is told the next time`() throws {
    try configure(command: "cat > /dev/null; exit 7")
    try pool.shell("mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    let failed = try notify()
    #expect(failed.code == 1 && failed.complaint.contains("the command of [notify] failed with 7"))
    try configure()
    #expect(try notify().code == 0)
    #expect(try told().count == 1)
  }

  @Test func `that the scan failed is told, whether there is an inventory or not`() throws {
    try configure()
    let unit = [
      "MONITOR_SERVICE_RESULT": "exit-code", "MONITOR_UNIT": "backstory-scan.service",
      "MONITOR_EXIT_STATUS": "1",
    ]
    #expect(try notify(environment: unit).code == 0)
    try pool.scan()
    #expect(try notify(environment: unit).code == 0)
    #expect(try notify(environment: ["MONITOR_SERVICE_RESULT": "success"]).code == 0)
    let all = try told()
    #expect(all.map { $0["event"] as? String } == ["failed", "failed"])
    for one in all {
      #expect(
        (one["failure"] as? String)?.hasPrefix("backstory-scan.service failed: exit-code 1") == true
      )
      #expect((one["subject"] as? String)?.hasSuffix(": the scan failed") == true)
    }
  }

  @Test func `a pool that is not there is told once, and once when it is back`() throws {
    try configure()
    try pool.scan()
    #expect(try notify().code == 0)
    try pool.shell("mv ../pool ../nowhere")
    for _ in 1...2 {
      #expect(try pool.scan().code == 3)
      #expect(try notify().code == 0)
    }
    let gone = try told()
    #expect(gone.count == 1)
    #expect((gone.first?["subject"] as? String)?.contains("' was not seen") == true)
    #expect((gone.first?["subject"] as? String)?.contains("last complete") == false)
    #expect((gone.first?["text"] as? String)?.contains("Not seen") == true)
    #expect(try Program.shell("mv nowhere pool", in: pool.folder).code == 0)
    try pool.scan()
    #expect(try notify().code == 0)
    #expect((try told().last?["text"] as? String)?.contains("Seen again") == true)
  }

  @Test func `that no scan came is told once`() throws {
    try configure("[monitor]\nstale-warning = \"1h\"")
    try pool.scan()
    #expect(try notify().code == 0)
    #expect(try told().isEmpty)
    try pool.shell(
      "sqlite3 ../db.sqlite 'UPDATE scan SET started = started - 7200000, finished = finished - 7200000'"
    )
    #expect(try notify().code == 0)
    #expect(try notify().code == 0)
    #expect(try told().map { $0["event"] as? String } == ["missed"])
    #expect((try told().first?["subject"] as? String)?.contains(": no scan since 2") == true)
  }

  @Test func `a mail has a subject that says host and state`() throws {
    let folder = pool.folder.url.path
    try pool.folder.write(
      Array("#!/bin/sh\necho \"$@\" > \(folder)/arguments\ncat > \(folder)/mail\n".utf8), "sendmail"
    )
    try pool.shell("chmod +x ../sendmail; mv base.qcow2 ../gone.qcow2")
    try pool.scan()
    let text = """
      database = "\(folder)/db.sqlite"
      [notify]
      mail = ["root", "images@example.org"]
      sendmail = "\(folder)/sendmail"
      """
    try pool.folder.write(Array(text.utf8), "backstory.toml")
    #expect(try notify().code == 0)
    #expect(try pool.folder.text("arguments") == "-i -- root images@example.org\n")
    let mail = try pool.folder.text("mail")
    #expect(mail.hasPrefix("To: root, images@example.org\nSubject: "))
    #expect(mail.contains("2 images need a missing file (2 new)\n"))
    #expect(mail.contains("\n\nNew\n✕ 2 images need base.qcow2, which is missing"))
    #expect(try notify("--dry-run").output.isEmpty)
    #expect(try notify("--dry-run", "--always").output.hasPrefix("Subject: "))
  }

  @Test func `addresses and commands that cannot be meant are faults of the configuration`() throws
  {
    for wrong in ["mail = [\"-f evil\"]", "mail = [\"a b\"]", "mail = \"root\"", "comand = \"x\""] {
      try pool.folder.write(Array("[notify]\n\(wrong)\n".utf8), "backstory.toml")
      let run = try Program.run(
        ["config", "check", "--config", pool.folder.url("backstory.toml").path], in: pool.folder)
      #expect(run.code == 1, "\(wrong)")
    }
  }

  @Test func `outputs that cannot be written are told by config check, and fail the night`() throws
  {
    let folder = pool.folder.url.path
    for key in ["metrics = \"\(folder)/none/b.prom\"", "report = \"\(folder)/none/r.html\""] {
      let text = """
        database = "\(folder)/db.sqlite"
        [[pool]]
        name = "images"
        path = "\(pool.path)"
        [output]
        \(key)
        """
      try pool.folder.write(Array(text.utf8), "backstory.toml")
      let config = ["--config", pool.folder.url("backstory.toml").path]
      let check = try Program.run(["config", "check"] + config, in: pool.folder)
      #expect(check.code == 1 && check.complaint.contains("'\(folder)/none' does not exist"))
      let night = try Program.run(["nightly"] + config, in: pool.folder)
      #expect(night.code == 1 && night.complaint.contains("cannot write"))
      #expect(try pool.backstory("scans", "--output", "json").objects.isEmpty == false)
    }
  }
}
