import Foundation
import Testing

/// What a scan says of the place that an overlay names.
@Suite(RealPool.needsQemuImg) struct LinkStateTests {
  private func states(_ pool: RealPool) throws -> [String: String] {
    var states: [String: String] = [:]
    for image in try pool.backstory("list", "--output", "json").objects {
      let name = (image["filename"] as? String ?? "").split(separator: "/").last ?? ""
      states[String(name)] = image["backing-state"] as? String ?? ""
    }
    return states
  }

  private func overlay(_ pool: RealPool, _ name: String, on base: String) throws {
    try pool.image(name, "-u -F raw -b \"\(base)\"", size: "1M")
  }

  @Test func `a name that no file can have, or that leads in a circle, is missing`() throws {
    let pool = try RealPool()
    try pool.shell("ln -s round2 round1; ln -s round1 round2")
    try overlay(pool, "long.qcow2", on: String(repeating: "x", count: 256))
    try overlay(pool, "round.qcow2", on: "round1/base.raw")
    try overlay(pool, "file.qcow2", on: "long.qcow2/base.raw")
    #expect(try pool.scan().code == 0)
    #expect(
      try states(pool) == [
        "long.qcow2": "missing", "round.qcow2": "missing", "file.qcow2": "missing",
      ])
    #expect(
      try pool.findings() == [
        "backing-missing file.qcow2", "backing-missing long.qcow2", "backing-missing round.qcow2",
      ])
  }

  @Test func `a slash at the end makes another name of it`() throws {
    let pool = try RealPool()
    try pool.shell("truncate -s 1M base.raw; mkdir d")
    try overlay(pool, "file.qcow2", on: "base.raw/")
    try overlay(pool, "dir.qcow2", on: "d/")
    #expect(try pool.scan().code == 0)
    #expect(try pool.findings() == ["backing-missing file.qcow2", "backing-unreadable dir.qcow2"])
  }

  @Test func `a name that means nothing is told, until it means something`() throws {
    let pool = try RealPool()
    try pool.shell("truncate -s 1M '12:30.raw'")
    try overlay(pool, "colon.qcow2", on: "12:30.raw")
    try overlay(pool, "text.qcow2", on: "json:{12:30")
    try overlay(pool, "told.qcow2", on: "./12:30.raw")
    #expect(try pool.scan().code == 0)
    #expect(try pool.findings() == ["backing-invalid colon.qcow2", "backing-invalid text.qcow2"])
    let check = try pool.backstory("check")
    #expect(check.code == 0)
    #expect(
      check.output.contains("is invalid for libvirt: unknown protocol '12'")
        && check.output.contains("The base name '12:30.raw' of '"))
    try pool.shell(
      "qemu-img rebase -u -f qcow2 -F raw -b ./12:30.raw colon.qcow2 && rm text.qcow2")
    #expect(try pool.scan().code == 0)
    #expect(try pool.findings() == [])
  }

  @Test func `a directory or a FIFO in a pool is no base and not outside of it`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir d; mkfifo f")
    try overlay(pool, "dir.qcow2", on: "d")
    try overlay(pool, "fifo.qcow2", on: "f")
    try overlay(pool, "fat.qcow2", on: "fat:$PWD/d")
    try overlay(pool, "far.qcow2", on: "fat:/usr")
    #expect(try pool.scan().code == 0)
    #expect(
      try states(pool) == [
        "dir.qcow2": "unreadable", "fifo.qcow2": "unreadable", "fat.qcow2": "ok",
        "far.qcow2": "outside-pools",
      ])
    #expect(
      try pool.findings() == [
        "backing-outside-pools far.qcow2", "backing-unreadable dir.qcow2",
        "backing-unreadable fifo.qcow2",
      ])
  }

  @Test func `libvirt is told that a device is one`() throws {
    let pool = try RealPool()
    let devices = ["/dev/loop0", "/dev/vda", "/dev/sda"]
    let device = devices.first { FileManager.default.fileExists(atPath: $0) } ?? "/dev/null"
    try overlay(pool, "o.qcow2", on: device)
    try pool.scan()
    let shown = try pool.backstory("show", "--output", "json", "\(pool.path)/o.qcow2").object
    let reference = (shown["references"] as? [[String: Any]])?.first
    #expect(reference?["type"] as? String == "block")
    #expect(reference?["target"] as? String == device)
  }
}
