import Foundation
import Testing

/// What a finding says to do next: it fits the format, the machines and the history, and a command that it
/// names works as it is printed.
@Suite(RealPool.needsQemuImg) struct AdviceTests {
  private func messages(_ tree: LibvirtTree, _ kind: String) throws -> [String] {
    try tree.objects("check", "--kind", kind).compactMap { $0["message"] as? String }
  }

  /// What stands between apostrophes in a sentence and begins with a program's name.
  private func commands(_ message: String) -> [String] {
    message.split(separator: "'").map(String.init).filter {
      $0.hasPrefix("backstory ") || $0.hasPrefix("qemu-img ")
    }
  }

  @Test func `without a requisite medium no machine starts, without an optional one it does`()
    throws
  {
    let tree = try LibvirtTree()
    for policy in ["mandatory", "requisite", "optional"] {
      try tree.define(
        policy,
        "<disk type='file' device='cdrom'><source file='\(tree.pool)/\(policy).iso' "
          + "startupPolicy='\(policy)'/><target dev='sda'/></disk>")
    }
    try tree.scan()
    #expect(
      try tree.findings() == [
        "domain-image-missing mandatory mandatory.iso",
        "domain-image-missing requisite requisite.iso",
      ])
  }

  @Test func `a finding names the machines that stand on its image`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    for name in ["a", "b"] {
      try tree.images.image("\(name).qcow2", "-b base.qcow2 -F qcow2")
      try tree.images.image("\(name)-top.qcow2", "-b \(name).qcow2 -F qcow2")
      try tree.define("vm-\(name)", tree.disk("\(name)-top.qcow2"))
    }
    try tree.scan()
    try tree.images.shell("rm base.qcow2")
    try tree.scan()
    let found = try tree.objects("check", "--kind", "backing-missing")
    #expect(found.map { $0["domains"] as? [String] } == [["vm-a"], ["vm-b"]])
    let page = try tree.backstory(["check"]).output
    #expect(page.contains("'vm-a'") && page.contains("'vm-b'"))
    let metrics = try tree.backstory(["metrics"]).output
    #expect(metrics.contains("machines_with_errors 2\n"))
    let html = try tree.backstory(["report", "-"]).output
    #expect(html.contains("vm-a") && html.contains("vm-b"))
  }

  @Test func `an image in a directory that a guest sees whole is used by its machine`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell("mkdir -p share/deep other")
    try tree.images.image("share/deep/a.qcow2")
    try tree.images.image("other/b.qcow2")
    try tree.define(
      "guest",
      "<filesystem type='mount'><source dir='\(tree.pool)/share'/><target dir='x'/></filesystem>")
    try tree.scan()
    let inside = try tree.objects("dependents", "\(tree.pool)/share/deep/a.qcow2")
    #expect(inside.map { $0["domain"] as? String } == ["guest"])
    #expect(inside.first?["via"] as? String == "filesystem")
    #expect(try tree.objects("dependents", "\(tree.pool)/other/b.qcow2").isEmpty)
    let unused = try tree.objects("orphans", "--all").compactMap { $0["filename"] as? String }
    #expect(unused == ["\(tree.pool)/other/b.qcow2"])
  }

  @Test func `a disk that moved is told with its new place, and no other file of its name`() throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.define("guest", tree.disk("disk.qcow2"))
    try tree.scan()
    try tree.images.shell("mkdir sub; mv disk.qcow2 sub")
    try tree.scan()
    let message = try #require(try messages(tree, "domain-image-missing").first)
    #expect(message.contains("it is at '\(tree.pool)/sub/disk.qcow2' now"))
    #expect(!message.contains("seen-as"))
  }

  @Test func `a fixed VHD shows raw, and is one for whoever records it as that`() throws {
    let tree = try LibvirtTree()
    try tree.images.shell(
      "qemu-img create -q -f vpc -o subformat=fixed base.vhd 4M; "
        + "qemu-img create -q -f qcow2 -F vpc -b base.vhd top.qcow2")
    try tree.define("guest", tree.disk("top.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == [])
    let xml = try tree.backstory(["xml", "\(tree.pool)/top.qcow2"])
    #expect(xml.output.contains("<format type='vpc'/>"))
    try tree.images.shell("mkdir sub; mv base.vhd sub")
    try tree.scan()
    #expect(try tree.backstory(["repair", "--apply"]).code == 0)
    try tree.scan()
    #expect(try tree.findings() == [])
  }

  @Test func `a lost overlay is told with what it stood on`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.images.image("snap.qcow2", "-b disk.qcow2 -F qcow2")
    try tree.images.image("upper.qcow2", "-b snap.qcow2 -F qcow2")
    try tree.define("vm", tree.disk("snap.qcow2"))
    try tree.scan()
    try tree.images.shell("rm snap.qcow2")
    try tree.scan()
    let sentence = "its base was '\(tree.path("disk.qcow2"))'"
    #expect(try messages(tree, "domain-image-missing").first?.contains(sentence) == true)
    #expect(try messages(tree, "backing-missing").first?.contains(sentence) == true)
    try tree.start("vm", tree.disk("snap.qcow2"))
    try tree.scan()
    let running = try #require(try messages(tree, "domain-image-missing").first)
    #expect(running.contains("has the file open") && running.contains(sentence))
  }

  @Test func `a lost overlay whose base is lost too names the next image below that exists`() throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("disk.qcow2")
    try tree.images.image("one.qcow2", "-b disk.qcow2 -F qcow2")
    try tree.images.image("two.qcow2", "-b one.qcow2 -F qcow2")
    try tree.define("vm", tree.disk("two.qcow2"))
    try tree.scan()
    try tree.images.shell("rm one.qcow2 two.qcow2")
    try tree.scan()
    let message = try #require(try messages(tree, "domain-image-missing").first)
    #expect(message.contains("'\(tree.path("disk.qcow2"))' below is there"))
  }

  @Test func `a base under one overlay may have been committed into, and a command tells`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("my top.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.shell("qemu-io -c 'write -P 7 0 4M' 'my top.qcow2'; touch -d '-1 hour' *")
    try tree.define("vm", tree.disk("my top.qcow2"))
    try tree.scan()
    try tree.images.shell("qemu-img commit -q -d 'my top.qcow2'")
    try tree.scan()
    let message = try #require(try messages(tree, "base-modified").first)
    let compare = try #require(commands(message).first)
    #expect(compare.hasPrefix("qemu-img compare -U "))
    #expect(try tree.images.shell(compare).output.contains("identical"))
    try tree.images.image("second.qcow2", "-b base.qcow2 -F qcow2")
    try tree.scan()
    let later = try messages(tree, "base-modified")
    #expect(later.count == 1)
    #expect(commands(later.first ?? "").isEmpty)
  }

  @Test func `nothing is called left over in a view that is not whole, and nothing comes and goes`()
    throws
  {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("left.qcow2", "-b base.qcow2 -F qcow2")
    try tree.define("web", tree.disk("web.qcow2"))
    try tree.write("etc/libvirt/qemu/odd.xml", "<domain")
    try tree.scan()
    #expect(try tree.findings() == [])
    try tree.remove("etc/libvirt/qemu/odd.xml")
    try tree.scan()
    #expect(try tree.findings() == ["chain-leftover - left.qcow2"])
    #expect(try messages(tree, "chain-leftover").first?.contains("remove it") == true)
    try tree.images.shell("mv base.qcow2 base.away")
    try tree.scan()
    #expect(try tree.findings("--kind", "chain-leftover") == ["chain-leftover - left.qcow2"])
    #expect(try messages(tree, "chain-leftover").first?.contains("repair the overlay") == true)
    try tree.images.shell("mv base.away base.qcow2")
    try tree.scan()
    let left = try #require(try tree.objects("check", "--kind", "chain-leftover").first)
    #expect((left["since"] as? [String: Any])?["scan"] as? Int == 2)
  }

  @Test func `a transient disk is written to by nobody`() throws {
    let tree = try LibvirtTree()
    try tree.images.image("gold.qcow2")
    for name in ["east", "west"] {
      try tree.define(name, tree.disk("gold.qcow2", inside: "<transient shareBacking='yes'/>"))
    }
    try tree.images.image("top.qcow2", "-b gold.qcow2 -F qcow2")
    try tree.scan("--reread")
    #expect(try tree.findings() == [])
    try tree.define("east", tree.disk("gold.qcow2"))
    try tree.scan()
    #expect(try tree.findings() == ["base-in-use east gold.qcow2"])
  }

  @Test func `the commands of findings about a missing base work as they are printed`() throws {
    let pool = try RealPool()
    try pool.image("my base.qcow2")
    try pool.image("my top.qcow2", "-b 'my base.qcow2' -F qcow2")
    try pool.scan()
    try pool.shell("mkdir away && mv 'my base.qcow2' away/")
    try pool.scan()
    let found = try pool.backstory("check", "--output", "json").objects
    let message = try #require(found.first?["message"] as? String)
    let start = try #require(message.range(of: "backstory repair "))
    let command = try #require(
      message[start.lowerBound...].components(separatedBy: "' print").first)
    let program = "BACKSTORY_DB='\(pool.folder.url("db.sqlite").path)' \"$BACKSTORY\" "
    let run = try Program.shell(
      program + command.dropFirst("backstory ".count), in: pool.folder)
    #expect(run.code == 0, "\(command): \(run.complaint)")
    #expect(run.output.contains("qemu-img rebase -u"))
  }
}

