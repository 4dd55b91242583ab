import Foundation
import Testing

/// A running libvirtd, with a pool and domains of one test's own; what the test made is gone with it.
///
/// Where none is running, one is started, with virtlogd beside it and tini above it, and stopped
/// again.
final class RealLibvirt {
  private static let programs = [
    "/usr/sbin/libvirtd", "/usr/sbin/virtlogd", "/usr/bin/virsh", "/usr/bin/tini",
    "/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-img",
  ]
  /// Why these tests cannot run here; `nil` where they can.
  private static let obstacle: String? = {
    if geteuid() != 0 { return "only root can run libvirtd" }
    return programs.first { !FileManager.default.isExecutableFile(atPath: $0) }
      .map { "\($0) is not installed" }
  }()

  static let isNeeded: ConditionTrait = .enabled(
    if: obstacle == nil, Comment(rawValue: obstacle ?? ""))

  let images: RealPool
  /// What the names of the pool and of the domains begin with.
  let name = "backstory-" + UUID().uuidString.prefix(8).lowercased()
  private var daemons: [Process] = []
  private var domains: [String] = []

  init() throws {
    images = try RealPool()
    try images.shell("chmod 755 .. .")
    if !isAnswering { try startDaemons() }
    try virsh("pool-define-as '\(name)' dir --target '\(images.path)'")
    try virsh("pool-start '\(name)'")
  }

  deinit {
    for domain in domains {
      _ = try? Program.shell("virsh -c qemu:///system destroy \(domain)", in: images.folder)
      _ = try? Program.shell(
        "virsh -c qemu:///system undefine \(domain) --managed-save --snapshots-metadata",
        in: images.folder)
    }
    for verb in ["destroy", "undefine"] {
      _ = try? Program.shell("virsh -c qemu:///system pool-\(verb) '\(name)'", in: images.folder)
    }
    for name in ["libvirtd", "virtlogd"] where !daemons.isEmpty { stop(name) }
  }

  private var isAnswering: Bool {
    (try? Program.shell("virsh -c qemu:///system list", in: images.folder))?.code == 0
  }

  private func startDaemons() throws {
    for line in [
      ["/usr/sbin/virtlogd", "-p", images.folder.url("virtlogd.pid").path],
      [
        "/usr/bin/tini", "-s", "--", "/usr/sbin/libvirtd", "-p",
        images.folder.url("libvirtd.pid").path,
      ],
    ] {
      let daemon = Process()
      daemon.executableURL = URL(fileURLWithPath: line[0])
      daemon.arguments = Array(line.dropFirst())
      daemon.standardOutput = FileHandle.nullDevice
      daemon.standardError = FileHandle.nullDevice
      daemon.standardInput = FileHandle.nullDevice
      try daemon.run()
      daemons.append(daemon)
    }
    for _ in 0..<120 where !isAnswering { Thread.sleep(forTimeInterval: 0.5) }
  }

  /// Ends a daemon that this test started. It inherited the blocked signals of a test's thread, and
  /// would not hear a milder one.
  private func stop(_ name: String) {
    guard let text = try? images.folder.text("\(name).pid"),
      let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), process > 1
    else { return }
    kill(process, SIGKILL)
  }

  /// Runs virsh, and expects it to succeed.
  @discardableResult
  func virsh(_ line: String) throws -> String {
    let run = try Program.shell("virsh -q -c qemu:///system \(line)", in: images.folder)
    #expect(run.code == 0, "virsh \(line): \(run.complaint)")
    return run.output
  }

  /// The complaint of a virsh that fails; empty where it succeeds.
  func refusal(_ line: String) throws -> String {
    let run = try Program.shell("virsh -q -c qemu:///system \(line)", in: images.folder)
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
    domains.append(domain)
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
    try Program.run(
      ["scan", "--libvirt", "--output", "json"], in: images.folder,
      environment: ["BACKSTORY_DB": images.folder.url("db.sqlite").path])
  }

  /// Scans, and says whether everything of this test was seen: the host's libvirt may hold pools and
  /// domains of others that cannot be.
  func seesItsOwn() throws -> Bool {
    let run = try scan()
    let lists = ["problems", "pools"].flatMap { run.object[$0] as? [[String: Any]] ?? [] }
    let unseen = lists.filter { ($0["state"] as? String ?? "unseen") != "complete" }
    let places = unseen.compactMap { ($0["filename"] ?? $0["path"]) as? String }
    return run.code == 0
      || run.code == 3 && !places.contains { $0.hasPrefix(images.folder.url.path) }
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
