import Foundation
import Testing

/// A place is where the file really is, and what cannot be read keeps its meaning.
@Suite(RealPool.needsQemuImg) struct PlaceTests {
  private func names(_ pool: RealPool) throws -> [String] {
    try pool.backstory("list", "--output", "json").objects.compactMap { $0["filename"] as? String }
  }

  private func states(_ pool: RealPool) throws -> [String: String] {
    let images = try pool.backstory("list", "--output", "json").objects
    return Dictionary(
      images.map {
        let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
        return (String(name), $0["backing-state"] as? String ?? "unknown")
      }
    ) { first, _ in first }
  }

  private func shell(_ pool: RealPool, _ line: String) throws {
    let run = try Program.shell(line, in: pool.folder)
    #expect(run.code == 0, "\(line): \(run.complaint)")
  }

  // MARK: Spellings

  @Test func `one directory by two spellings is one pool`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try shell(pool, "ln -s pool way; mkdir pool/deep; cp pool/base.qcow2 pool/deep/x.qcow2")
    try pool.scan()
    let before = try names(pool)
    let way = pool.folder.url("way").path
    for spelling in [
      [way], ["\(way)/"], [way, pool.path], ["\(pool.path)/../pool"], ["\(way)/deep"],
      ["\(way)/top.qcow2"],
    ] {
      let run = try Program.run(
        ["scan", "--output", "json"] + spelling, in: pool.folder,
        environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
      #expect(run.code == 0, "\(spelling): \(run.complaint)")
      #expect(try names(pool) == before, "\(spelling)")
    }
    try pool.shell("rm base.qcow2")
    try pool.scan()
    let finding = try pool.backstory("check", "--output", "json").objects.first
    #expect((finding?["cause"] as? [String: Any])?["kind"] as? String == "target-removed")
  }

  @Test func `an image is found by the path of a pool that is known by a link to it`() throws {
    let pool = try RealPool()
    try pool.image("disk.qcow2")
    try pool.shell("mkdir deep; ln -s \(pool.path) ../way")
    try pool.image("deep/other.qcow2")
    let way = pool.folder.url("way").path
    for scanned in [way, pool.path] {
      let scan = try Program.run(
        ["scan", scanned], in: pool.folder,
        environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
      #expect(scan.code == 0)
      for image in ["disk.qcow2", "deep/other.qcow2"] {
        #expect(try pool.backstory("show", "\(pool.path)/\(image)").code == 0)
      }
    }
  }

  @Test func `two spellings in a first scan are one pool`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try shell(pool, "ln -s pool way")
    try pool.scan(pool.folder.url("way").path, pool.path)
    #expect(try names(pool) == ["\(pool.path)/base.qcow2"])
    #expect(try pool.backstory("pools", "--output", "json").objects.count == 1)
  }

  // MARK: Renamed

