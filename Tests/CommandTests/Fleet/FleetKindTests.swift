import Foundation
import Testing

/// What only a fleet can find, and what it must not take for it.
@Suite struct FleetKindTests {
  private let shared: Folder
  private let centre: FleetCentre

  init() throws {
    shared = try Folder()
    centre = try FleetCentre()
    for line in [
      "own-kvm01.qcow2 1M", "own-kvm02.qcow2 1M", "base.qcow2 1M", "lone.qcow2 1M", "disk.qcow2 1M",
    ] {
      #expect(try Program.shell("qemu-img create -q -f qcow2 \(line)", in: shared).code == 0)
    }
  }

  private func found(_ words: String...) throws -> [[String: Any]] {
    try centre.ask(["check", "--output", "json"] + words).objects
  }

  private func kinds() throws -> [String] { try found().compactMap { $0["kind"] as? String } }

  private func declare() throws {
    let storage = try centre.sql("SELECT identity FROM unclear_filesystem LIMIT 1")
    let identity =
      storage.isEmpty
      ? try centre.sql(
        "SELECT DISTINCT identity FROM filesystem JOIN image ON image.source = filesystem.source AND image.filesystem = filesystem.id"
      ) : storage
    let run = try centre.ask(
      "storage", "declare", identity, "--viewers", "kvm01,kvm02", "--closed")
    #expect(run.code == 0, "\(run.complaint)")
  }

