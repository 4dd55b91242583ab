import Foundation
import Testing

/// What somebody reads in a first week, of things that closed, are known already, or cannot be known.
@Suite(RealPool.needsQemuImg) struct FirstWeekTests {
  private let tree: LibvirtTree
  private var pool: RealPool { tree.images }

  init() throws {
    tree = try LibvirtTree()
    try pool.shell("touch ../c.toml")
  }

  private func scan(_ times: Int = 1) throws {
    for _ in 0..<times {
      let run = try Program.run(
        ["scan", pool.path, "--domains", tree.folder.url("root/etc/libvirt/qemu").path]
          + ["--grace-age", "0h", "--output", "json"], in: tree.folder,
        environment: ["BACKSTORY_DB": tree.folder.url("db.sqlite").path])
      try #require(run.code == 0 || run.code == 3, "\(run.complaint)")
    }
  }

  /// An image that a domain uses, and copies of it that nobody does.
  private func copies(_ names: String...) throws {
    try pool.image("used.qcow2", size: "1M")
    try pool.shell("qemu-io -f qcow2 -c 'write -P 3 0 1M' used.qcow2 >/dev/null")
    for name in names { try pool.shell("cp used.qcow2 \(name)") }
    try pool.shell("touch -d '-1 hour' *")
    try tree.define("m", tree.disk("used.qcow2"))
  }

  private func causes() throws -> [[String: Any]] {
    try pool.backstory("status", "--output", "json").object["causes"] as? [[String: Any]] ?? []
  }

  // MARK: What closed

  @Test func `what closed gives no advice any more, wherever it is told`() throws {
    try copies("copy.qcow2")
    try scan(2)
    #expect(try pool.findings("--kind", "orphan") == ["orphan copy.qcow2"])
    try pool.shell("rm used.qcow2")
    try scan()
    for answer in [
      try pool.backstory("diff").output, try pool.backstory("diff", "--output", "json").output,
      try pool.backstory("check", "--since", "latest~1").output,
      try pool.backstory("check", "--since", "latest~1", "--output", "json").output,
    ] {
      #expect(answer.contains("copy.qcow2"))
      #expect(!answer.contains("move it away") && !answer.contains("delete it"), "\(answer)")
      #expect(answer.contains("nothing is left to do about it"))
    }
    let history = try pool.backstory("history", pool.path + "/copy.qcow2").output
    #expect(history.contains("move it away"), "what was said when it opened was said then")
  }

  // MARK: What cannot be known

