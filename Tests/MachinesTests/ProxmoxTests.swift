import Foundation
import Machines
import Model
import Testing

/// Machines from Proxmox VE's own files.
@Suite struct ProxmoxTests {
  private static let stores = """
    dir: local
    \tpath /srv/vz
    \tcontent images,iso

    nfs: nas
    \tserver 10.0.0.1
    \texport /vol
    \tcontent images

    dir: odd
    \tpath /srv/odd/
    \tcontent-dirs images=guests/disks,iso=cd

    btrfs: bt
    \tpath /bt

    dir: nine
    \tpath /nine
    \tsnapshot-as-volume-chain 1

    lvmthin: local-lvm
    \tthinpool data
    \tvgname pve

    """

  private func read(
    _ text: String, kind: String = "qemu-server", stores: String = stores, node: String = "n1",
    host: String = "elsewhere"
  ) throws -> MachineReading {
    let folder = try Folder()
    try folder.write(stores, "storage.cfg")
    try folder.write(text, "nodes/\(node)/\(kind)/101.conf")
    return ProxmoxSource(path: folder.path, hostName: host).read()
  }

  private func lines(_ text: String, kind: String = "qemu-server") throws -> [String] {
    let reading = try read(text, kind: kind)
    #expect(reading.problems.isEmpty)
    return try #require(reading.machines.first).uses.map(\.line)
  }

