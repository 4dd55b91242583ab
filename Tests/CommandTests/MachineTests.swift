import Foundation
import Testing

/// Scans with other sources of machines than libvirt.
@Suite(RealPool.needsQemuImg) struct MachineTests {
  /// A cluster of two nodes over a pool, and a database.
  private struct Cluster {
    let pool: RealPool
    var folder: Folder { pool.folder }

    init() throws {
      pool = try RealPool()
      try pool.shell(
        """
        mkdir -p images/100 images/101 images/102 images/103 ../pve/nodes/n1/qemu-server ../pve/nodes/n2/lxc
        qemu-img create -q -f qcow2 images/100/base-100-disk-0.qcow2 16M
        qemu-img create -q -f qcow2 -F qcow2 -b ../100/base-100-disk-0.qcow2 images/101/vm-101-disk-0.qcow2
        qemu-img create -q -f qcow2 images/101/vm-101-disk-1.qcow2 16M
        truncate -s 8M images/101/vm-101-state-s.raw
        qemu-img create -q -f raw images/102/vm-102-disk-0.raw 16M
        qemu-img create -q -f qcow2 images/103/vm-103-disk-0.qcow2 16M
        """)
      try write("storage.cfg", "dir: local\n\tpath \(pool.path)\n\tcontent images\n")
      try write(
        "nodes/n1/qemu-server/100.conf",
        "name: tmpl\nscsi0: local:100/base-100-disk-0.qcow2\ntemplate: 1\n")
      try write(
        "nodes/n1/qemu-server/101.conf",
        "name: web\nscsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\n"
          + "unused0: local:101/vm-101-disk-1.qcow2\n[s]\nvmstate: local:101/vm-101-state-s.raw\n")
      try write("nodes/n2/lxc/102.conf", "hostname: box\nrootfs: local:102/vm-102-disk-0.raw\n")
    }

    func write(_ name: String, _ text: String) throws {
      try text.write(to: folder.url("pve/\(name)"), atomically: true, encoding: .utf8)
    }

    func run(_ arguments: [String]) throws -> Run {
      try Program.run(
        arguments, in: folder, environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
    }

    @discardableResult func scan(_ arguments: String...) throws -> Run {
      try run(["scan", pool.path, "--grace", "1"] + arguments)
    }

    func orphans(_ arguments: String...) throws -> [String] {
      try run(["orphans", "--output", "json"] + arguments).objects.map { orphan in
        let path = orphan["filename"] as? String ?? ""
        return "\(orphan["verdict"] ?? "") \(path.split(separator: "/").last ?? "")"
      }.sorted()
    }

    func kinds() throws -> [String] {
      try run(["check", "--output", "json"]).objects.compactMap { $0["kind"] as? String }
    }
  }

  @Test func `what no machine of a cluster uses is an orphan, and what one has detached is not`()
    throws
  {
    let cluster = try Cluster()
    #expect(try cluster.scan("--machines", "pve=pve").code == 0)
    #expect(try cluster.orphans() == ["orphan vm-103-disk-0.qcow2"])
    #expect(
      try cluster.orphans("--all") == [
        "detached vm-101-disk-1.qcow2", "orphan vm-103-disk-0.qcow2",
      ])
    #expect(try cluster.kinds() == ["orphan"])
  }

  @Test func `a cluster that is not there tonight is not seen, and nothing is taken for unused`()
    throws
  {
    let cluster = try Cluster()
    try cluster.scan("--machines", "pve=pve")
    try cluster.pool.shell("mv ../pve ../away; mkdir ../pve")
    let scan = try cluster.scan("--machines", "pve=pve", "--output", "json")
    #expect(scan.code == 3)
    #expect(scan.output.contains("\"state\": \"unavailable\""))
    #expect(try cluster.orphans("--all").filter { $0.hasPrefix("orphan") } == [])
    #expect(try cluster.run(["machines", "--output", "json"]).objects.count == 3)
  }

