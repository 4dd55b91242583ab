import Foundation
import Testing

/// What hosts that share a storage tell only together.
@Suite struct FleetStorageTests {
  private let shared: Folder
  private let one: SharingHost
  private let other: SharingHost
  private let centre: FleetCentre

  init() throws {
    shared = try Folder()
    for line in [
      "own-kvm01.qcow2 1M", "own-kvm02.qcow2 1M", "lone.qcow2 1M", "base.qcow2 1M", "disk.qcow2 1M",
      "-b base.qcow2 -F qcow2 top.qcow2", "-b base.qcow2 -F qcow2 beside.qcow2",
    ] {
      #expect(try Program.shell("qemu-img create -q -f qcow2 \(line)", in: shared).code == 0)
    }
    one = try SharingHost("kvm01", pools: shared.url.path)
    other = try SharingHost("kvm02", pools: shared.url.path)
    centre = try FleetCentre()
    try one.define("web", "top.qcow2")
    try one.define("db", "disk.qcow2")
    // A host alone takes the other's overlay for what a backup left behind.
    try other.define("neighbour", "beside.qcow2")
    try nights()
  }

  private func nights() throws {
    try one.night(to: centre)
    try other.night(to: centre)
  }

  /// Declares the one storage on which the images are.
  private func declare(_ words: String...) throws {
    let storage = try centre.sql(
      "SELECT DISTINCT filesystem.identity FROM filesystem JOIN image ON image.source = filesystem.source AND image.filesystem = filesystem.id"
    )
    let run = try centre.ask(["storage", "declare", storage, "--viewers", "kvm01,kvm02"] + words)
    #expect(run.code == 0, "\(run.complaint)")
  }

  /// Passes nights until something is so, or five have passed: how far clocks may be apart depends on how long a bundle
  /// was on its way.
  private func nights(until isSo: () throws -> Bool) throws -> Bool {
    for _ in 0..<5 {
      Thread.sleep(forTimeInterval: 1.5)
      try nights()
      if try isSo() { return true }
    }
    return false
  }

  private func orphans(_ words: String...) throws -> [(
    name: String, verdict: String, evidence: String
  )] {
    try centre.ask(["orphans", "--output", "json"] + words).objects.map { object in
      (
        ((object["filename"] as? String) ?? "").split(separator: "/").last.map(String.init) ?? "",
        (object["verdict"] as? String) ?? "",
        ((object["evidence"] as? [String]) ?? []).joined(separator: "; ")
      )
    }
  }

  private func kinds() throws -> [String] {
    try centre.ask("check", "--output", "json").objects.compactMap { $0["kind"] as? String }
  }

  @Test func `What stands on a shared base is drawn once, with the machines of all hosts`() throws {
    try declare()
    let file = shared.url("base.qcow2").path
    let name = "kvm01, kvm02:\(shared.url.path)"
    let drawn = try centre.ask("graph", file, "--format", "dot").output
    #expect(drawn.contains("domain web on kvm01"), "\(drawn)")
    #expect(drawn.contains("domain neighbour on kvm02"))
    #expect(!drawn.contains("domain db"))
    for image in ["base", "top", "beside"] {
      #expect(drawn.components(separatedBy: "label=\"\(image).qcow2").count == 2, "\(image)")
    }
    #expect(drawn.contains(name), "\(drawn)")
    #expect(drawn.contains("format qcow2"))
    #expect(try centre.ask("graph", file, "--at", "2001-01-01").code == 1)
    #expect(try centre.ask("graph", file, "--format", "svg").output.hasPrefix("<svg"))
    try FileManager.default.removeItem(atPath: file)
    try nights()
    let broken = try centre.ask("graph", shared.url("top.qcow2").path).output
    #expect(broken.contains("kvm01:") && broken.contains("kvm02:"), "\(broken)")
    #expect(broken.contains("backing: missing"))
  }

