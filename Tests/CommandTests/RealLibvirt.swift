import Foundation
import Testing

/// A libvirtd of one test's own, with a pool: it has its own `/etc/libvirt`, `/var/lib/libvirt` and
/// `/run`, below the test's folder, and its processes are the only ones that it sees. It is the system's,
/// or that of an ordinary user's session.
///
/// Nothing of the host's libvirt is touched. All of it ends when its standard input does: when the
/// test is over, and also when the tests are killed.
final class RealLibvirt {
  private static let programs = [
    "/usr/sbin/libvirtd", "/usr/sbin/virtlogd", "/usr/bin/virsh", "/usr/bin/tini",
    "/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-img", "/usr/bin/unshare", "/usr/bin/nsenter",
    "/usr/bin/setpriv",
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

    """

  /// Ends as soon as its standard input does.
  private static let system = "virtlogd & libvirtd & exec cat"

  /// Becomes an ordinary user, whose home is the test's `home`: as `/mnt`, because the names of sockets in it
  /// have at most 107 bytes. A session's libvirtd makes its places by itself, and starts virtlogd.
  private static let asUser =
    "env HOME=/mnt XDG_CONFIG_HOME=/mnt/settings XDG_RUNTIME_DIR=/mnt/run XDG_CACHE_HOME=/mnt/cache "
    + "setpriv --reuid=nobody --regid=nogroup --clear-groups --"

  let images: RealPool
  /// What the names of the pool and of the domains begin with.
  let name = "backstory-" + UUID().uuidString.prefix(8).lowercased()
  private let isSession: Bool
  private let daemons = Process()
  private let life = Pipe()

  /// The system's libvirt, or that of a session of the user `nobody`, who owns the test's folder then.
  init(ofSession isSession: Bool = false) throws {
    self.isSession = isSession
    images = try RealPool()
    try images.shell("chmod 755 .. .")
    if isSession { try images.shell("mkdir -m 700 ../home ../home/run && chown -R nobody ..") }
    // Before the places are its own, the host's libvirtd would answer, if there is one.
    let life =
      isSession
      ? "mount --bind home /mnt\ntouch ready\nexec \(Self.asUser) sh -c 'libvirtd & exec cat'"
      : "touch ready\n" + Self.system
    daemons.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    daemons.arguments = [
      "--mount", "--pid", "--fork", "--kill-child", "tini", "--", "sh", "-c",
      Self.script + life,
    ]
    daemons.currentDirectoryURL = images.folder.url
    daemons.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]
    daemons.standardOutput = FileHandle.nullDevice
    daemons.standardError = FileHandle.nullDevice
    daemons.standardInput = self.life
    try daemons.run()
    // Five minutes: on a machine that is busy with other things libvirtd takes more than one.
    var attempts = 1500
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
    FileManager.default.fileExists(atPath: images.folder.url("ready").path)
      && (try? Program.shell(commandLine("list"), in: images.folder))?.code == 0
  }

  /// A line for the shell that runs where this libvirt's files are the host's.
  private func inside(_ line: String) -> String {
    let spaces = "/proc/\(daemons.processIdentifier)/ns"
    return "nsenter --mount=\(spaces)/mnt --pid=\(spaces)/pid_for_children "
      + "--wd='\(images.folder.url.path)' -- \(isSession ? Self.asUser : "") \(line)"
  }

  private func commandLine(_ line: String) -> String {
    inside("virsh -q -c qemu:///\(isSession ? "session" : "system") \(line)")
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

  /// Runs a line of the program's arguments as the user whose libvirt it is; without a variable of its
  /// environment, where one is named.
  func backstory(_ line: String, without variable: String = "NONE") throws -> Run {
    try Program.shell(
      inside("env -u \(variable) BACKSTORY_DB=db.sqlite \"$BACKSTORY\" \(line)"), in: images.folder)
  }

  /// Scans libvirt's files.
  func scan() throws -> Run {
    try backstory("scan --libvirt --grace-age 0h --output json")
  }

  /// Scans, and says whether everything was seen.
  func isSeenWhole() throws -> Bool {
    let run = try scan()
    let scan = run.object["scan"] as? [String: Any]
    return run.code == 0 && scan?["state"] as? String == "complete"
  }

  /// Our spelling of a domain's disks, or of an image, in the same form.
  func spelled(_ arguments: String...) throws -> String {
    let run = try backstory("xml " + arguments.map { "'\($0)'" }.joined(separator: " "))
    #expect(run.code == 0, "\(run.complaint)")
    return run.output.replacing(/\s*<(alias|address) [^>]*\/>/, with: "").trimmingLines
  }
}

extension String {
  /// The lines without the white space around them.
  fileprivate var trimmingLines: String {
    split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: "\n")
  }
}
