import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct TimeTravelTests {
  /// Every asking command, as it answers as of a scan.
  private static let questions = [
    ["list"], ["list", "--all"], ["show", "pool/top.qcow2"], ["chain", "pool/top.qcow2"],
    ["dependents", "pool/base.qcow2"], ["check"], ["broken"], ["unformatted"],
    ["orphans", "--all"], ["history", "pool/base.qcow2"], ["scans"], ["pools"],
  ]

  private func answers(_ pool: RealPool, _ extra: [String] = []) throws -> [String] {
    try Self.questions.flatMap { question in
      try ["json", "csv", "human"].map { output in
        let run = try Program.run(
          question + ["--output", output] + extra, in: pool.folder,
          environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
        return "\(run.code) \(run.output)"
      }
    }
  }

  @Test func `every answer is given again byte for byte as that night`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    var nights = [try answers(pool)]
    for change in [
      "mv base.qcow2 gold.qcow2", "qemu-img rebase -u -b gold.qcow2 -F qcow2 top.qcow2",
      "cp gold.qcow2 base.qcow2; rm gold.qcow2", "qemu-img resize -q base.qcow2 64M",
      "rm base.qcow2; qemu-img create -q -f qcow2 base.qcow2 8M", "mv top.qcow2 other.qcow2",
      "mkdir deep; mv base.qcow2 deep; mv other.qcow2 top.qcow2", "true",
    ] {
      try pool.shell(change)
      try pool.scan()
      nights.append(try answers(pool))
    }
    for (index, then) in nights.enumerated() {
      let again = try answers(pool, ["--at", "\(index + 1)"])
      for (one, other) in zip(then, again) { #expect(one == other, "scan \(index + 1)") }
    }
  }

  @Test func `thirty quiet nights add next to nothing to the database`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    for number in 0..<20 { try pool.image("i\(number).qcow2", "-b base.qcow2 -F qcow2") }
    Thread.sleep(forTimeInterval: 2.2)
    try pool.scan()
    let size = { try Data(contentsOf: pool.folder.url("db.sqlite")).count }
    let before = try size()
    for _ in 0..<30 { try pool.scan() }
    #expect(try size() - before < 30 * 512)
  }

  @Test func `a move, a removal and an addition are told apart`() throws {
    let pool = try RealPool()
    for name in ["stays", "goes", "moves"] { try pool.image("\(name).qcow2") }
    try pool.scan()
    try pool.shell("rm goes.qcow2; mv moves.qcow2 moved.qcow2")
    try pool.image("comes.qcow2")
    try pool.scan()
    let changes = try pool.backstory("diff", "--output", "json").object["changes"]
    let told = (changes as? [[String: Any]] ?? []).map {
      let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
      return "\($0["change"] ?? "") \(name)"
    }
    #expect(Set(told) == ["added comes.qcow2", "removed goes.qcow2", "moved moved.qcow2"])
    let back = try pool.backstory("diff", "--output", "json", "2", "1").object["changes"]
    #expect((back as? [[String: Any]])?.count == 3)
    #expect(try pool.backstory("diff", "--exit-code").code == 2)
    #expect(try pool.backstory("diff", "--exit-code", "2", "2").code == 0)
  }
}

@Suite(RealPool.needsQemuImg) struct ChangedBaseTests {
  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.shell("head -c 3000000 /dev/urandom > base.img; truncate -s 4M base.img")
    try pool.image("base.qcow2")
    try pool.shell("qemu-io -c 'write -P 7 0 1M' base.qcow2")
    try pool.image("a.qcow2", "-b base.img -F raw")
    try pool.image("b.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    return pool
  }

  @Test func `a base that is written under its overlay is noticed, a mere touch is not`() throws {
    let pool = try pool()
    try pool.shell("touch base.img base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("printf x | dd of=base.img bs=1 seek=1234567 conv=notrunc status=none")
    try pool.shell("qemu-io -c 'write -P 9 512k 64k' base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.img", "base-modified base.qcow2"])
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.img", "base-modified base.qcow2"])
    try pool.shell("rm a.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a base that is replaced by another is noticed, by its copy is not`() throws {
    let pool = try pool()
    try pool.shell("cp base.img copy; mv copy base.img")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("qemu-img create -q -f qcow2 new 16M; mv new base.qcow2")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base.qcow2"])
  }

  @Test func `a rebase of an image in the middle is no change for those above it`() throws {
    let pool = try pool()
    try pool.image("top.qcow2", "-b b.qcow2 -F qcow2")
    try pool.scan()
    try pool.shell("mv base.qcow2 gold.qcow2; qemu-img rebase -u -b gold.qcow2 -F qcow2 b.qcow2")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `a raw disk that grows a header and an image that loses its own are alarms`() throws {
    let pool = try RealPool()
    try pool.shell("truncate -s 1M raw.img")
    try pool.image("disk.qcow2")
    try pool.scan()
    try pool.shell("dd if=disk.qcow2 of=raw.img bs=64k count=3 conv=notrunc status=none")
    try pool.shell("dd if=/dev/zero of=disk.qcow2 bs=64k count=1 conv=notrunc status=none")
    try pool.scan()
    #expect(
      try pool.findings() == ["header-appeared raw.img", "header-vanished disk.qcow2"])
    try pool.shell("dd if=/dev/zero of=raw.img bs=64k count=3 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["header-vanished disk.qcow2"])
  }
}
