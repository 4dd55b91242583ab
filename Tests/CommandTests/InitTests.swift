import Foundation
import Testing

/// A first configuration from what a host has, graphs that fold, and words for shells.
@Suite(RealPool.needsQemuImg) struct InitTests {
  @Test func `a first configuration is good, and says what is there`() throws {
    let folder = try Folder()
    let root = folder.url("root").path
    let made = try Program.shell(
      """
      mkdir -p root/etc/libvirt/qemu root/etc/libvirt/storage root/var/lib/libvirt/images root/etc/pve \
        root/srv/vms root/var/lib/prometheus/node-exporter
      touch root/srv/vms/a.qcow2 root/var/lib/libvirt/images/b.qcow2
      echo "<pool type='dir'><name>default</name><target><path>/var/lib/libvirt/images</path></target></pool>" \
        > root/etc/libvirt/storage/default.xml
      """, in: folder)
    #expect(made.code == 0)
    let file = folder.url("new/backstory.toml").path
    let run = try Program.run("init", "--root", root, file, in: folder)
    #expect(run.code == 0 && run.complaint.contains("was written"))
    let text = try folder.text("new/backstory.toml")
    #expect(text.contains("#   default /var/lib/libvirt/images\n[libvirt]\nenabled = true\n"))
    #expect(text.contains("name = \"vms\"\npath = \"\(root)/srv/vms\"\n"))
    #expect(text.contains("kind = \"pve\"") && text.contains("/backstory.prom\""))
    #expect(!text.contains("libvirt/images\"\n"))
    let again = try Program.run("init", "--root", root, file, in: folder)
    #expect(again.code == 1 && again.complaint.contains("--force"))
    #expect(try Program.run("init", "--root", root, "--force", file, in: folder).code == 0)
    let check = try Program.run("config", "show", "--config", file, in: folder)
    #expect(check.code == 0 && check.output.contains("libvirt.enabled"))
  }

  @Test func `on a host without anything it says what to do`() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url("none"), withIntermediateDirectories: false)
    let run = try Program.run("init", "--dry-run", "--root", folder.url("none").path, in: folder)
    #expect(run.output.contains("# No pool was found. Name the directory of your images."))
    #expect(run.output.contains("[retention]\nkeep-last = 30\n"))
  }

  @Test func `of many siblings a few are drawn and the others counted`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    for number in 1...9 { try pool.image("o\(number).qcow2", "-b base.qcow2 -F qcow2") }
    try pool.image("top.qcow2", "-b o9.qcow2 -F qcow2")
    try pool.image("other.qcow2")
    for number in 1...3 { try pool.image("p\(number).qcow2", "-b other.qcow2 -F qcow2") }
    try pool.scan()
    for (format, mark) in [
      ("dot", "and 6 more on it"), ("mermaid", "and 6 more on it"), ("svg", "and 6 more on it"),
    ] {
      let folded = try pool.backstory("graph", "--format", format).output
      #expect(folded.contains(mark), "\(format)")
      #expect(
        folded.contains("top.qcow2") && folded.contains("o9.qcow2"),
        "what has something on it is kept")
      #expect(!folded.contains("o7.qcow2") && folded.contains("p3.qcow2"))
      let all = try pool.backstory("graph", "--all", "--format", format).output
      #expect(all.contains("o7.qcow2") && !all.contains("more on it"))
    }
    #expect(try pool.backstory("graph").output.contains("rankdir=LR"))
    #expect(try pool.backstory("graph", "--format", "mermaid").output.hasPrefix("flowchart LR\n"))
  }

  @Test func `shells complete pools, scans and images`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.scan()
    func words(_ command: String, _ argument: String) throws -> String {
      try pool.backstory(
        "---completion", command, "--", argument, "1", "1", "backstory", command, ""
      ).output
    }
    #expect(try words("show", "positional@0").contains("base.qcow2"))
    #expect(try words("list", "--pool").contains(pool.path))
    #expect(try words("list", "--at").contains("latest~1"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try pool.backstory("--generate-completion-script", shell).output
      #expect(script.contains("parent-mismatch"), "\(shell)")
    }
  }
}
