import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct ScanTests {
  @Test func `planted faults are found exactly, and nothing that nobody planted`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("healthy.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("unrecorded.qcow2", "-b base.qcow2 -F qcow2")
    try pool.forgetBackingFormat("unrecorded.qcow2")
    try pool.image("mismatch.qcow2", "-u -b base.qcow2 -F raw", size: "16M")
    try pool.image("missing.qcow2", "-u -b nowhere.qcow2 -F qcow2", size: "16M")
    try pool.image("remote.qcow2", "-u -b nbd://host/export -F raw", size: "16M")
    try pool.image("a.qcow2", "-u -b b.qcow2 -F qcow2", size: "16M")
    try pool.image("b.qcow2", "-u -b a.qcow2 -F qcow2", size: "16M")
    try pool.shell("printf 'QFI\\373\\0\\0\\0\\003' > cut.qcow2")
    try pool.shell("qemu-img create -q -f raw ../outside.raw 1M")
    try pool.image("outside.qcow2", "-b ../outside.raw -F raw")
    let run = try pool.scan()
    #expect(run.code == 0)
    #expect(
      try pool.findings() == [
        "backing-format-mismatch mismatch.qcow2", "backing-format-unrecorded unrecorded.qcow2",
        "backing-loop a.qcow2", "backing-loop b.qcow2", "backing-missing missing.qcow2",
        "backing-outside-pools outside.qcow2", "backing-remote remote.qcow2",
        "header-malformed cut.qcow2",
      ])
    #expect(try pool.backstory("check").code == 2)
    #expect(try pool.backstory("check", "--kind", "backing-remote").code == 0)
  }

  @Test func `references through links, directories and other names are found`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir real && ln -s real alias-dir")
    try pool.shell("qemu-img create -q -f qcow2 real/base.qcow2 16M")
    try pool.shell("ln -s real/base.qcow2 link.qcow2; ln real/base.qcow2 hard.qcow2")
    for (name, base) in [
      ("direct", "real/base.qcow2"), ("dot", "./real/../real/base.qcow2"),
      ("through-link", "link.qcow2"), ("through-directory", "alias-dir/base.qcow2"),
      ("hard-link", "hard.qcow2"), ("absolute", "\(pool.path)/real/base.qcow2"),
      ("absolute-link", "\(pool.path)/alias-dir/base.qcow2"),
      ("prefixed", "file:\(pool.path)/real/base.qcow2"),
    ] { try pool.image("\(name).qcow2", "-b \(base) -F qcow2") }
    try pool.scan()
    #expect(try pool.findings() == [])
    let dependents = try pool.backstory(
      "dependents", "--output", "json", "pool/real/base.qcow2")
    #expect(dependents.objects.count == 8)
    let listed = try pool.backstory("list", "--output", "json").objects
    #expect(listed.count == 9)
    #expect(listed.first { $0["other-names"] != nil }?["other-names"] as? [String] != nil)
  }

  @Test func `what a scan cost is told where it is asked for`() throws {
    let pool = try RealPool()
    try pool.image("one.qcow2")
    try pool.image("two.qcow2")
    let first = try pool.scan("--stats", pool.path).object["statistics"] as? [String: Any]
    #expect(first?["files"] as? Int == 2)
    // Two heads of 4 KiB are the least; opening, looking and closing are calls as well.
    #expect(first?["bytes-read"] as? Int ?? 0 >= 8192)
    #expect(first?["system-calls"] as? Int ?? 0 >= 10)
    let phases = first?["phases"] as? [String: Double]
    #expect(phases?.keys.sorted() == ["judge", "reconcile", "walk", "write"])
    #expect(try pool.scan().object["statistics"] == nil)
  }

  @Test func `a missing base leaves the rest of its chain on show`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    try pool.image("top.qcow2", "-b middle.qcow2 -F qcow2")
    try pool.shell("rm base.qcow2")
    try pool.scan()
    let chain = try pool.backstory("chain", "--output", "json", "pool/top.qcow2").objects
    #expect(chain.map { $0["backing-state"] as? String } == ["ok", "missing"])
  }

  @Test func `an unchanged image is not read again, and its link is judged all the same`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    // Old enough that the clock cannot hide a write.
    Thread.sleep(forTimeInterval: 2.2)
    try pool.scan()
    try pool.shell("rm base.qcow2")
    let run = try Program.shell(
      "strace -f -e trace=openat -o trace \"$BACKSTORY\" scan --db db.sqlite pool; "
        + "grep -c top.qcow2 trace || true", in: pool.folder)
    if run.complaint.contains("not found") { return }
    #expect(run.output.hasSuffix("0\n"))
    #expect(try pool.findings() == ["backing-missing top.qcow2"])
  }

  @Test func `FIFOs, sockets, devices and loops of links neither block nor fail a scan`() throws {
    let pool = try RealPool()
    try pool.image("disk.qcow2")
    try pool.shell("mkfifo fifo; ln -s loop loop; ln -s /dev/null null; ln -s / root; ln -s gone g")
    try pool.shell("mknod dev c 1 3 2>/dev/null || true")
    let run = try pool.scan()
    #expect(run.code == 0)
    #expect(run.count("images") == 1)
  }

  @Test func `what may not be entered is kept, and the scan says that it is partial`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir inner && qemu-img create -q -f qcow2 inner/base.qcow2 16M")
    try pool.image("top.qcow2", "-b inner/base.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv inner ../hidden; ln -s nowhere inner2; mkdir inner")
    // A directory that is there and empty is seen whole: its image is gone.
    #expect(try pool.scan().count("removed") == 1)
    #expect(try pool.findings() == ["backing-missing top.qcow2"])
    // A pool that is not there says nothing about its images.
    try FileManager.default.moveItem(
      at: pool.folder.url("pool"), to: pool.folder.url("elsewhere"))
    let run = try pool.scan()
    #expect(run.code == 3)
    #expect(run.count("images") == 1)
    #expect(
      ((run.object["pools"] as? [[String: Any]])?.first)?["state"] as? String == "unavailable")
    #expect(try pool.findings() == ["backing-missing top.qcow2"])
  }

  @Test func `a path that was never there is refused with one sentence`() throws {
    let pool = try RealPool()
    let run = try pool.scan("\(pool.path)/nothing")
    #expect(run.code == 1)
    #expect(run.output == "")
    #expect(run.complaint.split(separator: "\n").count == 1)
    #expect(run.complaint.contains("nothing"))
  }

  @Test func `a file that is no database is left as it is`() throws {
    let pool = try RealPool()
    let text = "this is a shopping list and no database, whatever its name may say"
    try pool.folder.write(Array(text.utf8), "db.sqlite")
    #expect(try pool.scan().code == 1)
    #expect(try pool.backstory("check").code == 1)
    #expect(try pool.folder.text("db.sqlite") == text)
  }

  @Test func `excluded names and directories are not taken up`() throws {
    let pool = try RealPool()
    try pool.image("kept.qcow2")
    try pool.image("scratch.tmp.qcow2")
    try pool.shell("mkdir trash && qemu-img create -q -f qcow2 trash/old.qcow2 16M")
    let run = try pool.scan(pool.path, "--exclude", "*.tmp.*", "--exclude", "trash")
    #expect(run.count("images") == 1)
  }

  @Test(arguments: [
    ("**/*.hdd/*.hdd", ["web.hdd", "web.raw"]), ("*.hdd/*.hdd", ["web.hdd", "web.hdd", "web.raw"]),
    ("**/w*d/w*w", ["web.hdd", "web.hdd"]), ("**/*b.hdd/**", ["web.hdd"]),
    ("**/pool/*", []), ("**/pool/*.hdd", ["web.hdd", "web.raw"]),
    ("**/pool/*/*/*.r?w", ["web.hdd", "web.hdd"]),
  ])
  func `a star stays in a directory, and two do not`(pattern: String, left: [String]) throws {
    let pool = try RealPool()
    try pool.shell(
      "mkdir -p deep/web.hdd && touch deep/web.hdd/web.hdd deep/web.hdd/web.raw && touch web.hdd")
    try pool.scan(pool.path, "--exclude", pattern)
    let listed = try pool.backstory("list", "--output", "json").objects
    #expect(
      listed.map { URL(fileURLWithPath: $0["filename"] as? String ?? "").lastPathComponent }
        .sorted() == left)
  }

  @Test func `one image is refreshed by its path alone`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.image("b.qcow2")
    try pool.scan()
    try pool.shell("qemu-img resize -q a.qcow2 32M; rm b.qcow2")
    let run = try pool.scan("\(pool.path)/a.qcow2")
    #expect(run.count("changed") == 1)
    #expect(run.count("removed") == 0)
    #expect(run.count("images") == 2)
  }
}

