import Foundation
import Testing

/// A pool on a real file system that other hosts may use: sshfs talks to a server beside it, without a
/// network.
@Suite(
  .enabled(if: getuid() == 0, "only root mounts"),
  .enabled(
    if: ["/usr/bin/sshfs", "/usr/lib/openssh/sftp-server", "/dev/fuse"]
      .allSatisfy { FileManager.default.fileExists(atPath: $0) },
    "sshfs, its server or FUSE is not installed"), RealPool.needsQemuImg)
struct SharedPoolTests {
  /// A mount of a directory with one image at `mnt`, gone with the value.
  private final class Mounted {
    let folder: Folder

    init() throws {
      folder = try Folder()
      let run = try Program.shell(
        """
        chmod 700 . && mkdir far mnt none && mkfifo wire &&
        echo "<domain type='qemu'><name>a</name><devices/></domain>" >none/a.xml &&
        qemu-img create -q -f qcow2 far/idle.qcow2 1M || exit 1
        # Who waits for the shell to end waits for whatever holds its descriptors.
        bash -c 'for file in /proc/self/fd/*; do
          [ "${file##*/}" -le 2 ] || eval "exec ${file##*/}>&-"
        done
        sshfs :"$PWD/far" mnt -f -o passive <wire | /usr/lib/openssh/sftp-server >wire' \
          </dev/null >/dev/null 2>&1 &
        for i in $(seq 100); do mountpoint -q mnt && exit 0; sleep 0.1; done; exit 1
        """, in: folder)
      try #require(run.code == 0, "\(run.complaint)")
    }

    deinit { _ = try? Program.shell("umount mnt || umount -l mnt", in: folder) }

    func run(_ arguments: [String]) throws -> Run {
      try Program.run(arguments + ["--db", "db.sqlite"], in: folder)
    }

    func scan(_ more: String...) throws -> Run {
      try run(["scan", "--pool", "far=mnt", "--domains", "none"] + more)
    }

    func verdicts(_ more: String...) throws -> [String] {
      try run(["orphans", "--all", "--output", "json"] + more).objects
        .compactMap { $0["verdict"] as? String }
    }
  }

  @Test func `nothing on it is an orphan until somebody says that it is this host's`() throws {
    let mounted = try Mounted()
    for _ in 0..<3 {
      let scan = try mounted.scan()
      #expect(scan.code == 0, "\(scan.complaint)")
    }
    #expect(try mounted.verdicts() == ["unknown"])
    let why = try mounted.run(["orphans", "--all", "--output", "json"]).output
    #expect(why.contains("is on fuse.sshfs; others may use it"), "\(why)")
    let plain = try mounted.run(["orphans", "--output", "json"])
    #expect(plain.objects.isEmpty)
    #expect(plain.complaint.contains("no image is called an orphan: '"), "\(plain.complaint)")
    for _ in 0..<2 { #expect(try mounted.scan("--exclusive", "far").code == 0) }
    #expect(try mounted.run(["orphans"]).complaint.isEmpty)
    #expect(try mounted.verdicts() == ["orphan"])
    #expect(try mounted.verdicts("--at", "3") == ["unknown"])
    let other = try mounted.scan("--exclusive", "near")
    #expect(other.code == 1)
    #expect(other.complaint.contains("this scan covers no pool 'near'"))
  }

  @Test func `the configuration speaks for a pool, also where the mount is deep within it`() throws
  {
    let mounted = try Mounted()
    let here = mounted.folder.url.path
    func scan(_ line: String) throws {
      let text = """
        database = "\(here)/db.sqlite"
        [[pool]]
        name = "all"
        path = "\(here)"
        \(line)
        [libvirt]
        domains = ["\(here)/none"]
        """
      try mounted.folder.write(Array(text.utf8), "b.toml")
      let run = try Program.run(
        "scan", "--config", "b.toml", "--exclude", "far", in: mounted.folder)
      #expect(run.code == 0, "\(run.complaint)")
    }
    for _ in 0..<2 { try scan("") }
    #expect(try mounted.verdicts() == ["unknown"])
    for _ in 0..<2 { try scan("exclusive = true") }
    #expect(try mounted.verdicts() == ["orphan"])
    try scan("viewers = [\"\(here)/none\"]")
    #expect(try mounted.verdicts() == ["orphan"])
    try scan("")
    #expect(try mounted.verdicts() == ["unknown"])
  }
}