  @Test func `a pool whose directory was renamed is the same pool`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("mkdir deep; cp base.qcow2 deep/copy.qcow2")
    try pool.scan()
    try shell(pool, "mv pool moved; mkdir pool")
    let moved = pool.folder.url("moved").path
    let scan = try pool.scan(moved)
    for kind in ["added", "removed", "moved", "changed"] {
      #expect(scan.count(kind) == 0, "\(kind)")
    }
    #expect(
      try names(pool) == ["\(moved)/base.qcow2", "\(moved)/top.qcow2", "\(moved)/deep/copy.qcow2"])
    #expect(try pool.backstory("pools", "--output", "json").objects.count == 1)
    let then = try pool.backstory("list", "--at", "1", "--output", "json").objects
    #expect((then.first?["filename"] as? String)?.hasPrefix("\(pool.path)/") == true)
    try shell(pool, "rm moved/base.qcow2")
    try pool.scan(moved)
    let finding = try pool.backstory(
      "check", "--kind", "backing-missing", "--output", "json"
    ).objects.first
    #expect((finding?["cause"] as? [String: Any])?["kind"] as? String == "target-removed")
    #expect(try pool.backstory("verify").code == 0)
  }

  @Test func `a file of one name that is met elsewhere stands nowhere else`() throws {
    let pool = try RealPool()
    try pool.image("disk.qcow2")
    try shell(pool, "mkdir other")
    try pool.scan(pool.path, pool.folder.url("other").path)
    try shell(pool, "mv pool/disk.qcow2 other/")
    try pool.scan(pool.folder.url("other").path)
    #expect(try names(pool) == [pool.folder.url("other/disk.qcow2").path])
  }

  /// The numbers of a pool's images, by their names.
  private func numbers(_ pool: RealPool) throws -> [String: Int] {
    let images = try pool.backstory("list", "--output", "json").objects
    return Dictionary(
      images.map { ($0["filename"] as? String ?? "", $0["image-id"] as? Int ?? 0) }
    ) { first, _ in first }
  }

  @Test func `an image whose name a known one takes is the same image elsewhere`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2", size: "5M")
    try pool.image("b.qcow2", size: "6M")
    try pool.scan()
    let before = try numbers(pool)
    // As to another file system: a copy, and the original is gone.
    try pool.shell("mkdir away; cp -p a.qcow2 away/a.qcow2; mv b.qcow2 a.qcow2")
    try pool.scan()
    let after = try numbers(pool)
    #expect(after["\(pool.path)/away/a.qcow2"] == before["\(pool.path)/a.qcow2"])
    #expect(after["\(pool.path)/a.qcow2"] == before["\(pool.path)/b.qcow2"])
  }

  // MARK: Not there

  @Test func `nothing in a pool that is not there is missing, by whatever spelling`() throws {
    let pool = try RealPool()
    try shell(pool, "mkdir q; ln -s q lq; ln -s ../q pool/l; qemu-img create -q -f qcow2 q/b 16M")
    let q = pool.folder.url("q").path
    try pool.image("plain.qcow2", "-b \(q)/b -F qcow2")
    try pool.image("up.qcow2", "-b ../q/b -F qcow2")
    try pool.image("link.qcow2", "-b \(pool.folder.url("lq").path)/b -F qcow2")
    try pool.image("inner.qcow2", "-b l/b -F qcow2")
    try pool.image(
      "json.qcow2", "-b 'json:{\"driver\":\"qcow2\",\"file.filename\":\"\(q)/../q/b\"}' -F qcow2")
    try pool.scan(pool.path, q)
    let before = try states(pool)
    #expect(before.values.count { $0 == "ok" } == 5)
    try shell(pool, "mv q away")
    #expect(try pool.scan(pool.path, q).code == 3)
    #expect(try states(pool) == before.mapValues { $0 == "ok" ? "unknown" : $0 })
    try pool.shell("touch *.qcow2")
    try pool.image("late.qcow2", "-u -b ../q/b -F qcow2", size: "16M")
    try pool.scan(pool.path, q)
    #expect(try pool.findings("--kind", "backing-missing") == [])
    try shell(pool, "mv away q; rm q/b")
    try pool.scan(pool.path, q)
    #expect(try pool.findings("--kind", "backing-missing").count == 6)
  }

  @Test func `a pool that is asked for no more is judged by what is there`() throws {
    let pool = try RealPool()
    try shell(pool, "mkdir q; qemu-img create -q -f qcow2 q/b 16M")
    try pool.image("top.qcow2", "-b ../q/b -F qcow2")
    try pool.scan(pool.path, pool.folder.url("q").path)
    try pool.scan()
    #expect(try states(pool)["top.qcow2"] == "ok")
    try shell(pool, "rm q/b")
    for _ in 0..<2 {
      try pool.scan()
      #expect(try states(pool)["top.qcow2"] == "missing")
    }
    try shell(pool, "rm -r q")
    try pool.scan()
    #expect(try states(pool)["top.qcow2"] == "missing")
    try shell(pool, "mkdir q; qemu-img create -q -f qcow2 q/b 16M")
    try pool.scan()
    #expect(try pool.findings("--kind", "backing-missing") == [])
  }

  @Test func `a base that a known pool saw moved is missing for who is not there, too`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try shell(pool, "mkdir q")
    try pool.shell("qemu-img create -q -f qcow2 -b ../pool/base.qcow2 -F qcow2 ../q/d.qcow2")
    try pool.shell("qemu-img create -q -f qcow2 -b \(pool.path)/base.qcow2 -F qcow2 ../q/abs.qcow2")
    let q = pool.folder.url("q").path
    try pool.scan(pool.path, q)
    try pool.shell("mv base.qcow2 e.qcow2; mv ../q ../away")
    try pool.scan(pool.path, q)
    let now = try states(pool)
    #expect(now["d.qcow2"] == "missing")
    #expect(now["abs.qcow2"] == "missing")
  }

  @Test func `a pool within a pool that is gone is gone the same way, named or not`() throws {
    for isNamed in [true, false] {
      let pool = try RealPool()
      try pool.image("a.qcow2")
      try pool.shell("mkdir inner; qemu-img create -q -f qcow2 inner/i.qcow2 16M")
      let inner = "\(pool.path)/inner"
      try pool.scan(pool.path, inner)
      try pool.shell("rm -r inner")
      let run = isNamed ? try pool.scan(pool.path, inner) : try pool.scan()
      #expect(run.code == 3, "\(isNamed)")
      #expect(try names(pool).count == 2, "\(isNamed)")
    }
  }

  @Test func `what a pool's last scan did not know yet is not outside the pools`() throws {
    let pool = try RealPool()
    try pool.image("a.qcow2")
    try pool.scan()
    try pool.shell("mkdir new; qemu-img create -q -f qcow2 new/b.qcow2 16M")
    try pool.image("mid.qcow2", "-b a.qcow2 -F qcow2")
    try pool.image("top.qcow2", "-b mid.qcow2 -F qcow2")
    try pool.image("other.qcow2", "-b new/b.qcow2 -F qcow2")
    try pool.scan("\(pool.path)/top.qcow2", "\(pool.path)/other.qcow2")
    #expect(try pool.findings("--kind", "backing-outside-pools") == [])
  }
}
