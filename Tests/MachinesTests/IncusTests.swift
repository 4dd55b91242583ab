import DiskImage
import Foundation
import Machines
import Model
import Testing

/// Instances of Incus and LXD.
@Suite struct IncusTests {
  static let uuid = "58a0f7de-0000-4000-8000-153ef0fc7be5"

  /// A file as Go writes it.
  static func text(
    type: String = "virtual-machine", devices: String = "", snapshots: String = "",
    driver: String = "dir"
  ) -> String {
    """
    container:
        architecture: x86_64
        config:
            image.description: 'Ubuntu: "noble" amd64'
            user.user-data: |
                #cloud-config
                runcmd:
                - [ls, -l]
            volatile.uuid: \(uuid)
            volatile.cloud-init.instance-id: {not: read}
        devices: {}
        ephemeral: false
        profiles:
            - default
        stateful: false
        description: "long text that
            goes on"
        created_at: 2026-01-01T00:00:00.123456789Z
        expanded_devices:
            eth0:
                name: eth0
                network: incusbr0
                type: nic
    \(devices)
            root:
                path: /
                pool: default
                size: 10GiB
                type: disk
        name: web
        status: Stopped
        type: \(type)
        project: default
    \(snapshots)
    pool:
        config:
            source: /var/lib/incus/storage-pools/default
        description: ""
        name: default
        driver: \(driver)
        used_by: []
        locations:
            - none
    volume:
        name: web
        content_type: block

    """
  }

  private func read(_ files: [String: String]) throws -> (Folder, MachineReading) {
    let folder = try Folder()
    for (name, text) in files { try folder.write(text, "storage-pools/\(name)") }
    return (folder, IncusSource(path: folder.path).read())
  }

  private func lines(_ folder: Folder, _ machine: Machine?) -> [String] {
    (machine?.uses ?? []).map {
      $0.line.replacing(folder.path.displayText + "/storage-pools", with: "~")
    }
  }

  @Test func `an instance has its disk, its snapshots and volumes`() throws {
    let devices = """
              data:
                  pool: default
                  source: data
                  type: disk
              iso:
                  source: /srv/cd.iso
                  readonly: "true"
                  type: disk
              ceph:
                  source: ceph:pool/volume
                  type: disk
      """
    let snapshots = """
      snapshots:
          - name: before
            config:
                a: b
          - name: after
      """
    let (folder, reading) = try read([
      "default/virtual-machines/web/backup.yaml": Self.text(devices: devices, snapshots: snapshots),
      "default/virtual-machines/web/root.img": "", "default/virtual-machines/gone/root.img": "",
      "default/virtual-machines-snapshots/web/before/root.img": "",
      "default/custom/default_data/root.img": "", "default/custom/default_spare/root.img": "",
      "default/images/f00/root.img": "", "other/buckets/x": "",
    ])
    #expect(reading.problems.isEmpty)
    let machine = try #require(reading.machines.first)
    #expect(machine.name == "web" && machine.uuid == Self.uuid)
    #expect(
      lines(folder, machine) == [
        "root now disk raw ~/default/virtual-machines/web/root.img",
        "root snapshot disk raw ~/default/virtual-machines-snapshots/web/before/root.img read-only",
        "root snapshot disk raw ~/default/virtual-machines-snapshots/web/after/root.img read-only",
        "data now disk raw ~/default/custom/default_data/root.img",
        "iso now disk - /srv/cd.iso read-only",
      ])
    #expect(
      lines(folder, reading.machines.last) == [
        "- detached disk raw ~/default/custom/default_spare/root.img read-only",
        "- detached disk raw ~/default/images/f00/root.img read-only",
      ])
  }

  @Test func `a container is a directory, and pools of blocks have no files`() throws {
    let (folder, reading) = try read([
      "default/containers/p_web/backup.yaml": Self.text(type: "container")
        .replacing("project: default", with: "project: p"),
      "tank/virtual-machines/vm/backup.yaml": Self.text(driver: "zfs"),
    ])
    #expect(reading.problems.isEmpty)
    #expect(reading.machines.map(\.name) == ["p/web", "web"])
    #expect(
      lines(folder, reading.machines.first) == [
        "root now filesystem - ~/default/containers/p_web"
      ])
    #expect(lines(folder, reading.machines.last) == [])
  }

  @Test func `a pool and the directory above the pools can be given, too`() throws {
    let (folder, _) = try read(["default/virtual-machines/web/backup.yaml": Self.text()])
    for place in ["storage-pools", "storage-pools/default"] {
      let reading = IncusSource(path: folder.path.appending(place.utf8)).read()
      #expect(reading.machines.map(\.name) == ["web"])
    }
  }

  @Test func `what cannot be understood is said, and the instance is not seen whole`() throws {
    let deep = (0..<60).map { String(repeating: " ", count: $0) + "k:\n" }.joined()
    for text in [
      "", "a", "\u{0}", "container: {name: web}\n", "container: &x\n    name: web\n",
      "container:\n    name: *x\n", "container:\n\tname: web\n",
      "container:\n    name: web\n    name: two\n",
      "container:\n    name: |\n        web\n    expanded_devices: {}\n",
      "container:\n    name: web\n", "container:\n    name: web\n      x: y\n  z: a\n", deep,
      Self.text(snapshots: "snapshots: [a]"), Self.text(snapshots: "snapshots:\n- name: ../x"),
      Self.text(
        devices:
          "        d:\n            pool: nowhere\n            source: x\n            type: disk"),
    ] {
      let (_, reading) = try read(["default/virtual-machines/web/backup.yaml": text])
      #expect(reading.problems.count == 1, "\(text)")
      #expect(reading.unseen.count == 1)
    }
  }

  @Test func `a file cut at any length ends in a machine or in none`() throws {
    let bytes = Array(Self.text().utf8)
    for length in 0..<bytes.count {
      _ = MachineText.machines(in: Array(bytes.prefix(length)), as: .incus)
    }
    #expect(MachineText.machines(in: bytes, as: .incus).count == 1)
  }

  @Test func `links that lead out, FIFOs and files that are too long are not read`() throws {
    let folder = try Folder()
    try folder.write(Self.text(), "default/virtual-machines/web/backup.yaml")
    try folder.link("default/virtual-machines/out/backup.yaml", to: "/etc/passwd")
    try folder.link("default/virtual-machines/etc", to: "/etc")
    try folder.write("", "default/virtual-machines/pipe/root.img")
    try folder.fifo("default/virtual-machines/pipe/backup.yaml")
    try folder.write(
      Data(repeating: 0x23, count: 17 << 20), "default/virtual-machines/long/backup.yaml")
    let reading = IncusSource(path: folder.path).read()
    #expect(reading.machines.map(\.name) == ["web"])
    #expect(
      reading.problems.map { String(decoding: $0.path.displayText.utf8, as: UTF8.self) }
        .map { $0.split(separator: "/").suffix(2).joined(separator: "/") } == [
          "virtual-machines/etc", "long/backup.yaml", "out/backup.yaml", "pipe/backup.yaml",
        ])
  }
}
