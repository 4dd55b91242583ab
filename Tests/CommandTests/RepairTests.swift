import Foundation
import Testing

/// Pools that are broken, and mended by what is printed or applied.
@Suite(RealPool.needsQemuImg) struct RepairTests {
  private let pool: RealPool

  init() throws { pool = try RealPool() }

  /// The steps of the plan: `confidence kind name`.
  private func steps() throws -> [String] {
    let run = try pool.backstory("repair", "--output", "json")
    #expect(run.code == 0, "\(run.complaint)")
    return run.objects.map {
      let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
      return "\($0["confidence"] ?? "") \($0["kind"] ?? "") \(name)"
    }
  }

  /// Runs what is printed.
  private func mend() throws {
    let script = try pool.backstory("repair")
    try script.output.write(to: pool.folder.url("mend.sh"), atomically: true, encoding: .utf8)
    let run = try Program.shell("sh mend.sh", in: pool.folder)
    #expect(run.code == 0, "\(run.complaint)")
  }

  /// What a guest reads through a chain.
  private func remember(_ name: String) throws {
    try pool.shell("qemu-img convert -O raw '\(name)' '../before.raw'")
  }

  private func expectSameContent(_ name: String) throws {
    try pool.shell("qemu-img compare -f raw -F qcow2 ../before.raw '\(name)'")
  }

