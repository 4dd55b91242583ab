import Foundation
import Testing

/// A libvirtd of one test's own, with a pool: it has its own `/etc/libvirt`, `/var/lib/libvirt` and
/// `/run`, below the test's folder, and its processes are the only ones that it sees.
///
/// Nothing of the host's libvirt is touched. All of it ends when its standard input does: when the
/// test is over, and also when the tests are killed.
final class RealLibvirt {
  private static let programs = [
    "/usr/sbin/libvirtd", "/usr/sbin/virtlogd", "/usr/bin/virsh", "/usr/bin/tini",
    "/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-img", "/usr/bin/unshare", "/usr/bin/nsenter",
  ]
  /// Why these tests cannot run here; `nil` where they can.
  private static let obstacle: String? = {
    if geteuid() != 0 { return "only root can run libvirtd" }
    if let missing = programs.first(where: { !FileManager.default.isExecutableFile(atPath: $0) }) {
      return "\(missing) is not installed"
    }
    let trial = (try? Folder()).flatMap {
      try? Program.shell("unshare --mount --pid --fork mount -t proc proc /proc", in: $0)
    }
    return trial?.code == 0 ? nil : "no namespace can be made for a libvirtd of the test's own"
  }()

  static let isNeeded: ConditionTrait = .enabled(
    if: obstacle == nil, Comment(rawValue: obstacle ?? ""))

  /// Runs inside the namespaces. libvirtd asks for the features of QEMU before each `define` where
  /// its machines cannot open `/dev/kvm`, so they get one that they can.
  private static let script = """
    mount -t proc proc /proc
    mkdir -p /var/cache/libvirt /var/log/libvirt root/etc/libvirt root/var/lib/libvirt root/run \
      root/var/cache/libvirt root/var/log/libvirt
    cp /etc/libvirt/*.conf root/etc/libvirt
    [ -e /dev/kvm ] && mknod -m 666 kvm c 10 232 && mount --bind kvm /dev/kvm
    for place in etc/libvirt var/lib/libvirt var/cache/libvirt var/log/libvirt run
    do mount --bind root/$place /$place; done
    virtlogd &
    libvirtd &
    exec cat
    """

  let images: RealPool
  /// What the names of the pool and of the domains begin with.
  let name = "backstory-" + UUID().uuidString.prefix(8).lowercased()
  private let daemons = Process()
  private let life = Pipe()

  init() throws {
    images = try RealPool()
    try images.shell("chmod 755 .. .")
    daemons.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    daemons.arguments = [
      "--mount", "--pid", "--fork", "--kill-child", "tini", "--", "sh", "-c", Self.script,
    ]
    daemons.currentDirectoryURL = images.folder.url
    daemons.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
    daemons.standardOutput = FileHandle.nullDevice
    daemons.standardError = FileHandle.nullDevice
    daemons.standardInput = life
    try daemons.run()
    var attempts = 300
    while attempts > 0, !isAnswering {
      attempts -= 1
      Thread.sleep(forTimeInterval: 0.2)
    }
    try virsh("pool-define-as '\(name)' dir --target '\(images.path)'")
    try virsh("pool-start '\(name)'")
  }

  deinit {
    try? life.fileHandleForWriting.close()
    daemons.waitUntilExit()
  }

  private var isAnswering: Bool {
    (try? Program.shell(commandLine("list"), in: images.folder))?.code == 0
  }

  /// A line for the shell that runs where this libvirt's files are the host's.
  private func inside(_ line: String) -> String {
    let spaces = "/proc/\(daemons.processIdentifier)/ns"
    return "nsenter --mount=\(spaces)/mnt --pid=\(spaces)/pid_for_children "
      + "--wd='\(images.folder.url.path)' -- \(line)"
  }

  private func commandLine(_ line: String) -> String {
    inside("virsh -q -c qemu:///system \(line)")
  }

  /// Runs a script where `virsh` is this libvirtd's, in the folder above the pool.
  func run(script: String) throws {
    try images.folder.write(Array(script.utf8), "script.sh")
    let run = try Program.shell(inside("sh script.sh"), in: images.folder)
    #expect(run.code == 0, "\(run.complaint)")
  }

  /// Runs virsh, and expects it to succeed.
  @discardableResult
  func virsh(_ line: String) throws -> String {
    let run = try Program.shell(commandLine(line), in: images.folder)
    #expect(run.code == 0, "virsh \(line): \(run.complaint)")
    return run.output
  }

  /// The complaint of a virsh that fails; empty where it succeeds.
  func refusal(_ line: String) throws -> String {
    let run = try Program.shell(commandLine(line), in: images.folder)
    return run.code == 0 ? "" : run.complaint
  }

  /// Defines a domain of these disks; its whole name is given back.
  func define(_ suffix: String, _ disks: String) throws -> String {
    let domain = "\(name)-\(suffix)"
    let xml = """
      <domain type='qemu'><name>\(domain)</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='x86_64'>hvm</type></os>
      <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>\(disks)</devices></domain>
      """
    try images.folder.write(Array(xml.utf8), "\(domain).xml")
    try virsh("define \(domain).xml")
    return domain
  }

  /// A disk of an image in the pool.
  func disk(_ image: String, _ target: String = "vda", format: String = "qcow2") -> String {
    "<disk type='file' device='disk'><driver name='qemu' type='\(format)'/>"
      + "<source file='\(images.path)/\(image)'/><target dev='\(target)' bus='virtio'/></disk>"
  }

  /// The disks of a domain as libvirt has them now, without what is libvirt's own: indices, aliases,
  /// addresses; one line for each tag.
  func disks(_ domain: String) throws -> String {
    try virsh("dumpxml \(domain)")
      .matches(of: /<disk .*?<\/disk>/.dotMatchesNewlines()).map { String($0.0) }
      .joined(separator: "\n").replacing(#/ index='[0-9]+'/#, with: "")
      .replacing(/\s*<(alias|address) [^>]*\/>/, with: "").trimmingLines
  }

  /// Scans libvirt's files.
  func scan() throws -> Run {
    try Program.shell(
      inside("env BACKSTORY_DB=db.sqlite \"$BACKSTORY\" scan --libvirt --output json"),
      in: images.folder)
  }

  /// Scans, and says whether everything was seen.
  func isSeenWhole() throws -> Bool {
    let run = try scan()
    let scan = run.object["scan"] as? [String: Any]
    return run.code == 0 && scan?["state"] as? String == "complete"
  }

  /// Our spelling of a domain's disks, or of an image, in the same form.
  func spelled(_ arguments: String...) throws -> String {
    let run = try Program.run(
      ["xml"] + arguments, in: images.folder,
      environment: ["BACKSTORY_DB": images.folder.url("db.sqlite").path])
    #expect(run.code == 0, "\(run.complaint)")
    return run.output.trimmingLines
  }
}

extension String {
  /// The lines without the white space around them.
  fileprivate var trimmingLines: String {
    split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: "\n")
  }
}
