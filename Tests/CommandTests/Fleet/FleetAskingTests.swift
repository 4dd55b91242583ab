import Foundation
import Testing

/// What is asked of all hosts together.
@Suite struct FleetAskingTests {
  private let host: FleetHost
  private let other: FleetHost
  private let centre: FleetCentre

  init() throws {
    host = try FleetHost("kvm01")
    other = try FleetHost("kvm02")
    centre = try FleetCentre()
    for host in [host, other] {
      try host.image("base.qcow2")
      try host.image("top.qcow2", over: "base.qcow2")
      try host.image("gone.qcow2")
      try host.scan()
      try bring(host)
    }
  }

  private func bring(_ host: FleetHost) throws {
    let run = try centre.ask("import", "--source", host.name, try host.bundle("--full"))
    #expect(run.code == 0, "\(run.complaint)")
  }

  private func change() throws {
    _ = try Program.shell(
      "cd pool && mv base.qcow2 moved.qcow2 && rm gone.qcow2 && qemu-img create -q -f qcow2 new.qcow2 2M",
      in: host.folder)
    try host.scan()
    try bring(host)
  }

  @Test func `The difference of two nights is told of every host`() throws {
    #expect(try centre.ask("diff", "--exit-code", "tomorrow").code == 1)
    try change()
    let run = try centre.ask("diff", "--output", "json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let changes = try #require(object["changes"] as? [[String: Any]])
    // Of the other host there is one night alone: all of it is new.
    let own = changes.filter { $0["host"] as? String == "kvm01" }
    #expect(own.compactMap { $0["change"] as? String } == ["removed", "moved", "added"])
    #expect((own[1]["previous-filename"] as? String)?.hasSuffix("/base.qcow2") == true)
    #expect(changes.count { $0["host"] as? String == "kvm02" } == 3)
    let findings = object["findings"] as? [String: [[String: Any]]]
    #expect(
      findings?["opened"]?.contains {
        $0["kind"] as? String == "backing-missing" && $0["host"] as? String == "kvm01"
      } == true)
    #expect(try centre.ask("diff", "--exit-code").code == 2)
    #expect(try centre.ask("diff", "--exit-code", "2099-01-01").code == 0)
    let whole = try centre.ask("diff", "2020-01-01", "--output", "csv")
    #expect(whole.output.contains("kvm01,added,"))
    #expect(whole.output.contains("kvm01,opened,"))
    #expect(try centre.ask("diff", "2020-01-01", "2020-01-02", "--exit-code").code == 0)
    #expect(try centre.ask("diff", "3").complaint.contains("of one host"))
  }

  @Test func `Every kind is explained, and one that is mistyped is guessed`() throws {
    for kind in [
      "shared-writable", "base-in-use", "domain-on-two-hosts", "viewer-silent", "left-behind",
      "version-drift", "storage-identity-unclear", "clock-skew", "generation-changed",
      "backing-missing",
    ] {
      let run = try centre.ask("explain", kind, "--output", "json")
      #expect(run.code == 0, "\(kind): \(run.complaint)")
      for key in ["meaning", "opens", "closes", "do", "harmless"] {
        #expect(run.output.contains("\"\(key)\": \""), "\(kind): \(key)")
      }
    }
    let guess = try centre.ask("explain", "shared-writeable")
    #expect(guess.code == 1)
    #expect(guess.complaint.contains("did you mean 'shared-writable'?"))
    #expect(
      try centre.ask("check", "--kind", "orphans").complaint.contains("did you mean 'orphan'?"))
  }

  @Test func `The page has all hosts, what is wrong, and nothing that runs`() throws {
    try change()
    let file = host.folder.url("page.html")
    let run = try centre.ask("report", file.path)
    #expect(run.code == 0, "\(run.complaint)")
    let page = try host.folder.text("page.html")
    for text in ["kvm01", "kvm02", "The base is missing", "base.qcow2", "</html>"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("<script"))
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try centre.ask("report", "-", "--at", "2020-01-01").output.contains("No host has sent"))
    // Of one host it is that host's own page.
    #expect(try centre.ask("report", "-", "--host", "kvm02").output.contains("All images"))
  }

  @Test func `What a file's name says is text on the page`() throws {
    _ = try Program.shell(
      "cd pool && mv top.qcow2 '<img src=x onerror=alert(1)>.qcow2' && rm base.qcow2",
      in: host.folder)
    try host.scan()
    try bring(host)
    let page = try centre.ask("report", "-").output
    #expect(!page.contains("<img"))
    #expect(page.contains("&lt;img src=x"))
  }

  @Test func `A storage that nobody reported, and a host that is not there, are told of`() throws {
    let run = try centre.ask("storage", "declare", "nfs:filer:/image", "--viewers", "kvm1,kvm02")
    #expect(run.code == 0)
    #expect(run.complaint.contains("no host has reported 'nfs:filer:/image'"))
    #expect(run.complaint.contains("'kvm1' has not reported; did you mean 'kvm01'?"))
    #expect(!run.complaint.contains("'kvm02'"))
    let wrong = try centre.ask("storage", "same", "nfs:filer:/images", "nfs:filer:/image")
    #expect(wrong.code == 1)
    #expect(wrong.complaint.contains("did you mean 'nfs:filer:/image'?"))
  }

  @Test func `Hosts are asked for what is new, and one that is down holds up no other`() throws {
    let script = host.folder.url("reach").path
    try Data(
      """
      #!/bin/sh
      case $1 in
        kvm01) BACKSTORY_DB=\(host.folder.url("db").path) ;;
        address-of-2) BACKSTORY_DB=\(other.folder.url("db").path) ;;
        *) exit 255 ;;
      esac
      export BACKSTORY_DB; shift 2; echo "$@" >>\(script).log
      exec \(Program.path) "$@"
      """.utf8
    ).write(to: URL(fileURLWithPath: script))
    #expect(try Program.shell("chmod +x reach", in: host.folder).code == 0)
    let first = try centre.ask("collect", "--ssh", script, "kvm01", "kvm02=address-of-2")
    #expect(first.code == 0, "\(first.complaint)")
    #expect(first.output.components(separatedBy: "nothing new").count == 3)
    try change()
    try other.image("more.qcow2")
    try other.scan()
    let run = try centre.ask("collect", "--ssh", script, "kvm03", "kvm02=address-of-2")
    #expect(run.code == 3)
    #expect(run.complaint.contains("kvm03: it cannot be reached"))
    #expect(run.output.hasPrefix("kvm02: scan 2, "))
    #expect(try host.folder.text("reach.log").contains("export --acknowledged "))
    // kvm02 is known by a name that is no address here.
    #expect(try centre.ask("collect", "--ssh", script).code == 3)
    #expect(try centre.ask("collect", "--ssh", script, "kvm9").code == 1)
    #expect(try centre.ask("collect", "--", "-oProxyCommand=x").code == 1)
    #expect(try centre.ask("collect", "kvm1=a b").complaint.contains("no address"))
  }
}