  @Test func `a source that was never there is refused`() throws {
    let cluster = try Cluster()
    #expect(try cluster.scan("--machines", "pve=no").code == 1)
    #expect(try cluster.scan("--machines", "list=no").code == 1)
    for wrong in ["vmware=/x", "list", "domains", "auto=/x", "pve="] {
      #expect(try cluster.scan("--machines", wrong).code == 1, "\(wrong)")
    }
  }

  @Test func `an export is a list that says the same on another host`() throws {
    let cluster = try Cluster()
    try cluster.scan("--machines", "pve=pve")
    try cluster.pool.shell(
      "$BACKSTORY machines export --db ../db.sqlite >../list.jsonl; rm ../db.sqlite*")
    #expect(try cluster.scan("--machines", "list=list.jsonl").code == 0)
    #expect(
      try cluster.orphans("--all") == [
        "detached vm-101-disk-1.qcow2", "orphan vm-103-disk-0.qcow2",
      ])
    // Both at once are the same machines: nobody shares anything.
    #expect(
      try cluster.scan("--machines", "list=list.jsonl", "--machines", "pve=pve").code == 0)
    #expect(try cluster.run(["machines", "--output", "json"]).objects.count == 3)
    #expect(try cluster.kinds() == ["orphan"])
    try cluster.pool.shell("mv ../pve ../away")
    #expect(try cluster.scan("--machines", "list=list.jsonl", "--machines", "pve=pve").code == 3)
    try cluster.pool.shell("mv ../away ../pve")
    try cluster.pool.shell("head -n 3 ../list.jsonl >../cut; mv ../cut ../list.jsonl")
    #expect(try cluster.scan("--machines", "list=list.jsonl", "--machines", "pve=pve").code == 3)
    #expect(try cluster.orphans("--all").filter { $0.hasPrefix("orphan") } == [])
  }

  @Test func `what a list wants kept is kept`() throws {
    let cluster = try Cluster()
    let golden = "\(cluster.pool.path)/images/103/vm-103-disk-0.qcow2"
    try cluster.pool.shell(
      "printf '%s\\n' '{\"backstory-machines\": 1}' '{\"keep\": \"\(golden)\"}' '{\"count\": 1}' >../keep"
    )
    try cluster.scan("--machines", "pve=pve", "--machines", "list=keep")
    #expect(
      try cluster.orphans("--all") == ["detached vm-101-disk-1.qcow2", "kept vm-103-disk-0.qcow2"])
  }

  @Test func `machines of one name are two, and both are told that they write to one image`() throws
  {
    let cluster = try Cluster()
    let disk = "\(cluster.pool.path)/images/101/vm-101-disk-0.qcow2"
    try cluster.pool.shell(
      "printf '%s\\n' '{\"backstory-machines\": 1}' '{\"machine\": \"web\", \"path\": \"\(disk)\"}' '{\"count\": 1}' >../list"
    )
    try cluster.scan("--machines", "pve=pve", "--machines", "list=list")
    #expect(try cluster.kinds().contains("shared-writable"))
  }

  @Test func `a process adds what it uses and makes no view whole`() throws {
    let cluster = try Cluster()
    let disk = "\(cluster.pool.path)/images/103/vm-103-disk-0.qcow2"
    try cluster.pool.shell(
      "mkdir -p ../proc/1 ../proc/9/fd; : >../proc/1/cmdline; ln -s / ../proc/9/cwd; "
        + "printf 'qemu-system-x86_64\\0-name\\0hand\\0-hda\\0\(disk)\\0' >../proc/9/cmdline")
    try cluster.scan("--machines", "running=proc")
    #expect(try cluster.orphans() == [])
    try cluster.scan("--machines", "running=proc", "--machines", "pve=pve")
    #expect(try cluster.orphans("--all") == ["detached vm-101-disk-1.qcow2"])
  }

  @Test func `without other machines what no image refers to is an orphan`() throws {
    let cluster = try Cluster()
    #expect(try cluster.scan("--machines", "none").code == 0)
    #expect(try cluster.orphans().contains("orphan vm-103-disk-0.qcow2"))
  }
}