  @Test func `What nobody uses is an orphan only when all viewers are known and say so twice`()
    throws
  {
    try declare()
    let open = try orphans("--all")
    #expect(open.map(\.name) == ["lone.qcow2"])
    #expect(open.map(\.verdict) == ["unknown"])
    #expect(open.first?.evidence.contains("nobody said that these are all") == true)
    try declare("--closed")
    #expect(try orphans().isEmpty)
    #expect(try orphans("--all").first?.evidence.contains("second round") == true)
    #expect(try nights { try orphans().map(\.name) == ["lone.qcow2"] })
    // Years later nobody has been heard of.
    #expect(try orphans("--at", "2099-01-01").isEmpty)
    #expect(
      try orphans("--all", "--at", "2099-01-01").first?.evidence.contains("has not reported")
        == true)
    let silent = try centre.ask(
      "check", "--at", "2099-01-01", "--kind", "viewer-silent", "--output", "json")
    #expect(silent.objects.count == 2)
    // The host that uses it was the other one.
    try other.define("lonely", "lone.qcow2")
    try nights()
    #expect(try orphans("--all").isEmpty)
  }

  @Test func `A viewer that never reported holds back every orphan`() throws {
    try declare("--closed")
    let storage = try centre.sql("SELECT identity FROM storage WHERE is_closed")
    #expect(
      try centre.ask("storage", "declare", storage, "--viewers", "kvm01,kvm02,kvm03", "--closed")
        .code == 0)
    _ = try nights { false }
    #expect(try orphans().isEmpty)
    #expect(try orphans("--all").first?.evidence.contains("kvm03 never reported") == true)
    #expect(try kinds().contains("viewer-silent"))
  }

  @Test func `A machine that moves is no finding, one that stays behind as well is`() throws {
    try declare()
    #expect(try kinds().isEmpty)
    try one.undefine("db")
    try other.define("db", "disk.qcow2")
    // Between the two scans both say that they have it.
    try other.night(to: centre)
    #expect(try kinds().isEmpty)
    try one.night(to: centre)
    try nights()
    #expect(try kinds().isEmpty)
    try one.define("db", "disk.qcow2")
    #expect(try nights { try kinds() == ["domain-on-two-hosts"] })
    try one.undefine("db")
    try one.define("thief", "disk.qcow2")
    #expect(try nights { try kinds() == ["shared-writable"] })
  }

  @Test func `What stands on a shared image stands on it at every host`() throws {
    try declare()
    let run = try centre.ask("dependents", "--output", "json", shared.url("base.qcow2").path)
    #expect(
      run.objects.contains { $0["domain"] as? String == "web" && $0["host"] as? String == "kvm01" })
    #expect(run.objects.contains { ($0["filename"] as? String)?.hasSuffix("top.qcow2") == true })
    #expect(try centre.ask("dependents", "--exit-code", shared.url("base.qcow2").path).code == 2)
    #expect(try centre.ask("dependents", "--exit-code", shared.url("lone.qcow2").path).code == 0)
    let list = try centre.ask("list", "--output", "json").objects
    #expect(Set(list.compactMap { $0["shared-id"] as? Int }).count == 7)
    #expect(list.count == 14)
  }

  @Test func `What happened is told of every host, and of one image`() throws {
    try declare()
    #expect(try Program.shell("mv lone.qcow2 found.qcow2; rm base.qcow2", in: shared).code == 0)
    try nights()
    let events = try centre.ask("log", "--output", "json").objects
    for host in ["kvm01", "kvm02"] {
      let own = events.filter { $0["host"] as? String == host }
      #expect(
        own.contains {
          $0["event"] as? String == "moved"
            && ($0["filename"] as? String)?.hasSuffix("found.qcow2") == true
        })
      #expect(own.contains { $0["event"] as? String == "vanished" })
      #expect(
        own.contains {
          $0["event"] as? String == "finding-opened" && $0["kind"] as? String == "backing-missing"
        })
    }
    #expect(try centre.ask("log", "-n", "3", "--output", "json").objects.count == 3)
    #expect(try centre.ask("log", "--until", "2020-01-01", "--output", "json").objects.isEmpty)
    #expect(try centre.ask("log", "--since", "3").complaint.contains("of one host"))
    let moved = try centre.ask("history", "--output", "json", shared.url("lone.qcow2").path).objects
    #expect(moved.compactMap { $0["event"] as? String } == ["moved", "moved"])
    #expect(try centre.ask("history", "/nowhere").complaint.contains("knows no image"))
  }
}