  @Test func `disks of every bus lie where their store says`() throws {
    let uses = try lines(
      """
      boot: order=scsi0
      ide0: local:101/vm-101-disk-0.raw
      sata5: file=nas:101/vm-101-disk-0.vmdk,size=4G
      scsi30: odd:101/vm-101-disk-1.qcow2,iothread=1
      virtio15: size=4G,local:99/vm-101-disk-9.qcow2
      efidisk0: local:101/vm-101-disk-2.qcow2,efitype=4m
      tpmstate0: local:101/vm-101-disk-3.raw,version=v2.0
      scsihw: virtio-scsi-single
      net0: virtio=BC:24:11:00:00:01,bridge=vmbr0

      """)
    #expect(
      uses == [
        "ide0 now disk raw /srv/vz/images/101/vm-101-disk-0.raw",
        "sata5 now disk vmdk /mnt/pve/nas/images/101/vm-101-disk-0.vmdk",
        "scsi30 now disk qcow2 /srv/odd/guests/disks/101/vm-101-disk-1.qcow2",
        "virtio15 now disk qcow2 /srv/vz/images/99/vm-101-disk-9.qcow2",
        "efidisk0 now disk qcow2 /srv/vz/images/101/vm-101-disk-2.qcow2",
        "tpmstate0 now disk raw /srv/vz/images/101/vm-101-disk-3.raw",
      ])
  }

  @Test func `a linked clone needs its base as well`() throws {
    let uses = try lines("scsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2\n")
    #expect(
      uses == [
        "scsi0 now disk qcow2 /srv/vz/images/101/vm-101-disk-0.qcow2",
        "scsi0 below backing qcow2 /srv/vz/images/100/base-100-disk-0.qcow2 read-only",
      ])
  }

  @Test func `a template's disks are read only, wherever the file says that it is one`() throws {
    let uses = try lines("scsi0: local:101/vm-101-disk-0.qcow2,size=16M\ntemplate: 1\n")
    #expect(uses == ["scsi0 now disk qcow2 /srv/vz/images/101/vm-101-disk-0.qcow2 read-only"])
  }

  @Test func `comments are a description, and what holds no storage is passed over`() throws {
    let uses = try lines(
      """
      #scsi9: local:103/vm-103-disk-0.qcow2
      ide0: none,media=cdrom
      ide1: cdrom,media=cdrom
      cdrom: local:iso/debian.iso,media=cdrom
      scsi2: /dev/disk/by-id/wwn-1,size=1T

      """)
    #expect(
      uses == [
        "ide2 now disk raw /srv/vz/template/iso/debian.iso read-only",
        "scsi2 now disk raw /dev/disk/by-id/wwn-1",
      ])
  }

  @Test func `snapshots, pending changes and fleecing are uses of their own`() throws {
    let uses = try lines(
      """
      scsi0: nine:101/vm-101-disk-0.qcow2
      unused0: local:101/vm-101-disk-1.qcow2

      [PENDING]
      delete: scsi3
      scsi1: local:101/vm-101-disk-4.qcow2

      [special:fleecing]
      fleecing-images: local:101/vm-101-fleece-0.qcow2,local:101/vm-101-fleece-1.raw

      [before]
      #[after]
      scsi0: nine:101/vm-101-disk-0.qcow2
      vmstate: local:101/vm-101-state-before.raw

      """)
    #expect(
      uses == [
        "scsi0 now disk qcow2 /nine/images/101/vm-101-disk-0.qcow2",
        "unused0 detached disk qcow2 /srv/vz/images/101/vm-101-disk-1.qcow2",
        "scsi1 pending disk qcow2 /srv/vz/images/101/vm-101-disk-4.qcow2",
        "fleecing-images pending disk qcow2 /srv/vz/images/101/vm-101-fleece-0.qcow2",
        "fleecing-images pending disk raw /srv/vz/images/101/vm-101-fleece-1.raw",
        "scsi0 snapshot disk qcow2 /nine/images/101/vm-101-disk-0.qcow2",
        "scsi0 snapshot snapshot qcow2 /nine/images/101/snap-before-vm-101-disk-0.qcow2",
        "vmstate snapshot memory raw /srv/vz/images/101/vm-101-state-before.raw",
      ])
  }

  @Test func `a container's root and mounts are disks, directories or devices`() throws {
    let uses = try lines(
      """
      hostname: web
      rootfs: local:101/vm-101-disk-0.raw,size=8G
      mp0: volume=local:101/subvol-101-disk-1.subvol,mp=/data
      mp1: /srv/shared,mp=/shared,ro=1
      mp2: /dev/sdb1,mp=/dev-data
      lxc.mount.entry: /opt opt none bind 0 0

      [pve:pending]
      mp3: local:101/vm-101-disk-2.raw,mp=/later

      """, kind: "lxc")
    #expect(
      uses == [
        "rootfs now disk raw /srv/vz/images/101/vm-101-disk-0.raw",
        "mp0 now filesystem - /srv/vz/images/101/subvol-101-disk-1.subvol",
        "mp1 now filesystem - /srv/shared read-only",
        "mp2 now disk raw /dev/sdb1",
        "lxc.mount.entry now filesystem - /opt",
        "mp3 pending disk raw /srv/vz/images/101/vm-101-disk-2.raw",
      ])
  }

  @Test func `raw volumes of btrfs lie in subvolumes, as their snapshots do`() throws {
    let uses = try lines(
      "scsi0: bt:101/vm-101-disk-0.raw\n[s1]\nscsi0: bt:101/vm-101-disk-0.raw\n")
    #expect(
      uses == [
        "scsi0 now disk raw /bt/images/101/vm-101-disk-0/disk.raw",
        "scsi0 snapshot disk raw /bt/images/101/vm-101-disk-0/disk.raw",
        "scsi0 snapshot snapshot raw /bt/images/101/vm-101-disk-0@s1/disk.raw",
      ])
  }

  @Test func `volumes of stores without files are no files`() throws {
    #expect(
      try lines("scsi0: local-lvm:vm-101-disk-0,size=4G\n") == ["scsi0 now disk raw vm-101-disk-0"])
  }

  @Test func `what args name is used`() throws {
    let uses = try lines(
      "args: -drive 'file=/srv/extra,,one.qcow2,if=none,id=x,format=qcow2' -device foo\n")
    #expect(uses == ["x now disk qcow2 /srv/extra,one.qcow2"])
  }

  @Test func `local is there though nobody lists it`() throws {
    let reading = try read("scsi0: local:101/vm-101-disk-0.raw\n", stores: "# nothing\n")
    #expect(reading.problems.isEmpty)
    #expect(
      reading.machines.first?.uses.map(\.line) == [
        "scsi0 now disk raw /var/lib/vz/images/101/vm-101-disk-0.raw"
      ])
  }

  @Test func `the UUID and the name are the machine's`() throws {
    let reading = try read(
      "name: web\nsmbios1: uuid=0F1E2D3C-0000-4000-8000-000000000001\n\n[s]\nname: older\n")
    let machine = try #require(reading.machines.first)
    #expect(machine.name == "web")
    #expect(machine.identity == "101")
    #expect(machine.uuid == "0f1e2d3c-0000-4000-8000-000000000001")
  }

  @Test func `local disks of another node are not those of this host`() throws {
    let text = "scsi0: local:101/vm-101-disk-0.raw\nscsi1: nas:101/vm-101-disk-0.raw\n"
    let folder = try Folder()
    try folder.write(Self.stores, "storage.cfg")
    try folder.write(text, "nodes/n2/qemu-server/101.conf")
    try folder.write("", "nodes/n1/lrm_status")
    let there = ProxmoxSource(path: folder.path, hostName: "n1.example.org").read()
    #expect(there.machines.first?.uses.map(\.occasion) == [.elsewhere, .now])
    let here = ProxmoxSource(path: folder.path, hostName: "n2").read()
    #expect(here.machines.first?.uses.map(\.occasion) == [.now, .now])
  }

  @Test func `what cannot be understood is said, and the machine is not seen whole`() throws {
    for text in [
      "scsi0: gone:101/vm-101-disk-0.raw\n", "scsi0: local:../../etc/passwd\n",
      "scsi0: local:101/../../x.raw\n", "scsi0: size=4G\n", "scsi0\n", "", "\u{0}\u{0}\u{0}\n",
      "args: -drive 'file=/x\n", "name: x\rscsi0: local:101/vm-101-disk-0.raw\n",
    ] {
      let reading = try read(text)
      #expect(reading.problems.count == 1, "\(text)")
      #expect(reading.unseen.count == 1)
    }
  }

  @Test func `a directory that is not there, or not mounted, is not an empty cluster`() throws {
    let folder = try Folder()
    #expect(ProxmoxSource(path: folder.path.appending("no".utf8), hostName: "h").read().isMissing)
    let empty = ProxmoxSource(path: folder.path, hostName: "h").read()
    #expect(empty.emptiness?.contains("mounted") == true)
    #expect(empty.coveredTrees.isEmpty)
    // A cluster of which the machines' files are missing says nothing of machines.
    try folder.write(Self.stores, "storage.cfg")
    try folder.write("x", "nodes/n1/qemu-server/README")
    let bare = ProxmoxSource(path: folder.path, hostName: "h").read()
    #expect(bare.emptiness?.contains("no machine of Proxmox VE") == true)
  }

  @Test func `without the stores' file nothing is certain`() throws {
    let folder = try Folder()
    try folder.write("scsi0: local:101/vm-101-disk-0.raw\n", "nodes/n1/qemu-server/101.conf")
    #expect(ProxmoxSource(path: folder.path, hostName: "h").read().problems.count == 1)
  }

  @Test func `links that lead out, files that are too long and others are not read`() throws {
    let folder = try Folder()
    try folder.write(Self.stores, "storage.cfg")
    try folder.write(Data(repeating: 0x23, count: 2 << 20), "nodes/n1/qemu-server/100.conf")
    try folder.link("nodes/n1/qemu-server/101.conf", to: "/etc/passwd")
    try folder.write("", "nodes/n1/qemu-server/102.conf/in")
    try folder.write("name: x\n", "nodes/n1/qemu-server/103.conf.tmp")
    try folder.link("nodes/n1/qemu-server/104.conf", to: "/nowhere/104.conf")
    try folder.link("nodes/n2", to: "/etc")
    let reading = ProxmoxSource(path: folder.path, hostName: "h").read()
    #expect(reading.machines.isEmpty)
    #expect(reading.passedOverCount == 1)
    #expect(
      reading.problems.map(\.path.name).map { String(decoding: $0, as: UTF8.self) } == [
        "100.conf", "101.conf", "102.conf", "104.conf", "n2",
      ])
  }

  @Test func `a file cut at any length is read to the end of what is there`() throws {
    let bytes = Array(
      "#d\nscsi0: local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2,size=1\ntemplate: 1\n[s]\nvmstate: local:101/a\n"
        .utf8)
    for length in 0...bytes.count {
      let machines = MachineText.machines(in: [0] + bytes.prefix(length), as: .proxmox)
      #expect(machines.count == 1)
    }
  }

  @Test func `a shared store that the host's node does not have shows it nothing`() throws {
    let stores = "nfs: nas\n\texport /vol\n\tnodes n2,n3\n\nnfs: all\n\texport /vol\n"
    let folder = try Folder()
    try folder.write(stores, "storage.cfg")
    try folder.write("scsi0: nas:1/vm-1-disk-0.raw\n", "nodes/n1/qemu-server/1.conf")
    try folder.write(
      "scsi0: nas:2/vm-2-disk-0.raw\nscsi1: all:2/vm-2-disk-1.raw\n",
      "nodes/n2/qemu-server/2.conf")
    let machines = ProxmoxSource(path: folder.path, hostName: "n1").read().machines
    #expect(
      machines.flatMap { $0.uses.map(\.line) } == [
        "scsi0 now disk raw /mnt/pve/nas/images/1/vm-1-disk-0.raw",
        "scsi0 elsewhere disk raw /mnt/pve/nas/images/2/vm-2-disk-0.raw",
        "scsi1 now disk raw /mnt/pve/all/images/2/vm-2-disk-1.raw",
      ])
  }

  @Test func `stored files are read as those of a directory`() throws {
    var tree = StoredTree()
    tree.insert(Array(Self.stores.utf8), at: [Array("storage.cfg".utf8)])
    tree.insert(
      Array("scsi0: local:101/vm-101-disk-0.raw\n".utf8),
      at: ["nodes", "n1", "qemu-server", "101.conf"].map { Array($0.utf8) })
    let reading = ProxmoxSource(path: "/copy/config.db", hostName: "h", tree: tree).read()
    #expect(reading.problems.isEmpty)
    #expect(reading.machines.map(\.file) == ["/copy/config.db/nodes/n1/qemu-server/101.conf"])
    #expect(
      reading.machines.first?.uses.map(\.line) == [
        "scsi0 now disk raw /srv/vz/images/101/vm-101-disk-0.raw"
      ])
  }

  @Test func `a directory mapping is used whole on the node of the machine`() throws {
    let folder = try Folder()
    try folder.write(Self.stores, "storage.cfg")
    try folder.write(
      "share\n\tmap node=n1,path=/srv/share\n\tmap node=n2,path=/srv/other\n\nodd\n\tmap path=/x\n",
      "mapping/directory.cfg")
    try folder.write("virtiofs0: dirid=share,cache=auto\n", "nodes/n1/qemu-server/1.conf")
    try folder.write("virtiofs1: nowhere\n", "nodes/n1/qemu-server/2.conf")
    let reading = ProxmoxSource(path: folder.path, hostName: "n1").read()
    #expect(
      reading.machines.first?.uses.map(\.line) == [
        "virtiofs0 now filesystem - /srv/share", "virtiofs0 elsewhere filesystem - /srv/other",
      ])
    #expect(reading.problems.count == 1)
  }

  @Test func `snapshots are inside the file of a volume that is the same now`() throws {
    let reading = try read(
      """
      scsi0: local:101/vm-101-disk-0.qcow2,size=1G
      scsi1: local:101/vm-101-disk-1.raw
      scsi2: nine:101/vm-101-disk-2.qcow2
      scsi3: local:101/vm-101-disk-9.qcow2

      [one]
      scsi0: local:101/vm-101-disk-0.qcow2,size=2G
      scsi1: local:101/vm-101-disk-1.raw
      scsi2: nine:101/vm-101-disk-2.qcow2
      scsi3: local:101/vm-101-disk-3.qcow2

      [two]
      snapstate: delete
      scsi0: local:101/vm-101-disk-0.qcow2

      """)
    #expect(reading.machines.first?.snapshots == ["scsi0": ["one"]])
  }
}