  @Test func `A machine that writes to a base of which another host has overlays is found`() throws
  {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let own = try Folder()
    #expect(
      try Program.shell(
        "qemu-img create -q -f qcow2 -b \(shared.url.path)/base.qcow2 -F qcow2 overlay.qcow2",
        in: own
      ).code == 0)
    let other = try SharingHost("kvm02", pools: shared.url.path, own.url.path)
    try other.define("web", "overlay.qcow2", in: 1)
    try one.night(to: centre)
    try other.night(to: centre)
    try declare()
    #expect(try !kinds().contains("base-in-use"))
    try one.define("writer", "base.qcow2")
    // How far clocks may be apart depends on how long a bundle was on its way.
    var finding: [String: Any]?
    for _ in 0..<5 where finding == nil {
      try one.night(to: centre)
      try other.night(to: centre)
      finding = try found("--kind", "base-in-use").first
    }
    #expect(finding?["host"] as? String == "kvm01")
    #expect(finding?["other-host"] as? String == "kvm02")
    #expect(finding?["domain"] as? String == "writer")
    #expect((finding?["filename"] as? String)?.hasSuffix("/base.qcow2") == true)
  }

  @Test func `A copy that a machine left on the host from which it went is found`() throws {
    let places = [try Folder(), try Folder()]
    for (place, name) in zip(places, ["kvm01", "kvm02"]) {
      #expect(
        try Program.shell(
          "for name in web own-\(name); do qemu-img create -q -f qcow2 $name.qcow2 1M; done",
          in: place
        ).code == 0)
    }
    let one = try SharingHost("kvm01", pools: places[0].url.path)
    let other = try SharingHost("kvm02", pools: places[1].url.path)
    try one.define("web", "web.qcow2")
    try one.night(to: centre)
    try other.night(to: centre)
    #expect(try !kinds().contains("left-behind"))
    try one.undefine("web")
    try other.define("web", "web.qcow2")
    try one.night(to: centre)
    try other.night(to: centre)
    let finding = try found("--kind", "left-behind").first
    #expect(finding?["host"] as? String == "kvm01")
    #expect(finding?["other-host"] as? String == "kvm02")
    // It went away altogether: whoever is left has only one of them.
    try FileManager.default.removeItem(atPath: places[0].url("web.qcow2").path)
    try one.night(to: centre)
    #expect(try !kinds().contains("left-behind"))
  }

  @Test func `A clock that is wrong by a day is told, and nothing is an orphan by its word`() throws
  {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let other = try SharingHost("kvm02", pools: shared.url.path)
    let yesterday =
      "UPDATE bundle SET created = created - 86400000; "
      + "UPDATE scan SET started = started - 86400000, finished = finished - 86400000"
    for _ in 0..<3 {
      try one.night(to: centre)
      try other.night(to: centre, changed: yesterday)
    }
    try declare()
    let finding = try found("--kind", "clock-skew")
    #expect(finding.compactMap { $0["host"] as? String } == ["kvm02"])
    #expect(try centre.ask("orphans", "--output", "json").objects.isEmpty)
    let doubts = try centre.ask("orphans", "--all", "--output", "json").objects
    #expect(
      doubts.contains {
        ($0["evidence"] as? [String])?.contains { $0.contains("the clock of kvm02") } == true
      })
  }

  @Test func `A local file system of one name on two hosts is unclear until it is declared`() throws
  {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let other = try SharingHost("kvm02", pools: shared.url.path)
    let clone =
      "UPDATE filesystem SET identity = 'uuid:0123456789abcdef0123456789abcdef'"
    for _ in 0..<3 {
      try one.night(to: centre, changed: clone)
      try other.night(
        to: centre, changed: clone + "; UPDATE bundle SET machine_id = 'of-another-host'")
    }
    #expect(try kinds().contains("storage-identity-unclear"))
    // Either may use what the other calls an orphan on a disk of its own.
    #expect(try centre.ask("orphans", "--output", "json").objects.isEmpty)
    #expect(try !kinds().contains("orphan"))
    try declare()
    #expect(try !kinds().contains("storage-identity-unclear"))
    let images = try centre.ask("list", "--output", "json").objects
    #expect(images.allSatisfy { $0["shared-id"] != nil })
  }

  @Test func `Two names of one export are proposed, and one storage after somebody said so`() throws
  {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let other = try SharingHost("kvm02", pools: shared.url.path)
    try other.define("far", "disk.qcow2")
    func nights() throws {
      try one.night(
        to: centre, changed: "UPDATE filesystem SET identity = 'nfs:filer:/images'")
      try other.night(
        to: centre, changed: "UPDATE filesystem SET identity = 'nfs:10.0.0.5:/images'")
    }
    for _ in 0..<3 { try nights() }
    let proposed = try found("--kind", "storage-identity-unclear")
    #expect(proposed.count == 1)
    #expect((proposed.first?["message"] as? String)?.contains("storage same") == true)
    // By its own name a storage of one host, and closed: what the other uses under another name is no orphan.
    let closed = try centre.ask(
      "storage", "declare", "nfs:filer:/images", "--viewers", "kvm01", "--closed")
    #expect(closed.code == 0)
    Thread.sleep(forTimeInterval: 2)
    try nights()
    let names = try centre.ask("orphans", "--output", "json").objects.compactMap {
      ($0["filename"] as? String)?.split(separator: "/").last
    }
    #expect(!names.contains("disk.qcow2"))
    #expect(try centre.ask("storage", "same", "nfs:10.0.0.5:/images", "nfs:nowhere:/").code == 1)
    let same = try centre.ask("storage", "same", "nfs:10.0.0.5:/images", "nfs:filer:/images")
    #expect(same.code == 0, "\(same.complaint)")
    #expect(try found("--kind", "storage-identity-unclear").isEmpty)
    let images = try centre.ask("list", "--output", "json").objects
    #expect(images.count == 10)
    #expect(Set(images.compactMap { $0["shared-id"] as? Int }).count == 5)
    // Whether all viewers of both are known has to be said anew.
    #expect(try centre.ask("orphans", "--output", "json").objects.isEmpty)
    let storages = try centre.ask("storage", "list", "--output", "json").objects
    #expect(
      storages.contains {
        $0["identity"] as? String == "nfs:10.0.0.5:/images"
          && $0["same-as"] as? String == "nfs:filer:/images"
      })
  }

  @Test func `A file that is written to is used, whoever writes, and restarts the rounds`() throws {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let other = try SharingHost("kvm02", pools: shared.url.path)
    func night() throws {
      try one.night(to: centre)
      try other.night(to: centre)
    }
    try night()
    try declare()
    var names: [Substring] = []
    for _ in 0..<5 where !names.contains("disk.qcow2") {
      Thread.sleep(forTimeInterval: 1.5)
      #expect(try Program.shell("touch lone.qcow2", in: shared).code == 0)
      try night()
      names = try centre.ask("orphans", "--output", "json").objects.compactMap {
        ($0["filename"] as? String)?.split(separator: "/").last
      }
    }
    #expect(!names.contains("lone.qcow2"))
    #expect(names.contains("disk.qcow2"))
  }

  @Test func `Details that PostgreSQL cannot read spoil no answer about others`() throws {
    let one = try SharingHost("kvm01", pools: shared.url.path)
    let other = try SharingHost("kvm02", pools: shared.url.path)
    try one.night(to: centre)
    for detail in [#"{\"part\":\"\\u0000\"}"#, "1e999999", "[]", #"{\"documents\":7}"#] {
      let host = try SharingHost(
        "kvm\(detail.utf8.count)", pools: shared.url.path, isOwn: false)
      try host.define("web", "disk.qcow2")
      try host.night(to: centre, changed: "UPDATE reference SET detail = '\(detail)'")
    }
    try other.night(to: centre)
    try declare()
    for question in ["check", "orphans", "list", "status", "log"] {
      let run = try centre.ask(question, "--output", "json")
      #expect(run.code != 1, "\(question): \(run.complaint)")
    }
    let run = try centre.ask("dependents", shared.url("disk.qcow2").path)
    #expect(run.code == 0, "\(run.complaint)")
  }
}
