import Foundation
import Machines
import Model
import Testing

/// Absolute paths that a machine's description names where nobody here knows what for: what is there may be needed.
@Suite struct NamedPathTests {
  private func lines(proxmox text: String, kind: String) throws -> [String] {
    let folder = try Folder()
    try folder.write("dir: local\n\tpath /srv/vz\n", "storage.cfg")
    try folder.write(text, "nodes/n1/\(kind)/101.conf")
    let reading = ProxmoxSource(path: folder.path, hostName: "h").read()
    #expect(reading.problems.isEmpty)
    return try #require(reading.machines.first).uses.map(\.line)
  }

  @Test func `options of QEMU that are not known name what they need`() throws {
    let uses = try lines(
      proxmox: """
        args: -acpitable file=/p/slic -object memory-backend-file,id=m,mem-path=/p/a,,b -serial file:/p/out -device \
        '{"driver":"loader","file":"/p/boot"}' -chardev socket,path=/run/x -m 512 /p/plain -no-such -hda /p/h
        hookscript: local:snippets/x.pl

        """.replacing("\\\n", with: ""), kind: "qemu-server")
    #expect(
      uses == [
        "- now argument - /p/slic read-only", "- now argument - /p/a,b read-only",
        "- now argument - /p/out read-only", "- now argument - /p/boot read-only",
        "hda now disk - /p/plain", "hda now disk - /p/h",
      ])
  }

  @Test func `what is mounted into a container is used, and so is what else names a path`() throws {
    let uses = try lines(
      proxmox: """
        lxc.mount.entry: /p/share mnt/share none bind,ro 0 0
        lxc.mount.entry = /p/disk.raw mnt/disk none bind,create=file 0 0
        lxc.hook.pre-start: /p/hook
        hostname: x
        [s]
        lxc.mount.entry: proc mnt/proc proc defaults 0 0
        lxc.environment: IMAGE=/p/snap

        """, kind: "lxc")
    #expect(
      uses == [
        "lxc.mount.entry now filesystem - /p/share read-only",
        "lxc.mount.entry now argument - /p/disk.raw",
        "lxc.hook.pre-start now argument - /p/hook read-only",
        "lxc.environment snapshot argument - /p/snap read-only",
      ])
  }

  @Test func `directories that a guest sees are used whole`() throws {
    let folder = try Folder()
    try folder.write(
      """
      sharedFolder0.present = "TRUE"
      sharedFolder0.hostPath = "/p/shared"
      serial0.fileName = "/p/out"
      annotation = "see /p/no"

      """, "m/m.vmx")
    #expect(
      VMwareSource(path: folder.path, seenAs: []).read().machines.first?.uses.map(\.line) == [
        "- now argument - /p/out read-only", "sharedfolder0 now filesystem - /p/shared",
      ])
    try folder.write(
      """
      <VirtualBox xmlns="http://www.virtualbox.org/"><Machine uuid="{10000000-0000-4000-8000-000000000001}" name="v">
      <Hardware><SharedFolders><SharedFolder name="s" hostPath="/p/shared" writable="false"/></SharedFolders>
      <UART><Port slot="0" path="/p/out"/></UART></Hardware></Machine></VirtualBox>
      """, "v/v.vbox")
    #expect(
      VirtualBoxSource(path: folder.path, besides: []).read().machines.first?.uses.map(\.line) == [
        "- now filesystem - /p/shared read-only", "- now argument - /p/out read-only",
      ])
  }

  @Test func `snapshots behind a link are read, and a link to another name is told`() throws {
    let folder = try Folder()
    try folder.write("displayName = \"m\"\n", "m/m.vmx")
    try folder.write(
      "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.disk0.fileName = \"s.vmdk\"\n",
      "m/real")
    try folder.link("m/m.vmsd", to: "real")
    try folder.link("m/n.vmx", to: "real")
    let reading = VMwareSource(path: folder.path, seenAs: []).read()
    #expect(reading.machines.first?.uses.count == 1)
    #expect(
      reading.problems.map(\.path.name).map { String(decoding: $0, as: UTF8.self) } == [
        "m.vmsd", "n.vmx",
      ])
  }

  @Test func `a line that ends as on an old Macintosh is not believed`() throws {
    let folder = try Folder()
    try folder.write("displayName = \"m\"\rscsi0:0.fileName = \"a.vmdk\"\r", "m/m.vmx")
    #expect(VMwareSource(path: folder.path, seenAs: []).read().problems.count == 1)
  }

  @Test func `the second version of LXD's file is read`() throws {
    let folder = try Folder()
    try folder.write("x", "default/virtual-machines/v/root.img")
    try folder.write(
      """
      version: 2
      instance:
        name: v
        type: virtual-machine
        expanded_devices:
          data:
            source: /p/data.raw
            type: disk
          root:
            path: /
            pool: default
            type: disk
      pools:
      - name: other
        driver: zfs
      - name: default
        driver: dir
      volumes: []

      """, "default/virtual-machines/v/backup.yaml")
    let reading = IncusSource(path: folder.path).read()
    #expect(reading.problems.isEmpty)
    #expect(
      reading.machines.first?.uses.map { $0.line.replacing(folder.path.displayText, with: "~") }
        == [
          "root now disk raw ~/default/virtual-machines/v/root.img", "data now disk - /p/data.raw",
        ])
  }
}