@Suite(RealPool.needsQemuImg) struct MountTests {
  /// Whether this process may mount; a container often may not.
  private static let mayMount: Bool = {
    guard let folder = try? Folder() else { return false }
    let run = try? Program.shell("mkdir m && mount -t tmpfs none m && umount m", in: folder)
    return run?.code == 0
  }()

  @Test(.enabled(if: mayMount, "mounting is not permitted here"))
  func `a pool that is not mounted any more keeps what was known`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir ../kept && mount --bind ../kept .")
    defer { _ = try? Program.shell("umount pool", in: pool.folder) }
    try pool.shell("cd ../pool && qemu-img create -q -f qcow2 base.qcow2 1M")
    try pool.shell("cd ../pool && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 top.qcow2")
    try pool.scan()
    _ = try Program.shell("umount pool", in: pool.folder)
    let run = try pool.scan()
    #expect(run.code == 3)
    #expect(run.count("images") == 2)
    #expect(try pool.findings() == [])
    _ = try Program.shell("mount --bind kept pool", in: pool.folder)
    #expect(try pool.scan().code == 0)
    _ = try Program.shell("umount pool", in: pool.folder)
    #expect(try pool.scan(pool.path, "--new-filesystem").count("removed") == 2)
  }

  @Test func `a base behind links that go round in a circle is missing`() throws {
    let pool = try RealPool()
    try pool.shell("ln -s b a; ln -s a b")
    try pool.image("top.qcow2", "-u -b a -F qcow2", size: "16M")
    try pool.scan()
    let image = try pool.backstory("list", "--output", "json").objects.first
    #expect(image?["backing-state"] as? String == "missing")
    #expect(try pool.findings() == ["backing-missing top.qcow2"])
  }
}