  @Test func `where no verdict is possible nobody says that there are no orphans`() throws {
    try copies("copy.qcow2")
    try pool.shell("cd ..; qemu-img create -q -f qcow2 outside.qcow2 1M")
    try pool.image("over.qcow2", "-F qcow2 -b ../outside.qcow2")
    try tree.define("n", tree.disk("over.qcow2"))
    try scan(3)
    let orphans = try pool.backstory("orphans").output
    #expect(orphans.hasPrefix("No orphans are known"))
    #expect(orphans.contains("1 more image") || orphans.contains("Of 1 image more"))
    #expect(orphans.contains("a domain uses an image that was not scanned"))
    #expect(orphans.contains("backstory orphans --all"))
    let json = try pool.backstory("orphans", "--output", "json")
    #expect(json.output == "[]\n")
    #expect(
      try pool.backstory("status").output.contains("Unused images are unknown: a domain uses"))
    let page = try pool.backstory("report", "-").output
    #expect(!page.contains("saw everything") && !page.contains("0 unused images"))
    #expect(page.contains("which images are unused is unknown"))
  }

  // MARK: What is known already

  @Test func `of a cause of which most is acknowledged only the rest counts, and is named`() throws
  {
    try copies("or1.qcow2", "or2.qcow2", "or3.qcow2")
    try scan(3)
    #expect(try pool.backstory("ack", "--kind", "orphan").code == 0)
    try scan()
    try pool.shell("cp used.qcow2 new.qcow2; touch -d '-1 hour' new.qcow2")
    try scan(2)
    let check = try pool.backstory("check").output
    #expect(check.hasPrefix("1 image with a warning; 3 acknowledged"), "\(check)")
    #expect(check.contains("1 image is unused"))
    let status = try pool.backstory("status").output
    #expect(status.contains("no errors; 1 warning") && status.contains("1 image is unused"))
    #expect(status.contains("new in scan 6"))
    let cause = try #require(try causes().first)
    #expect(cause["images"] as? Int == 1 && cause["acknowledged"] as? Int == 3)
    let page = try pool.backstory("report", "-").output
    #expect(
      page.contains("scan 2: whole; with an error of their own 0, with a warning 3"),
      "what was said later changes no earlier night")
    #expect(page.contains("scan 3: whole; with an error of their own 0, with a warning 0"))
  }

  @Test func `one more overlay of a lost base that is acknowledged is what is told`() throws {
    try pool.image("base.qcow2", size: "1M")
    for name in ["a", "b", "c"] { try pool.image("\(name).qcow2", "-F qcow2 -b base.qcow2") }
    try pool.scan()
    try pool.shell("mv base.qcow2 ../away.qcow2")
    try pool.scan()
    #expect(try pool.backstory("ack", "--kind", "backing-missing").code == 0)
    #expect(try pool.backstory("status").output.contains("all findings are acknowledged"))
    try pool.image("d.qcow2", "-u -F qcow2 -b base.qcow2", size: "1M")
    try pool.scan()
    let status = try pool.backstory("status").output
    let first = status.split(separator: "\n").first ?? ""
    #expect(first.contains("1 image") && !first.contains("4 images"), "\(status)")
    #expect(status.contains("new in scan 3"))
  }

  // MARK: Since when

  @Test func `a group of which four came last night says so, and since when the oldest is`() throws
  {
    for name in ["old", "n1", "n2", "n3", "n4"] { try pool.image("\(name).qcow2", size: "1M") }
    let spoil = { (name: String) in
      try pool.shell(
        "printf '\\077' | dd of=\(name).qcow2 bs=1 seek=23 conv=notrunc status=none; "
          + "touch -d 2026-01-01 \(name).qcow2")
    }
    _ = try spoil("old")
    try scan(2)
    for name in ["n1", "n2", "n3", "n4"] { _ = try spoil(name) }
    try scan()
    let status = try pool.backstory("status").output
    #expect(status.contains("5 causes, 4 new"), "\(status)")
    #expect(status.contains("4 new in scan 3") && status.contains("the oldest since scan 1"))
    #expect(try pool.backstory("check").output.contains("4 new in scan 3"))
    try scan()
    let later = try pool.backstory("status").output.replacing("\n        ", with: " ")
    #expect(
      later.contains("newest since scan 3") && later.contains("oldest since scan 1"), "\(later)")
  }

  // MARK: Why

  @Test func `an overlay that was set on another base was not moved, and nothing took its place`()
    throws
  {
    try pool.image("base.qcow2", size: "10M")
    try pool.image("other.qcow2", size: "10M")
    try pool.image("a.qcow2", "-F qcow2 -b base.qcow2")
    try pool.shell("touch -d '-1 hour' *")
    try scan(2)
    try pool.shell("qemu-img rebase -u -b other.qcow2 -F raw a.qcow2")
    try scan()
    let found = try pool.backstory("check", "--kind", "backing-format-mismatch", "--output", "json")
    let cause = found.objects.first?["cause"] as? [String: Any]
    #expect(cause?["kind"] as? String == "reference-changed")
    #expect(cause?["evidence"] as? String == "it referred to 'base.qcow2' until scan 2")
    let repair = try pool.backstory("repair").output
    #expect(!repair.contains("former path") && !repair.contains("is now at"), "\(repair)")
    #expect(repair.contains(", at '\(pool.path)/base.qcow2', until scan 2"))
  }

  @Test func `an overlay on a base with other content gets the whole command, and it works`() throws
  {
    for (name, byte) in [("base", 3), ("other", 9)] {
      try pool.image("\(name).qcow2", size: "16M")
      try pool.shell("qemu-io -f qcow2 -c 'write -P \(byte) 0 1M' \(name).qcow2 >/dev/null")
    }
    try pool.image("a.qcow2", "-F qcow2 -b base.qcow2")
    try pool.shell("qemu-io -f qcow2 -c 'write -P 5 2M 64k' a.qcow2 >/dev/null")
    try pool.shell("touch -d '-1 hour' *")
    try scan()
    try pool.shell("qemu-img rebase -u -F qcow2 -b other.qcow2 a.qcow2")
    try scan()
    #expect(try pool.findings() == ["backing-changed a.qcow2"])
    let found = try pool.backstory("check", "--output", "json").objects.first
    #expect((found?["cause"] as? [String: Any])?["kind"] as? String == "reference-changed")
    #expect(
      (found?["message"] as? String)?.contains("'backstory repair \(pool.path)/a.qcow2'") == true)
    let repair = try pool.backstory("repair", pool.path + "/a.qcow2").output
    #expect(repair.contains("likely"))
    let command = try #require(
      repair.split(separator: "\n").first { $0.contains("by hand: qemu-img rebase -u") },
      "\(repair)")
    #expect(command.contains("-b base.qcow2"))
    #expect(try pool.backstory("repair", "--apply").output.contains("qemu-img") == false)
    #expect(try pool.findings() == ["backing-changed a.qcow2"], "only what is certain is applied")
    try pool.shell(String(command.drop { $0 != "q" }))
    try scan()
    #expect(try pool.findings().isEmpty)
  }

  @Test func `an extent is no image of another size, and what is gone is said once`() throws {
    try pool.shell(
      "qemu-img create -q -f vmdk -o subformat=twoGbMaxExtentFlat x.vmdk 64M; "
        + "for i in 1 2; do qemu-img create -q -f raw small$i.img 8M; done; "
        + "qemu-img create -q -f raw same.img 64M; touch -d '-1 hour' *")
    try scan()
    try pool.shell("rm x-f001.vmdk")
    try scan()
    let plan = try pool.backstory("repair").output
    #expect(!plan.contains("small") && !plan.contains("no scan has seen"), "\(plan)")
    #expect(plan.contains("is gone") && plan.contains("same.img"))
    #expect(!plan.contains("must name"), "equal content alone names nothing")
    try pool.shell("rm same.img")
    try scan()
    #expect(try pool.backstory("repair").output.contains("is gone; restore it from a backup"))
  }

  // MARK: Whom it hits

  @Test func `a machine that writes to a base hits all that stands on it`() throws {
    try pool.image("base.qcow2", size: "1M")
    for name in ["a", "b", "c"] {
      try pool.image("\(name).qcow2", "-F qcow2 -b base.qcow2")
      try tree.define("vm-\(name)", tree.disk("\(name).qcow2"))
    }
    try pool.shell("touch -d '-1 hour' *")
    try scan()
    try tree.define("golden", tree.disk("base.qcow2"))
    try scan()
    let cause = try #require(try causes().first)
    #expect(cause["images"] as? Int == 3 && cause["domains"] as? Int == 4)
    let found = try pool.backstory("check", "--kind", "base-in-use", "--output", "json")
    #expect(found.objects.first?["domains"] as? [String] == ["golden", "vm-a", "vm-b", "vm-c"])
    #expect(try pool.backstory("check").output.hasPrefix("3 images and 4 machines in error"))
    #expect(try pool.backstory("metrics").output.contains("machines_with_errors 4\n"))
  }

  @Test func `a machine that is defined changes no image, and churn counts none`() throws {
    try copies("copy.qcow2")
    try scan(2)
    try tree.define("n", tree.disk("used.qcow2"))
    try scan()
    #expect(try pool.backstory("churn", "--output", "json").objects.isEmpty)
  }

  // MARK: Advice

  @Test func `the check that a dirty image is told to get clears its mark`() throws {
    try pool.shell(
      "qemu-img create -q -f qcow2 -o lazy_refcounts=on a.qcow2 16M; "
        + "printf '\\001' | dd of=a.qcow2 bs=1 seek=79 conv=notrunc status=none; "
        + "touch -d '-1 hour' a.qcow2")
    try scan()
    let found = try pool.backstory("check", "--kind", "image-dirty", "--output", "json")
    let message = try #require(found.objects.first?["message"] as? String)
    let command = try #require(
      message.split(separator: "'").first { $0.hasPrefix("qemu-img check") })
    try pool.shell(command + " >/dev/null")
    try scan()
    #expect(try pool.findings().isEmpty)
  }

  @Test func `relocate says which format to record first, on standard error too`() throws {
    try pool.image("base.qcow2", size: "10M")
    try pool.image("a.qcow2", "-F qcow2 -b base.qcow2")
    try pool.forgetBackingFormat("a.qcow2")
    try scan()
    let run = try pool.backstory(
      "relocate", pool.path + "/base.qcow2", pool.path + "/g/base.qcow2")
    #expect(run.code == 1)
    for text in [run.output, run.complaint] {
      #expect(
        text.contains("records no format") && text.contains("backstory repair \(pool.path)/a"))
    }
  }

  @Test func `the headline counts who else is in error`() throws {
    try pool.image("base.qcow2", size: "1M")
    try pool.image("a.qcow2", "-F qcow2 -b base.qcow2")
    for name in ["x", "y"] { try pool.image("\(name).qcow2", size: "1M") }
    try pool.scan()
    try pool.shell("mv base.qcow2 ../away.qcow2")
    for name in ["x", "y"] {
      try pool.shell("printf '\\077' | dd of=\(name).qcow2 bs=1 seek=23 conv=notrunc status=none")
    }
    try pool.scan()
    let status = try pool.backstory("status").output
    #expect(
      status.split(separator: "\n").first?
        .hasSuffix("1 image lost its base; 2 more images in error") == true, "\(status)")
  }

  // MARK: The host

  @Test func `init names libvirt's own directory where libvirt has no pool yet`() throws {
    let made = try Program.shell(
      "mkdir -p host/etc/libvirt/qemu host/var/lib/libvirt/images host/opt/gns3", in: tree.folder)
    #expect(made.code == 0)
    let root = tree.folder.url("host").path
    let text = try Program.run("init", "--dry-run", "--root", root, in: tree.folder).output
    #expect(text.contains("path = \"\(root)/var/lib/libvirt/images\"\n"), "\(text)")
    #expect(text.contains("kind = \"gns3\"\npath = \"\(root)/opt/gns3\"\n"))
  }
}