  private func makeChain() throws {
    try pool.shell("mkdir -p a b")
    try pool.image("a/base.qcow2")
    try pool.shell("qemu-io -c 'write -P 5 0 1M' a/base.qcow2")
    try pool.image("a/mid.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("qemu-io -c 'write -P 6 1M 64k' a/mid.qcow2")
    try pool.image("a/top.qcow2", "-b \(pool.path)/a/mid.qcow2 -F qcow2")
  }

  @Test func `a moved base is found again and what was printed mends every overlay`() throws {
    try makeChain()
    try remember("a/top.qcow2")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/renamed.qcow2 && mv a/mid.qcow2 b/")
    try pool.scan()
    #expect(
      try steps() == ["certain backing-missing mid.qcow2", "certain backing-missing top.qcow2"])
    try mend()
    try expectSameContent("a/top.qcow2")
    try mend()
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a relative name stays relative and an absolute one absolute`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 a/mid.qcow2 b/ && mv b/base.qcow2 a/other.qcow2")
    try pool.scan()
    try mend()
    let mid = try pool.shell("qemu-img info b/mid.qcow2 | grep '^backing file:'").output
    let top = try pool.shell("qemu-img info a/top.qcow2 | grep '^backing file:'").output
    #expect(mid.contains("backing file: ../a/other.qcow2 "))
    #expect(top.contains("backing file: \(pool.path)/b/mid.qcow2"))
  }

  @Test func `a base that was copied and removed is the same only when all of its content is`()
    throws
  {
    try makeChain()
    try pool.scan()
    try pool.shell("cp --preserve=mode a/base.qcow2 b/copy.qcow2 && rm a/base.qcow2")
    try pool.scan()
    #expect(try steps() == ["certain backing-missing mid.qcow2"])
    try pool.shell("qemu-io -c 'write -P 9 512k 512' b/copy.qcow2")
    #expect(try steps() != ["certain backing-missing mid.qcow2"])
  }

  @Test func `a look-alike is never certain`() throws {
    try makeChain()
    try pool.shell(
      "cp a/base.qcow2 ../twin.qcow2 && qemu-io -c 'write -P 1 600k 512' ../twin.qcow2")
    try pool.scan()
    try pool.shell("rm a/base.qcow2 && mv ../twin.qcow2 b/base.qcow2")
    try pool.scan()
    let found = try steps()
    #expect(found.count == 1)
    #expect(found.allSatisfy { !$0.hasPrefix("certain") }, "\(found)")
    let script = try pool.backstory("repair").output
    #expect(script.contains("/b/base.qcow2"))
    #expect(!script.contains("\nqemu-img") && !script.contains("\n  qemu-img"))
  }

  @Test func `an image that stood at the name of its base is never put below itself`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/mid.qcow2 a/base.qcow2")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 a/mid.qcow2")
    try pool.scan()
    #expect(try steps() == ["manual backing-missing mid.qcow2"])
    let finding = try #require(
      try pool.backstory("check", "--kind", "backing-missing", "--output", "json").objects.first)
    let cause = try #require(finding["cause"] as? [String: Any])
    #expect(cause["kind"] as? String == "target-removed")
    #expect(cause["now-at"] == nil)
  }

  @Test func `a base that an overlay was told to stand on is put back for certain by nobody`()
    throws
  {
    try makeChain()
    try pool.image("other.qcow2")
    try pool.shell("qemu-io -c 'write -P 8 0 1M' other.qcow2; mv a/mid.qcow2 ../mid.qcow2")
    try pool.scan()
    try pool.shell("qemu-img rebase -u -b ../other.qcow2 -F qcow2 a/top.qcow2")
    try pool.scan()
    try pool.shell("mv other.qcow2 b/")
    try pool.scan()
    #expect(try steps() == ["likely backing-missing top.qcow2"])
  }

  @Test func `a base that was spelled otherwise before is put back for certain`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("qemu-img rebase -u -b \(pool.path)/a/base.qcow2 -F qcow2 a/mid.qcow2")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    #expect(try steps() == ["certain backing-missing mid.qcow2"])
  }

  @Test func `another image of the same make is no likely base, and one of the same name is`()
    throws
  {
    try pool.shell("mkdir a b")
    try pool.image("a/fedora.qcow2")
    try pool.image("a/debian.qcow2")
    try pool.image("web.qcow2", "-b a/fedora.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("rm a/fedora.qcow2")
    try pool.scan()
    #expect(try steps() == ["ambiguous backing-missing web.qcow2"])
    try pool.shell("rm a/debian.qcow2")
    try pool.scan()
    #expect(try steps() == ["manual backing-missing web.qcow2"])
    try pool.image("b/fedora.qcow2")
    try pool.scan()
    #expect(try steps() == ["likely backing-missing web.qcow2"])
  }

  @Test func `what siblings record of a base is believed, unless they differ`() throws {
    try makeChain()
    try pool.image("a/sibling.qcow2", "-b base.qcow2 -F qcow2")
    try pool.forgetBackingFormat("a/mid.qcow2")
    try pool.scan()
    #expect(try steps() == ["certain backing-format-unrecorded mid.qcow2"])
    try pool.image("a/liar.qcow2", "-b base.qcow2 -F raw")
    try pool.scan()
    let found = try steps()
    #expect(found.contains("ambiguous backing-format-unrecorded mid.qcow2"), "\(found)")
    #expect(!found.contains { $0.hasPrefix("certain") })
  }

  @Test func `two scripts keep the headers of both`() throws {
    try makeChain()
    try pool.scan()
    for goal in ["b", "a"] {
      try pool.shell("mv */base.qcow2 \(goal)/")
      try pool.scan()
      try mend()
      try pool.scan()
      #expect(try pool.findings() == [])
    }
    let saved = try pool.shell("ls ../backstory-saved").output.split(separator: "\n")
    #expect(saved == ["scan2-step1.header", "scan4-step1.header"])
  }

  @Test func `a script stops before an image that is not as it was judged`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    let script = try pool.backstory("repair")
    try script.output.write(to: pool.folder.url("mend.sh"), atomically: true, encoding: .utf8)
    try pool.shell("qemu-img snapshot -c one b/base.qcow2 && cp a/mid.qcow2 ../kept.qcow2")
    let run = try Program.shell("sh mend.sh", in: pool.folder)
    #expect(run.code == 1)
    #expect(run.complaint.contains("step 1: a file has changed since the plan was made"))
    try pool.shell("cmp ../kept.qcow2 a/mid.qcow2")
    #expect(try pool.backstory("repair", "--apply").code == 0)
  }

  @Test func `a script stops before a base that was written to since`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/ && touch -d '2 hours ago' b/base.qcow2")
    try pool.scan()
    let script = try pool.backstory("repair")
    try script.output.write(to: pool.folder.url("mend.sh"), atomically: true, encoding: .utf8)
    // The header does not change: all clusters are there.
    try pool.shell("cp a/mid.qcow2 ../kept.qcow2 && touch b/base.qcow2")
    let run = try Program.shell("sh mend.sh", in: pool.folder)
    #expect(run.code == 1)
    #expect(run.complaint.contains("step 1: a file was written to or replaced since"))
    try pool.shell("cmp ../kept.qcow2 a/mid.qcow2")
  }

  @Test func `formats that qemu-img cannot rebase are left to a person, with the way out`() throws {
    try pool.shell("mkdir b; qemu-img create -q -f raw base.img 4M")
    try pool.shell("qemu-io -f raw -c 'write -P 3 0 64k' base.img")
    try pool.shell("qemu-img create -q -f qcow -b base.img -F raw old.qcow")
    try pool.shell("qemu-img create -q -f vmdk -o subformat=monolithicFlat flat.vmdk 4M")
    try pool.scan()
    try pool.shell("mv base.img flat-flat.vmdk b/")
    try pool.scan()
    #expect(
      try steps().sorted() == [
        "manual backing-missing old.qcow", "manual extent-missing flat.vmdk",
      ])
    let plan = try pool.backstory("repair", "--output", "json").objects
    let qcow = try #require(plan.first { $0["kind"] as? String == "backing-missing" })
    let commands = try #require(qcow["commands"] as? [[String]])
    try pool.shell(try #require(commands.last).joined(separator: " "))
    try pool.shell("qemu-img compare -f raw -F qcow2 b/base.img old.qcow.qcow2")
    let flat = try #require(plan.first { $0["kind"] as? String == "extent-missing" })
    #expect((flat["why"] as? String)?.contains("/b/flat-flat.vmdk'") == true)
  }

  @Test func `a format that qed cannot record is said to be none of qed's`() throws {
    try pool.image("base.qcow2")
    try pool.shell("qemu-img create -q -f qed -b base.qcow2 -F qcow2 top.qed")
    try pool.scan()
    #expect(try steps() == ["manual backing-format-unrecorded top.qed"])
    let finding = try #require(try pool.backstory("check", "--output", "json").objects.first)
    let message = try #require(finding["message"] as? String)
    #expect(message.contains("qed can record only raw") && !message.contains("rebase"))
  }

