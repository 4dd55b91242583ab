import Foundation
import Testing

/// What `repair --apply` and `--undo` do when somebody else is faster, and when they are interrupted.
@Suite(RealPool.needsQemuImg) struct RepairSafetyTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.shell("mkdir a b")
    try pool.image("a/base.qcow2")
    try pool.image("a/over.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    // Another's image with the very same bytes, outside the pool.
    try pool.shell("cp a/over.qcow2 ../victim.qcow2 && cp a/over.qcow2 ../before.qcow2")
  }

  /// Runs the program with lines of a shell in the place of `qemu-img`; `$real` is the real one.
  private func backstory(_ arguments: String..., qemuImg: String) throws -> Run {
    try put(qemuImg: qemuImg)
    return try Program.run(
      arguments, in: pool.folder,
      environment: [
        "BACKSTORY_DB": pool.folder.url("db.sqlite").path, "POOL": pool.path,
        "PATH": "\(pool.folder.url("bin").path):/usr/bin:/bin",
      ])
  }

  private func put(qemuImg: String) throws {
    let programs = pool.folder.url("bin")
    try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
    try pool.folder.write(
      Array("#!/bin/sh\nreal=/usr/bin/qemu-img\n\(qemuImg)\n".utf8), "bin/qemu-img")
    try pool.shell("chmod 755 ../bin/qemu-img")
  }

  private func isSame(_ one: String, _ other: String) throws -> Bool {
    try Data(contentsOf: pool.folder.url(one)) == Data(contentsOf: pool.folder.url(other))
  }

  private func expectVictimUntouched() throws {
    #expect(try isSame("victim.qcow2", "before.qcow2"))
  }

  // MARK: Somebody else is faster

  @Test(arguments: [
    "mv $POOL/a/over.qcow2 $POOL/kept; ln -s $POOL/../victim.qcow2 $POOL/a/over.qcow2",
    "mv $POOL/a/over.qcow2 $POOL/kept; ln $POOL/../victim.qcow2 $POOL/a/over.qcow2",
    "mv $POOL/a/over.qcow2 $POOL/kept; mv $POOL/a $POOL/c; mkdir $POOL/../d; "
      + "ln $POOL/../victim.qcow2 $POOL/../d/over.qcow2; ln -s ../d $POOL/a",
  ])
  func `what was judged is written, whatever has its name by then`(swap: String) throws {
    let run = try backstory("repair", "--apply", qemuImg: "\(swap); exec $real \"$@\"")
    #expect(run.code == 0, "\(run.output)")
    try expectVictimUntouched()
    let kept = try pool.shell("qemu-img info kept | grep '^backing file:'").output
    #expect(kept.contains("../b/base.qcow2"))
  }

  @Test(arguments: [
    "rm over.qcow2 && ln -s ../../victim.qcow2 over.qcow2",
    "ln -f ../../victim.qcow2 over.qcow2",
    "cp over.qcow2 new && mv new over.qcow2",
  ])
  func `another file in the place of the image is not written`(swap: String) throws {
    let before = try pool.backstory("repair", "--output", "json").objects
    #expect(before.map { $0["confidence"] as? String } == ["certain"])
    try pool.shell("cd a && \(swap)")
    #expect(try pool.backstory("repair", "--apply").output.contains("scan again"))
    try expectVictimUntouched()
  }

  @Test func `a directory that became a link is not entered`() throws {
    try pool.shell("mv a ../elsewhere && ln -s ../elsewhere a")
    let run = try pool.backstory("repair", "--apply")
    #expect(run.output.contains("the path has a symbolic link"))
    #expect(try isSame("elsewhere/over.qcow2", "before.qcow2"))
  }

  @Test func `an image with a name that no scan has seen is left alone`() throws {
    try pool.shell("ln a/over.qcow2 ../name")
    let run = try pool.backstory("repair", "--apply")
    #expect(run.code == 1)
    #expect(run.output.contains("has 2 names and the last scan knows 1"))
    #expect(try isSame("name", "before.qcow2"))
  }

  @Test(arguments: [
    "mv over.qcow2 kept && ln -s ../../victim.qcow2 over.qcow2",
    "mv over.qcow2 kept && ln ../../victim.qcow2 over.qcow2",
    "mv over.qcow2 kept && cp kept over.qcow2 && touch -r kept over.qcow2",
    "ln over.qcow2 second",
  ])
  func `an undo writes to the file that was repaired, or to none`(swap: String) throws {
    #expect(try pool.backstory("repair", "--apply").code == 0)
    try pool.shell("cp --preserve a/over.qcow2 ../victim.qcow2; cp ../victim.qcow2 ../mended.qcow2")
    try pool.shell("cd a && \(swap)")
    #expect(try pool.backstory("repair", "--undo").code == 1)
    #expect(try isSame("victim.qcow2", "mended.qcow2"))
    #expect(try isSame("pool/a/over.qcow2", "mended.qcow2"))
  }

  @Test func `the data file that an image names is not opened, and neither is its base`() throws {
    try pool.image("x.qcow2", "-o data_file=\(pool.path)/d.raw", size: "4M")
    try pool.shell("qemu-io -c 'write -P 7 0 64k' x.qcow2")
    try pool.shell("qemu-img convert -O raw x.qcow2 ../x.raw")
    try pool.scan()
    try pool.shell("mv d.raw 'b/d,1.raw'")
    try pool.scan()
    let run = try pool.backstory("repair", "--apply", "\(pool.path)/x.qcow2")
    #expect(run.code == 0, "\(run.output)")
    try pool.shell("qemu-img compare -f raw -F qcow2 ../x.raw x.qcow2")
    #expect(try pool.backstory("repair", "--undo").code == 0)
    #expect(try pool.shell("qemu-img info -f qcow2 x.qcow2 2>&1; true").output.contains("/d.raw"))
  }

  // MARK: Interruptions

  @Test(arguments: [
    "$real \"$@\"; exit 1", "$real \"$@\"; kill -9 $$",
    "kill -9 $PPID; sleep 0.3; exec $real \"$@\"", "kill -9 $PPID; exit 1",
    // The beginning of the new front with the end of the old one.
    "kill -9 $PPID; $real \"$@\"; dd if=$POOL/../before.qcow2 of=$POOL/a/over.qcow2 bs=512 skip=1 seek=1 "
      + "count=127 conv=notrunc",
  ])
  func `after any interruption the image can be put back byte for byte`(qemuImg: String) throws {
    let run = try backstory("repair", "--apply", qemuImg: "\(qemuImg) 2>/dev/null")
    #expect(run.code != 0)
    try settle()
    let undo = try pool.backstory("repair", "--undo")
    #expect(undo.code == 0, "\(undo.output)\(undo.complaint)")
    #expect(try isSame("pool/a/over.qcow2", "before.qcow2"))
    #expect(try pool.backstory("repair", "--undo").output.contains("nothing to do"))
  }

  /// Changes the only saved header of an image.
  private func changeKept(_ change: (inout [String: Any]) -> Void) throws {
    let folder = pool.folder.url("repairs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let file = folder.appending(path: try #require(names.first { $0.hasSuffix(".json") }))
    var kept = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&kept)
    try JSONSerialization.data(withJSONObject: kept).write(to: file)
  }

  @Test func `an undo that was cut short is gone on with, and what it had not begun is not`() throws
  {
    #expect(try pool.backstory("repair", "--apply").code == 0)
    // The beginning of the old front with the end of the new one, long after the repair.
    try pool.shell(
      "dd if=../before.qcow2 of=a/over.qcow2 bs=32 count=1 conv=notrunc; touch a/over.qcow2; "
        + "cp a/over.qcow2 ../half.qcow2")
    let unknown = try pool.backstory("repair", "--undo")
    #expect(unknown.code == 1, "\(unknown.output)")
    #expect(try isSame("pool/a/over.qcow2", "half.qcow2"))
    try changeKept { $0["overwritten"] = ($0["after"] as? [String: Any])?["head"] }
    let undo = try pool.backstory("repair", "--undo")
    #expect(undo.code == 0, "\(undo.output)")
    #expect(try isSame("pool/a/over.qcow2", "before.qcow2"))
  }

  @Test func `a kept header that cannot be read is told, and keeps no other from its image`() throws
  {
    #expect(try pool.backstory("repair", "--apply").code == 0)
    try pool.shell("echo '{' > ../repairs/9-9.json; mkdir ../repairs/8-8.json")
    let undo = try pool.backstory("repair", "--undo")
    #expect(undo.code == 3, "\(undo.output)")
    #expect(undo.output.contains("9-9.json"))
    #expect(undo.output.contains("it is not a saved header"))
    #expect(try isSame("pool/a/over.qcow2", "before.qcow2"))
  }

  @Test func `a folder of kept headers that cannot be listed is no empty one`() throws {
    #expect(try pool.backstory("repair", "--apply").code == 0)
    try pool.shell("mv ../repairs ../kept; ln -s repairs ../repairs")
    let undo = try pool.backstory("repair", "--undo")
    #expect(undo.code == 1)
    #expect(undo.complaint.contains("cannot open"), "\(undo.complaint)")
  }

  @Test func `an image that cannot be read is not mended, and that is not told as success`() throws
  {
    try pool.shell("mv a ../elsewhere && ln -s ../elsewhere a")
    let run = try pool.backstory("repair", "--apply", "--output", "json")
    #expect(run.code == 1)
    #expect(run.objects.map { $0["result"] as? String } == ["failed"])
  }

  @Test func `a script does not advise to put back the header of an image with bitmaps`() throws {
    try pool.shell("qemu-img bitmap --add a/over.qcow2 one")
    try pool.scan()
    let script = try pool.backstory("repair").output
    #expect(!script.contains("dd if=\"$saved"), "\(script)")
    #expect(script.contains("undo only with that command"))
  }

  /// Waits until nothing that an interrupted run has started holds the database.
  private func settle() throws {
    try pool.shell("until flock -n ../db.sqlite.lock true; do sleep 0.05; done")
  }

  @Test(arguments: [
    "qemu-io -c 'write -P 1 0 512' a/over.qcow2", "qemu-img snapshot -c one a/over.qcow2",
    "qemu-img resize -q a/over.qcow2 32M", "qemu-img rebase -u -F raw -b other a/over.qcow2",
    "qemu-img rebase -u -F qcow2 -b other a/over.qcow2",
  ])
  func `what somebody changed after an interruption is not undone`(change: String) throws {
    _ = try backstory(
      "repair", "--apply", qemuImg: "kill -9 $PPID; sleep 0.1; exec $real \"$@\"")
    try settle()
    try pool.shell("\(change); cp a/over.qcow2 ../changed.qcow2")
    let undo = try pool.backstory("repair", "--undo")
    #expect(undo.code == 1, "\(undo.output)")
    #expect(try isSame("pool/a/over.qcow2", "changed.qcow2"))
  }

  @Test func `while qemu-img goes on alone nobody undoes what it is about to do`() throws {
    try put(qemuImg: "kill -9 $PPID; sleep 5; exec $real \"$@\"")
    // In one line of the shell: what starts a program waits for all that the program has started.
    let early = try Program.shell(
      "PATH=$PWD/bin:$PATH $BACKSTORY repair --apply --db db.sqlite >/dev/null 2>&1; "
        + "$BACKSTORY repair --undo --db db.sqlite", in: pool.folder)
    #expect(early.code == 1 && early.complaint.contains("is running"))
    try settle()
    #expect(try pool.backstory("repair", "--undo").code == 0)
    #expect(try isSame("pool/a/over.qcow2", "before.qcow2"))
  }

  @Test(arguments: [("TERM", 143), ("INT", 130)] as [(String, Int32)])
  func `a signal ends the run between two steps, and each is told`(
    signal: String, code: Int32
  ) throws {
    try pool.image("a/second.qcow2", "-u -b base.qcow2 -F qcow2", size: "16M")
    try pool.shell("mv b/base.qcow2 a/")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    let run = try backstory(
      "repair", "--apply", "--output", "json",
      qemuImg: "kill -\(signal) $PPID; exec $real \"$@\"")
    #expect(run.code == code)
    #expect(run.objects.map { $0["result"] as? String } == ["done", "not-reached"])
    #expect(run.objects.last?["message"] as? String == "the run was interrupted before this step")
  }

  @Test
  func `an image whose bitmaps were moved is not given a header that leads to where they were`()
    throws
  {
    try pool.image("a/marked.qcow2", "-u -b base.qcow2 -F qcow2", size: "16M")
    try pool.shell("qemu-img bitmap --add a/marked.qcow2 one; mv b/base.qcow2 a/")
    try pool.scan()
    try pool.shell("mv a/base.qcow2 b/")
    try pool.scan()
    #expect(try pool.backstory("repair", "--apply", "\(pool.path)/a/marked.qcow2").code == 0)
    let undo = try pool.backstory("repair", "--undo", "\(pool.path)/a/marked.qcow2")
    #expect(undo.code == 1)
    #expect(undo.output.contains("undo it with: qemu-img rebase -u"))
    try pool.shell("qemu-img check -q a/marked.qcow2")
  }
}