@Suite(RealPool.needsQemuImg) struct InterruptionTests {
  @Test(arguments: [("INT", 130), ("TERM", 143)])
  func `a signal ends a scan soon and leaves the database as it was`(
    signal: (name: String, code: Int32)
  ) throws {
    let pool = try RealPool()
    try pool.shell(
      "for d in $(seq 40); do mkdir $d; for n in $(seq 100); do : > $d/$n.raw; done; done")
    try pool.image("first.qcow2")
    try pool.scan("\(pool.path)/first.qcow2")
    // A shell without job control would have its background jobs ignore the signal.
    let run = try Program.shell(
      """
      python3 - <<'END'
      import os, signal, subprocess, time
      os.remove('db.sqlite.lock')
      scan = subprocess.Popen([os.environ['BACKSTORY'], 'scan', '--db', 'db.sqlite', 'pool'],
        preexec_fn=lambda: (signal.signal(signal.SIGINT, signal.SIG_DFL),
          signal.pthread_sigmask(signal.SIG_SETMASK, [])))
      # The lock is taken once the program listens to signals, on a busy machine some time after its start.
      while not os.path.exists('db.sqlite.lock') and scan.poll() is None: time.sleep(0.005)
      scan.send_signal(signal.SIG\(signal.name))
      print(scan.wait())
      END
      """, in: pool.folder)
    let code = run.output.split(separator: "\n").last.flatMap { Int32($0) }
    let scans = try pool.backstory("scans", "--output", "json").objects.count
    let pools = try pool.backstory("sql", "SELECT name FROM pool", "--output", "json").objects.count
    #expect(pools == scans)
    // On a fast machine the scan may have been done before the signal came.
    #expect(code == signal.code && scans == 1 || code == 0 && scans == 2, "\(run.complaint)")
  }
}
