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

    func list(_ name: String, _ lines: [String]) throws {
      let text = (["{\"backstory-machines\": 1}"] + lines + ["{\"count\": \(lines.count)}", ""])
        .joined(separator: "\n")
      try text.write(to: folder.url(name), atomically: true, encoding: .utf8)
    }

    func machines() throws -> [String] {
      try run(["machines", "--output", "json"]).objects.compactMap { $0["domain"] as? String }
        .sorted()
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
    for wrong in ["zvm=/x", "list", "domains", "none=/x", "pve="] {
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

  @Test func `a machine of one number is one, whatever an older list calls it`() throws {
    let cluster = try Cluster()
    try cluster.scan("--machines", "pve=pve")
    try cluster.pool.shell("$BACKSTORY machines export --db ../db.sqlite >../list.jsonl")
    try cluster.write(
      "nodes/n1/qemu-server/101.conf",
      "name: shop\nscsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\n")
    try cluster.scan("--machines", "pve=pve", "--machines", "list=list.jsonl")
    #expect(try cluster.machines() == ["box", "shop", "tmpl"])
    #expect(try !cluster.kinds().contains("shared-writable"))
  }

  @Test func `a name in two lists is two machines`() throws {
    let cluster = try Cluster()
    let disk = "\(cluster.pool.path)/images/101/vm-101-disk-0.qcow2"
    for list in ["a", "b"] {
      try cluster.list(list, ["{\"machine\": \"web\", \"path\": \"\(disk)\"}"])
    }
    try cluster.scan("--machines", "list=a", "--machines", "list=b")
    #expect(try cluster.machines() == ["web", "web"])
    #expect(try cluster.kinds().contains("shared-writable"))
  }

  @Test func `a copied configuration is another machine, though it bears the UUID of the first`()
    throws
  {
    let cluster = try Cluster()
    let text =
      "name: web\nsmbios1: uuid=0f1e2d3c-0000-4000-8000-000000000001\n"
      + "scsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\n"
    for number in [101, 104] { try cluster.write("nodes/n1/qemu-server/\(number).conf", text) }
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.machines() == ["box", "tmpl", "web", "web"])
    #expect(try cluster.kinds().contains("shared-writable"))
  }

  @Test func `a list without the UUID that the keeper knows is about the same machine`() throws {
    let cluster = try Cluster()
    let uuid = "0f1e2d3c-0000-4000-8000-000000000001"
    try cluster.write(
      "nodes/n1/qemu-server/101.conf",
      "name: web\nsmbios1: uuid=\(uuid)\n"
        + "scsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\n")
    let disk = "\(cluster.pool.path)/images/101/vm-101-disk-0.qcow2"
    try cluster.list(
      "list", ["{\"machine\": \"web\", \"kind\": \"pve\", \"id\": \"101\", \"path\": \"\(disk)\"}"])
    try cluster.scan("--machines", "pve=pve", "--machines", "list=list")
    #expect(try cluster.machines() == ["box", "tmpl", "web"])
    #expect(try !cluster.kinds().contains("shared-writable"))
  }

  @Test func `what a host has is found, and what it had is not seen when it is gone`() throws {
    let cluster = try Cluster()
    try cluster.pool.shell("mkdir -p ../host/etc; mv ../pve ../host/etc/pve")
    let scan = try cluster.scan("--machines", "auto=host", "--output", "json")
    #expect(scan.code == 0)
    #expect(
      scan.output.contains("\"kind\": \"pve\"") && !scan.output.contains("\"kind\": \"libvirt\""))
    #expect(try cluster.orphans() == ["orphan vm-103-disk-0.qcow2"])
    try cluster.pool.shell("mv ../host/etc/pve ../away")
    #expect(try cluster.scan("--machines", "auto=host").code == 3)
    #expect(try cluster.orphans() == [])
    #expect(try cluster.machines() == ["box", "tmpl", "web"])
  }

  @Test func `a host that has nothing leaves open which machines there are, and that is said`()
    throws
  {
    let cluster = try Cluster()
    try cluster.pool.shell("mkdir ../host")
    let scan = try cluster.scan("--machines", "auto=host")
    #expect(scan.code == 0)
    #expect(scan.complaint.contains("its machines are unknown"))
    #expect(try cluster.orphans() == [])
    #expect(try cluster.orphans("--all").contains("unknown vm-103-disk-0.qcow2"))
  }

  @Test func `a process that nobody asks for any more leaves the view whole`() throws {
    let cluster = try Cluster()
    try cluster.pool.shell(
      "mkdir -p ../proc/1 ../proc/9/fd; : >../proc/1/cmdline; ln -s / ../proc/9/cwd; "
        + "printf 'qemu-system-x86_64\\0-name\\0hand\\0-cdrom\\0/none.iso\\0' >../proc/9/cmdline")
    try cluster.scan("--machines", "running=proc", "--machines", "pve=pve")
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.orphans() == ["orphan vm-103-disk-0.qcow2"])
  }

  @Test func `the database of a cluster says what its files say`() throws {
    let cluster = try Cluster()
    try cluster.pool.shell(
      """
      cat >../fill.py <<'END'
      import os, sqlite3
      database = sqlite3.connect("../config.db")
      database.execute("CREATE TABLE tree (inode INTEGER PRIMARY KEY NOT NULL, parent INTEGER NOT NULL, "
          "version INTEGER NOT NULL, writer INTEGER NOT NULL, mtime INTEGER NOT NULL, type INTEGER NOT NULL, "
          "name TEXT NOT NULL, data BLOB)")
      database.execute("INSERT INTO tree VALUES (0, 0, 1, 0, 0, 8, '__version__', NULL)")
      inodes = {"../pve": 0}
      for folder, folders, files in os.walk("../pve"):
          for name in folders + files:
              path = os.path.join(folder, name)
              inodes[path] = len(inodes)
              data = None if name in folders else open(path, "rb").read()
              database.execute("INSERT INTO tree VALUES (?, ?, 1, 0, 0, ?, ?, ?)",
                  (inodes[path], inodes[folder], 4 if name in folders else 8, name, data))
      database.commit()
      END
      python3 ../fill.py; rm -r ../pve
      """)
    #expect(try cluster.scan("--machines", "pve=config.db").code == 0)
    #expect(
      try cluster.orphans("--all") == [
        "detached vm-101-disk-1.qcow2", "orphan vm-103-disk-0.qcow2",
      ])
    try cluster.pool.shell(
      #"sqlite3 ../config.db "INSERT INTO tree VALUES (999, 998, 1, 0, 0, 8, '105.conf', NULL)""#)
    #expect(try cluster.scan("--machines", "pve=config.db").code == 3)
    try cluster.pool.shell("head -c 5000 ../config.db >../cut; mv ../cut ../config.db")
    #expect(try cluster.scan("--machines", "pve=config.db").code == 3)
    #expect(try cluster.orphans() == [])
    try cluster.pool.shell("rm ../config.db")
    #expect(try cluster.scan("--machines", "pve=config.db").code == 3)
    #expect(try cluster.machines() == ["box", "tmpl", "web"])
  }

  @Test func `a move names the machines that only their keeper can change`() throws {
    let cluster = try Cluster()
    try cluster.scan("--machines", "pve=pve")
    let plan = try cluster.run([
      "relocate", "\(cluster.pool.path)/images/102", "\(cluster.pool.path)/images/202",
    ])
    #expect(plan.output.contains("machine 'box' (pve) cannot be changed by this script"))
    #expect(plan.output.contains("nodes/n2/lxc/102.conf"))
    #expect(!plan.output.contains("virsh"))
  }

  @Test func `only libvirt's machines have XML`() throws {
    let cluster = try Cluster()
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.run(["xml", "--domain", "web"]).code == 1)
  }

  @Test
  func `a process that runs on a deleted image is one error, which says where the content is`()
    throws
  {
    let cluster = try Cluster()
    try cluster.pool.shell(
      """
      disk=$PWD/images/102/vm-102-disk-0.raw
      bash -c 'exec -a qemu-system-x86_64 tail -f /dev/null' 5<>"$disk" >/dev/null 2>&1 & process=$!
      sleep 0.2
      for night in 1 2; do
        $BACKSTORY scan . --machines running --grace-age 0h --db ../db.sqlite
        $BACKSTORY check --db ../db.sqlite --output json >../$night.json
        rm -f "$disk"
      done
      # The process inherits a mask that blocks the others.
      kill -KILL $process
      """)
    // Other processes of QEMU may run on the host.
    let nights = try ["1.json", "2.json"].map {
      try Run(
        output: String(contentsOf: cluster.folder.url($0), encoding: .utf8), complaint: "", code: 0
      ).objects.compactMap { $0["message"] as? String }
        .filter { $0.contains("vm-102-disk-0.raw") }
    }
    #expect(nights.map(\.count) == [0, 1])
    #expect(nights[1].first?.contains("/fd/5' while nothing") == true)
  }

  @Test func `a snapshot that its image does not have is told in the keeper's words`() throws {
    let cluster = try Cluster()
    try cluster.pool.shell("qemu-img snapshot -c there images/103/vm-103-disk-0.qcow2")
    try cluster.write(
      "nodes/n1/qemu-server/103.conf",
      "name: snap\nscsi0: local:103/vm-103-disk-0.qcow2\n"
        + "[there]\nscsi0: local:103/vm-103-disk-0.qcow2\n[gone]\nscsi0: local:103/vm-103-disk-0.qcow2\n"
    )
    try cluster.scan("--machines", "pve=pve")
    let found = try cluster.run(["check", "--output", "json"]).objects
      .filter { $0["kind"] as? String == "snapshot-missing" }
    #expect(found.count == 1)
    let message = found.first?["message"] as? String ?? ""
    #expect(message.contains("machine 'snap'") && message.contains("qm delsnapshot VMID gone"))
    #expect(!message.contains("virsh") && !message.contains("there"))
  }

  @Test func `findings of other keepers' machines do not speak of libvirt`() throws {
    let cluster = try Cluster()
    try cluster.pool.shell("rm images/102/vm-102-disk-0.raw")
    let other = "scsi0: local:103/vm-103-disk-0.qcow2\n"
    for number in [103, 104] {
      try cluster.write("nodes/n1/qemu-server/\(number).conf", "name: m\(number)\n" + other)
    }
    try cluster.scan("--machines", "pve=pve")
    let messages = try cluster.run(["check", "--output", "json"]).objects
      .filter { $0["kind"] as? String != "orphan" }.compactMap { $0["message"] as? String }
    #expect(messages.contains { $0.contains("machine 'box' uses") && $0.contains("qm set") })
    #expect(messages.contains { $0.contains("the machines 'm103', 'm104'") })
    for message in messages {
      #expect(!message.contains("virsh") && !message.contains("omain") && !message.contains("<"))
    }
  }

  @Test func `a source that is gone for good is let go of by its path`() throws {
    let cluster = try Cluster()
    try cluster.list("list", ["{\"machine\": \"other\", \"path\": \"/srv/none.qcow2\"}"])
    try cluster.scan("--machines", "pve=pve", "--machines", "list=list")
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.orphans() == [])
    let list = cluster.folder.url("list").path
    #expect(try cluster.run(["machines", "--forget", "nowhere"]).code == 1)
    #expect(try cluster.run(["machines", "--forget", list, "--at", "1"]).code == 1)
    let dry = try cluster.run(["machines", "--forget", list, "--dry-run", "--output", "json"])
    #expect(dry.output.contains("\"machines\": 1") && dry.output.contains("\"dry-run\": true"))
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.orphans() == [])
    #expect(try cluster.run(["machines", "--forget", "list=\(list)"]).code == 0)
    // A scan that asks for no machines lets none go.
    #expect(try cluster.run(["scan", cluster.pool.path]).code == 0)
    #expect(try cluster.machines() == ["box", "other", "tmpl", "web"])
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.machines() == ["box", "tmpl", "web"])
    #expect(try cluster.orphans() == ["orphan vm-103-disk-0.qcow2"])
    #expect(try cluster.run(["verify"]).code == 0)
    try cluster.scan("--machines", "pve=pve", "--machines", "list=list")
    try cluster.scan("--machines", "pve=pve")
    #expect(try cluster.machines() == ["box", "other", "tmpl", "web"])
  }
}
