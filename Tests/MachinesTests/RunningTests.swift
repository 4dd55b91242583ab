import Foundation
import Machines
import Model
import Testing

/// QEMU processes by their command lines and open files.
@Suite struct RunningTests {
  private func read(_ arguments: [String], open: [String: String] = [:]) throws -> Machine {
    let folder = try Folder()
    try folder.write("init\0", "1/cmdline")
    try folder.write(arguments.joined(separator: "\0") + "\0", "42/cmdline")
    try folder.link("42/cwd", to: "/home/u")
    try folder.write("", "42/fd/x")
    for (number, target) in open { try folder.link("42/fd/\(number)", to: target) }
    let reading = RunningSource(path: folder.path).read()
    #expect(reading.problems.isEmpty)
    return try #require(reading.machines.first)
  }

  private func lines(_ arguments: String...) throws -> [String] {
    try read(["/usr/bin/qemu-system-x86_64"] + arguments).uses.map(\.line)
  }

  @Test func `drives are named with QEMU's commas`() throws {
    #expect(
      try lines(
        "-drive", "file=/p/a,,b.qcow2,format=qcow2,if=none,id=d0,readonly=on",
        "-drive", "driver=qcow2,file.driver=file,file.filename=/p/c,backing.file.filename=/p/base",
        "-drive",
        #"if=none,file=json:{"driver":"qcow2",,"file":{"driver":"file",,"filename":"/p/j"}}"#,
        "-drive", "file=nbd://h/e", "-drive", "file=x.iso,media=cdrom,snapshot=on")
        == [
          "d0 now disk qcow2 /p/a,b.qcow2 read-only", "- now disk qcow2 /p/c",
          "- below backing - /p/base read-only", "- now disk - /p/j", "- now disk - e",
          "- now disk - /home/u/x.iso read-only transient",
        ])
  }

  @Test func `block nodes stand on one another by their names`() throws {
    #expect(
      try lines(
        "-blockdev", #"{"driver":"file","filename":"/p/base","node-name":"s2","read-only":true}"#,
        "-blockdev", #"{"node-name":"f2","read-only":true,"driver":"qcow2","file":"s2"}"#,
        "-blockdev",
        #"{"driver":"file","filename":"/p/top","node-name":"s1","auto-read-only":true}"#,
        "-blockdev",
        #"{"node-name":"f1","read-only":false,"driver":"qcow2","file":"s1","backing":"f2"}"#,
        "-blockdev", "driver=raw,node-name=k,file.driver=host_device,file.filename=/dev/vg/lv",
        "-blockdev",
        #"{"driver":"throttle","file":{"driver":"raw","read-only":true,"file":{"driver":"file","filename":"/p/t"}}}"#
      )
        == [
          "- below backing qcow2 /p/base read-only", "- now disk qcow2 /p/top",
          "- now disk raw /dev/vg/lv", "- now disk raw /p/t read-only",
        ])
  }

  @Test func `nodes in a circle, and deep ones, end`() throws {
    let deep =
      String(repeating: #"{"driver":"raw","file":"#, count: 31) + "1"
      + String(repeating: "}", count: 31)
    #expect(
      try lines(
        "-blockdev", #"{"driver":"raw","node-name":"a","file":"b","filename":"/p/x"}"#,
        "-blockdev", #"{"driver":"raw","node-name":"b","file":"a"}"#, "-blockdev", deep)
        == ["- now disk raw /p/x"])
  }

  @Test func `short options and plain names are disks, values of others are none`() throws {
    #expect(
      try lines(
        "-append", "-drive file=/no", "-hda", "/p/h", "-cdrom", "c.iso", "-pflash", "/p/f",
        "-kernel", "/k", "-initrd", "/i", "-m", "512", "-snapshot", "/p/plain")
        == [
          "hda now disk - /p/h transient", "cdrom now disk - /home/u/c.iso read-only transient",
          "pflash now disk - /p/f transient", "- now kernel - /k read-only transient",
          "- now initrd - /i read-only transient", "hda now disk - /p/plain transient",
        ])
  }

  @Test func `a machine that waits for another writes with it`() throws {
    #expect(
      try lines("-incoming", "tcp:0:4444", "-hda", "/p/h") == ["hda now disk - /p/h shareable"])
  }

  @Test func `who it is comes from the command line`() throws {
    let libvirt = try read([
      "qemu-kvm", "-name", "guest=web,debug-threads=on", "-uuid",
      "0F1E2D3C-0000-4000-8000-000000000001",
    ])
    #expect(
      [libvirt.name, libvirt.uuid, libvirt.kind] == [
        "web", "0f1e2d3c-0000-4000-8000-000000000001", "qemu",
      ])
    let proxmox = try read([
      "/usr/bin/kvm", "-id", "101", "-name", "db,debug-threads=on", "-smbios", "type=1,uuid=AB",
    ])
    #expect(
      [proxmox.name, proxmox.uuid, proxmox.kind, proxmox.identity] == ["db", "ab", "pve", "101"])
    #expect(libvirt.isRunning && proxmox.isRunning)
  }

  @Test func `files that are open and not named are used`() throws {
    let disks = try Folder()
    try disks.write("x", "hot.qcow2")
    try disks.write("x", "named.qcow2")
    try disks.write("x", "qemu.log")
    let path = { (name: String) in disks.path.appending(name.utf8).displayText }
    let machine = try read(
      ["qemu-system-x86_64", "-hda", path("named.qcow2")],
      open: [
        "3": path("hot.qcow2"), "4": path("named.qcow2"), "5": path("qemu.log"), "6": "socket:[1]",
      ])
    #expect(
      machine.uses.map(\.line) == [
        "hda now disk - \(path("named.qcow2"))", "descriptor 3 open disk - \(path("hot.qcow2"))",
      ])
  }

  @Test func `where processes of others are hidden no machine is seen, and that is said`() throws {
    let folder = try Folder()
    try folder.write("a\0", "77/cmdline")
    #expect(RunningSource(path: folder.path).read().problems.count == 1)
    #expect(RunningSource(path: folder.path.appending("no".utf8)).read().isMissing)
  }

  @Test func `a process that is no QEMU is none of ours`() throws {
    let folder = try Folder()
    try folder.write("a\0", "1/cmdline")
    try folder.write("vim\0-drive\0file=/p/x\0", "2/cmdline")
    try folder.write("", "3/cmdline")
    let reading = RunningSource(path: folder.path).read()
    #expect(reading.machines.isEmpty && reading.problems.isEmpty)
    #expect(reading.coveredTrees == [folder.path])
  }

  @Test func `what a program of QEMU's serves is used while it runs`() throws {
    let folder = try Folder()
    try folder.write("init\0", "1/cmdline")
    try folder.write("/usr/bin/qemu-nbd\0-c\0/dev/nbd0\0/p/named\0", "42/cmdline")
    try folder.write("x", "open.raw")
    try folder.link("42/fd/9", to: folder.url.appending(path: "open.raw").path)
    let reading = RunningSource(path: folder.path).read()
    #expect(reading.problems.isEmpty)
    let process = try #require(reading.machines.first)
    #expect(process.name == "qemu-nbd 42")
    #expect(
      process.uses.map { $0.line.replacing(folder.path.displayText, with: "~") } == [
        "descriptor 9 open disk - ~/open.raw"
      ])
  }

  @Test func `arguments beyond the limit are told`() throws {
    let folder = try Folder()
    try folder.write("init\0", "1/cmdline")
    try folder.write("qemu-kvm\0" + String(repeating: "-S\0", count: 100_001), "42/cmdline")
    try folder.write("", "42/fd/x")
    #expect(RunningSource(path: folder.path).read().problems.count == 1)
  }

  @Test func `descriptors that were handed over are no files`() throws {
    #expect(
      try lines(
        "-add-fd", "set=0,fd=25", "-blockdev",
        #"{"driver":"file","filename":"/dev/fdset/0","node-name":"s1"}"#, "-drive",
        "file=/dev/fdset/1,format=raw") == [])
  }

  @Test func `names in a container are not those of this host`() throws {
    let folder = try Folder()
    try folder.write("init\0", "1/cmdline")
    try folder.write("qemu-kvm\0-hda\0/disk.qcow2\0", "42/cmdline")
    try folder.write("", "42/fd/x")
    try folder.write("", "container/x")
    try folder.link("42/root", to: folder.url.appending(path: "container").path)
    let reading = RunningSource(path: folder.path).read()
    #expect(
      reading.machines.flatMap { $0.uses.map(\.line) } == ["hda elsewhere disk - /disk.qcow2"])
  }
}