  @Test func `a format that is not recorded is taken from the bottom of the chain up`() throws {
    try makeChain()
    for name in ["a/mid.qcow2", "a/top.qcow2"] { try pool.forgetBackingFormat(name) }
    try pool.scan()
    #expect(
      try steps() == [
        "certain backing-format-unrecorded mid.qcow2",
        "certain backing-format-unrecorded top.qcow2",
      ])
    try mend()
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a recorded format that contradicts the base is certain only by the own past`() throws
  {
    try makeChain()
    try pool.image("a/never.qcow2", "-b base.qcow2 -F raw")
    try pool.scan()
    try pool.shell("qemu-img rebase -u -f qcow2 -F raw -b base.qcow2 a/mid.qcow2")
    try pool.scan()
    let found = try steps().sorted()
    #expect(found.contains("ambiguous backing-format-mismatch never.qcow2"), "\(found)")
    #expect(!found.contains("certain backing-format-mismatch never.qcow2"))
  }

  @Test func `a data file that moved is named again by its absolute path`() throws {
    try pool.shell("mkdir b")
    try pool.image("x,y.qcow2", "-o data_file=\(pool.path)/d.raw", size: "4M")
    try pool.shell("qemu-io -c 'write -P 7 0 64k' 'x,y.qcow2'")
    try remember("x,y.qcow2")
    try pool.scan()
    try pool.shell("mv d.raw 'b/d,1.raw'")
    try pool.scan()
    #expect(try steps() == ["certain data-file-missing x,y.qcow2"])
    try mend()
    try pool.scan()
    #expect(try pool.findings() == [])
    try expectSameContent("x,y.qcow2")
  }

  @Test func `no name becomes a command, an option or a control character`() throws {
    let names = [
      "it's $(touch hit)", "-rf", "new\nline", "tab\tcolon:x", "\u{1b}[31mred", "a`b`\"c\\",
    ]
    try pool.shell("mkdir a b")
    try pool.image("a/base.qcow2")
    for name in names {
      let path = "\(pool.path)/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      _ = try Program.run(["--version"])
      try pool.shell("qemu-img create -q -f qcow2 -b ../a/base.qcow2 -F qcow2 a/o.qcow2")
      try FileManager.default.moveItem(
        atPath: "\(pool.path)/a/o.qcow2", toPath: "\(path)/\(name).qcow2")
    }
    try pool.scan()
    try pool.shell("mv a/base.qcow2 \"b/it's; new.qcow2\"")
    try pool.scan()
    #expect(try steps().count == names.count)
    let script = try pool.backstory("repair").output
    #expect(!script.utf8.contains { ($0 < 0x20 && $0 != 0x0a) || $0 == 0x7f })
    try mend()
    try mend()
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(try pool.shell("find .. -name hit").output == "")
  }

  @Test func `a chain that is too long can be flattened by the command that is shown`() throws {
    try makeChain()
    try pool.scan("--max-depth", "2", pool.path)
    try remember("a/top.qcow2")
    let step = try #require(
      try pool.backstory("repair", "--kind", "chain-too-deep", "--output", "json").objects.first)
    #expect(step["confidence"] as? String == "manual")
    let words = try #require((step["commands"] as? [[String]])?.first)
    try pool.shell(words.joined(separator: " "))
    try expectSameContent("a/top.qcow2")
    try pool.scan("--max-depth", "2", pool.path)
    #expect(try pool.findings() == [])
  }

  @Test func `what was applied is taken back byte for byte`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/ && cp -a ../pool ../before")
    try pool.scan()
    let applied = try pool.backstory("repair", "--apply", "--output", "json")
    #expect(applied.code == 0, "\(applied.complaint)")
    #expect(applied.objects.map { $0["result"] as? String } == ["done"])
    try pool.shell("qemu-img info --backing-chain a/top.qcow2")
    #expect(try pool.backstory("repair", "--undo").code == 0)
    try pool.shell("diff -r ../before ../pool")
  }

  @Test func `what was applied is taken back by number, and what is no image is refused`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/ && cp -a ../pool ../before")
    try pool.scan()
    #expect(try pool.backstory("repair", "--apply").code == 0)
    let images = try pool.backstory("list", "--output", "json").objects
    let mended = try #require(
      images.first { ($0["filename"] as? String)?.hasSuffix("/mid.qcow2") == true })
    let number = try #require(mended["image-id"] as? Int)
    for wrong in ["mid.qcow2", "#999", pool.path + "/none.qcow2"] {
      let run = try pool.backstory("repair", "--undo", wrong)
      #expect(run.code == 1 && run.output.isEmpty && !run.complaint.isEmpty, "\(wrong)")
    }
    let undo = try pool.backstory("repair", "--undo", "#\(number)")
    #expect(undo.code == 0 && undo.output.contains("as it was before"), "\(undo.output)")
    try pool.shell("diff -r ../before ../pool")
    let again = try pool.backstory("repair", "--undo", pool.path + "/a/mid.qcow2")
    #expect(again.code == 0 && again.output.contains("nothing to do"))
  }

  @Test func `nothing is taken back from an image that changed since`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    #expect(try pool.backstory("repair", "--apply").code == 0)
    try pool.shell("qemu-io -c 'write -P 1 0 512' a/mid.qcow2 && cp a/mid.qcow2 ../kept.qcow2")
    #expect(try pool.backstory("repair", "--undo").code == 1)
    try pool.shell("cmp ../kept.qcow2 a/mid.qcow2")
  }

  @Test func `an image that another process holds is left alone`() throws {
    try makeChain()
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    try pool.shell("cp a/mid.qcow2 ../kept.qcow2")
    let image =
      "json:{\"driver\":\"qcow2\",\"backing\":null,"
      + "\"file\":{\"driver\":\"file\",\"filename\":\"\(pool.path)/a/mid.qcow2\"}}"
    // In one line of the shell: nothing that it starts outlives it. What waits for the lock must take
    // none itself, or the holder may not get it.
    let run = try Program.shell(
      "qemu-io -c 'sleep 60000' '\(image)' >/dev/null 2>&1 & "
        + "until grep -q \":$(stat -c %i pool/a/mid.qcow2) \" /proc/locks || ! kill -0 $!; "
        + "do sleep 0.1; done; "
        + "$BACKSTORY repair --apply --output json --db db.sqlite; code=$?; kill -9 $!; exit $code",
      in: pool.folder)
    #expect(run.code == 3)
    #expect(run.objects.map { $0["result"] as? String } == ["skipped"])
    try pool.shell("cmp ../kept.qcow2 a/mid.qcow2")
  }
}
