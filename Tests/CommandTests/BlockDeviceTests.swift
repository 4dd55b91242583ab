import Foundation
import Testing

/// Whether this process may make loop devices; a container often may not.
private enum LoopDevice {
  static let isPermitted: Bool = {
    guard let folder = try? Folder() else { return false }
    let losetup = "/usr/sbin/losetup"
    let run = try? Program.shell(
      "truncate -s 1M f && d=$(\(losetup) -f --show f) && \(losetup) -d $d", in: folder)
    return run?.code == 0
  }()
}

/// Block devices as images, by the example of a loop device.
///
/// One test after the other: a device that one has given back may be the next's.
@Suite(
  .serialized, RealPool.needsQemuImg,
  .enabled(if: LoopDevice.isPermitted, "loop devices are not permitted here")
)
struct BlockDeviceTests {
  /// A pool, and beside it a loop device with an overlay of `pool/base.qcow2` on it.
  private final class Pool {
    let pool: RealPool
    let device: String
    private var isAttached = true

    init() throws {
      pool = try RealPool()
      try pool.image("base.qcow2", size: "4M")
      let made = try pool.shell(
        "truncate -s 8M ../disk && /usr/sbin/losetup -f --show \"$(realpath ../disk)\"")
      device = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try pool.shell(
        "qemu-img create -q -f qcow2 -b '\(pool.path)/base.qcow2' -F qcow2 \(device) 4M")
    }

    deinit { detach() }

    /// Takes the device away, once: its number is another's after that.
    func detach() {
      if isAttached { _ = try? Program.shell("/usr/sbin/losetup -d \(device)", in: pool.folder) }
      isAttached = false
    }

    func image(_ path: String) throws -> [String: Any] {
      let listed = try pool.backstory("list", "--output", "json").objects
      return try #require(listed.first { $0["filename"] as? String == path })
    }
  }

  @Test func `a device that is named is an image like any other`() throws {
    let devices = try Pool()
    defer { devices.detach() }
    let (pool, device) = (devices.pool, devices.device)
    #expect(try pool.scan(pool.path, device).code == 0)
    let image = try devices.image(device)
    #expect(image["format"] as? String == "qcow2")
    #expect(image["file-size"] as? Int == 8_388_608)
    #expect(image["virtual-size"] as? Int == 4_194_304)
    #expect(image["backing-state"] as? String == "ok")
    let dependents = try pool.backstory(
      "dependents", "--output", "json", "pool/base.qcow2"
    ).objects
    #expect(dependents.map { $0["filename"] as? String } == [device])
    // Its own size, allocation and clock are those of a node that the next boot makes anew.
    let again = try pool.backstory("scan", "--output", "json")
    #expect(again.code == 0 && again.count("images") == 2 && again.count("changed") == 0)
    #expect(again.count("added") == 0 && again.count("replaced") == 0)
    try pool.shell("rm base.qcow2")
    _ = try pool.backstory("scan")
    let name = URL(fileURLWithPath: device).lastPathComponent
    #expect(try pool.findings().contains { $0.hasSuffix(name) && $0.hasPrefix("backing-missing") })
  }

  @Test func `a link to a device is named, as volume managers make them`() throws {
    let devices = try Pool()
    defer { devices.detach() }
    let pool = devices.pool
    let link = pool.folder.url("volume").path
    try pool.shell("ln -s \(devices.device) ../volume")
    #expect(try pool.scan(pool.path, link).code == 0)
    #expect(try devices.image(link)["format"] as? String == "qcow2")
    #expect(try pool.backstory("scan", "--output", "json").count("images") == 2)
  }

  @Test func `a raw device is an image too, and one in a pool that nobody named is none`() throws {
    let devices = try Pool()
    defer { devices.detach() }
    let pool = devices.pool
    try pool.shell("dd if=/dev/zero of=\(devices.device) bs=1M count=8 status=none")
    #expect(try pool.scan(devices.device).code == 0)
    #expect(try devices.image(devices.device)["format"] as? String == "raw")
    try pool.shell("cp -a \(devices.device) node")
    #expect(try pool.scan().count("images") == 1)
  }

  @Test func `a device that is gone is not seen, and not gone`() throws {
    let devices = try Pool()
    defer { devices.detach() }
    let pool = devices.pool
    try pool.shell("ln -s \(devices.device) ../volume")
    let link = pool.folder.url("volume").path
    try pool.scan(pool.path, link)
    try pool.shell("rm ../volume")
    let run = try pool.backstory("scan", "--output", "json")
    #expect(run.code == 3 && run.count("removed") == 0)
    #expect(try pool.backstory("show", link).code == 0)
    try pool.shell("ln -s \(devices.device) ../volume")
    devices.detach()
    let empty = try pool.backstory("scan", "--output", "json")
    #expect(empty.code == 3 && empty.count("removed") == 0 && empty.count("unreadable") == 1)
    #expect(try pool.findings() == [])
  }
}