/// What has no answer in `qemu-img`.
@Suite(RealPool.needsQemuImg) struct LongNameTests {
  @Test func `a name that is nearly too long is shortened for certain`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir img-1")
    try pool.image("img-1/base.qcow2")
    let long = String(repeating: "../img-1/", count: 100) + "base.qcow2"
    try pool.image("img-1/top.qcow2", "-b \(long) -F qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["backing-name-long top.qcow2"])
    let step = try #require(try pool.backstory("repair", "--output", "json").objects.first)
    #expect(step["confidence"] as? String == "certain")
    #expect(try pool.backstory("repair", "--apply").code == 0)
    #expect(
      try pool.shell("qemu-img info --output=json img-1/top.qcow2").object["backing-filename"]
        as? String == "base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a name that QEMU opens no more is written back from the history`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell(
      #"printf '\000\000\004\122' | dd of=top.qcow2 bs=1 seek=16 conv=notrunc status=none"#)
    try pool.scan()
    let found = try pool.backstory("check", "--output", "json").objects
    #expect(found.map { $0["kind"] as? String } == ["header-malformed"])
    #expect((found.first?["message"] as? String)?.contains("'base.qcow2'") == true)
    let steps = try pool.backstory("repair", "--output", "json").objects
    let step = try #require(steps.first)
    #expect(step["confidence"] as? String == "manual")
    for command in try #require(step["commands"] as? [[String]]) {
      try pool.shell(
        command.map { "'\($0.replacing("'", with: #"'\''"#))'" }.joined(separator: " "))
    }
    #expect(
      try pool.shell("qemu-img info --output=json top.qcow2").object["backing-filename"]
        as? String == "base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }
}
