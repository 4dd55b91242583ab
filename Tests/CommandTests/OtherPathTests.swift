import Foundation
import Testing

/// A pool, and machines that name what is in it by other paths than its own.
private struct Estate {
  let pool = RealPool.made
  var folder: Folder { pool.folder }
  /// The directory that holds the pool, and is none.
  var outside: String { folder.url.path }

  /// A machine with what its XML says of its devices.
  func define(_ name: String, _ devices: String...) throws {
    try FileManager.default.createDirectory(
      at: folder.url("domains"), withIntermediateDirectories: true)
    try LibvirtTree.domain(name, devices).write(
      to: folder.url("domains/\(name).xml"), atomically: true, encoding: .utf8)
  }

  /// A machine that sees a directory whole.
  func share(_ directory: String, with name: String = "vm") throws {
    try define(
      name,
      "<filesystem type='mount'><source dir='\(directory)'/><target dir='x'/></filesystem>")
  }

  static func disk(_ path: String, format: String = "qcow2") -> String {
    "<disk type='file' device='disk'><driver name='qemu' type='\(format)'/><source file='\(path)'/>"
      + "<target dev='vda'/></disk>"
  }

  func shell(_ line: String) throws {
    let run = try Program.shell(line, in: folder)
    #expect(run.code == 0, "\(line): \(run.complaint)")
  }

  func backstory(_ arguments: String...) throws -> Run { try backstory(arguments) }

  func backstory(_ arguments: [String]) throws -> Run {
    try Program.run(
      arguments, in: folder, environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
  }

  /// As many nights as the grace has, and one more.
  func nights(_ count: Int = 3, _ arguments: [String] = ["pool", "--domains", "domains"]) throws {
    for _ in 0..<count {
      let run = try backstory(["scan"] + arguments)
      #expect(run.code == 0, "\(run.complaint)")
    }
  }

  /// Of all images that are not used for certain the verdict and the name.
  func idle() throws -> [String] {
    try backstory("orphans", "--all", "--output", "json").objects.map {
      let name = ($0["filename"] as? String ?? "").split(separator: "/").last ?? ""
      return "\($0["verdict"] ?? "") \(name)"
    }.sorted()
  }

  /// How `dependents --exit-code` ends.
  func dependents(_ image: String) throws -> Int32 {
    try backstory("dependents", "--exit-code", image).code
  }

  /// Which state the base of an image has.
  func state(_ image: String) throws -> String? {
    try backstory("show", image, "--output", "json").object["backing-state"] as? String
  }
}

extension RealPool {
  fileprivate static var made: RealPool {
    do { return try RealPool() } catch { preconditionFailure("no directory can be made: \(error)") }
  }
}

/// A directory that a machine sees whole is the directory that it really is, however it is spelled.
@Suite(RealPool.needsQemuImg) struct WholeDirectoryTests {
  @Test(arguments: [
    "pool/share", "pool/share/", "pool//share", "pool/link", "pool/link/", "pool/share/../share",
    "pool/share/deep/..", "way/share", "way", "pool/", "", "/",
  ])
  func `what a machine sees whole is used, however the directory is spelled`(spelling: String)
    throws
  {
    let estate = Estate()
    try estate.shell("mkdir -p pool/share/deep && ln -s share pool/link && ln -s pool way")
    try estate.pool.image("share/a.qcow2")
    try estate.pool.image("share/deep/b.qcow2")
    try estate.pool.image("lost.qcow2")
    try estate.share(spelling == "/" ? "/" : "\(estate.outside)/\(spelling)")
    try estate.nights()
    let seesAll = ["way", "pool/", "", "/"].contains(spelling)
    #expect(try estate.idle() == (seesAll ? [] : ["orphan lost.qcow2"]))
    for image in ["pool/share/a.qcow2", "pool/share/deep/b.qcow2"] {
      #expect(try estate.dependents(image) == 2, "\(image)")
    }
    #expect(try estate.dependents("pool/lost.qcow2") == (seesAll ? 2 : 0))
    #expect(try estate.backstory("verify").code == 0)
  }

  @Test func `a symbolic link that is turned to another directory takes the use along`() throws {
    let estate = Estate()
    try estate.shell("mkdir pool/one pool/two && ln -s pool/one way")
    try estate.pool.image("one/a.qcow2")
    try estate.pool.image("two/b.qcow2")
    try estate.share("\(estate.outside)/way")
    try estate.nights()
    #expect(try estate.idle() == ["orphan b.qcow2"])
    try estate.shell("ln -sfn pool/two way")
    try estate.nights()
    #expect(try estate.idle() == ["orphan a.qcow2"])
    #expect(try estate.dependents("pool/one/a.qcow2") == 0)
    #expect(try estate.dependents("pool/two/b.qcow2") == 2)
    let then = try estate.backstory("orphans", "--at", "3", "--output", "json").objects
    #expect((then.first?["filename"] as? String)?.hasSuffix("b.qcow2") == true)
  }

  @Test(arguments: ["shared", "shared/", "link"])
  func `a list's directory is used, however it is spelled`(spelling: String) throws {
    let estate = Estate()
    try estate.shell("mkdir pool/shared && ln -s shared pool/link")
    try estate.pool.image("shared/a.qcow2")
    let entry = #"{"machine":"vm","path":"\#(estate.pool.path)/\#(spelling)","directory":true}"#
    try "{\"backstory-machines\":1}\n\(entry)\n{\"count\":1}\n".write(
      to: estate.folder.url("list"), atomically: true, encoding: .utf8)
    try estate.nights(3, ["pool", "--machines", "list=list"])
    #expect(try estate.idle() == [])
    #expect(try estate.dependents("pool/shared/a.qcow2") == 2)
  }

  @Test(arguments: ["/mnt/abc/share", "/mnt/abc/share/", "/mnt/abc", "/mnt/abc/"])
  func `a directory by the path at which a machine sees the pool is the pool's`(path: String) throws
  {
    let estate = Estate()
    try estate.shell("mkdir pool/share")
    try estate.pool.image("share/a.qcow2")
    try estate.share(path)
    let configuration = """
      [[pool]]
      name = "s"
      path = "\(estate.pool.path)"
      seen-as = ["/mnt/abc"]
      """
    try configuration.write(
      to: estate.folder.url("c.toml"), atomically: true, encoding: .utf8)
    try estate.nights(3, ["--config", "c.toml", "--domains", "domains"])
    #expect(try estate.idle() == [])
    #expect(try estate.dependents("pool/share/a.qcow2") == 2)
  }
}

/// An image by a path that leads to its file, or to its directory, without being the one that was walked.
@Suite(RealPool.needsQemuImg) struct OtherPathTests {
  /// Whether this process may mount; a container often may not.
  private static let mayMount: Bool = {
    guard let folder = try? Folder() else { return false }
    let run = try? Program.shell("mkdir m n && mount --bind m n && umount n", in: folder)
    return run?.code == 0
  }()

  /// A pool of which a machine's disk and an overlay's base are named by a bind mount.
  private func mounted(_ body: (Estate) throws -> Void) throws {
    let estate = Estate()
    try estate.shell("mkdir -p mounted pool/deep && mount --bind pool mounted")
    defer { _ = try? Program.shell("umount mounted", in: estate.folder) }
    try estate.pool.image("disk.qcow2")
    try estate.pool.image("deep/other.qcow2")
    try estate.pool.image("base.qcow2")
    let mounted = "\(estate.outside)/mounted"
    try estate.pool.image("top.qcow2", "-F qcow2 -b \(mounted)/base.qcow2")
    try estate.define(
      "vm", Estate.disk("\(mounted)/disk.qcow2"),
      Estate.disk("\(mounted)/deep/other.qcow2").replacing("vda", with: "vdb"))
    try body(estate)
  }

  @Test(.enabled(if: mayMount, "mounting is not permitted here"))
  func `a pool by a bind mount of it is the pool`() throws {
    try mounted { estate in
      try estate.nights()
      for image in ["disk", "deep/other", "base"] {
        #expect(try estate.dependents("pool/\(image).qcow2") == 2, "\(image)")
        #expect(try estate.dependents("mounted/\(image).qcow2") == 2, "\(image)")
      }
      #expect(try estate.state("pool/top.qcow2") == "ok")
      #expect(try estate.idle() == ["orphan base.qcow2", "orphan top.qcow2"])
      #expect(
        try estate.backstory("check", "--output", "json").objects.compactMap {
          $0["kind"] as? String
        } == ["orphan", "orphan"])
      #expect(try estate.backstory("verify").code == 0)
    }
  }

  @Test(.enabled(if: mayMount, "mounting is not permitted here"))
  func `a bind mount that goes away takes what it led to along, and brings it back`() throws {
    try mounted { estate in
      try estate.nights()
      try estate.shell("umount mounted")
      try estate.nights(1)
      #expect(try estate.state("pool/top.qcow2") == "missing")
      let kinds = try estate.backstory("check", "--output", "json").objects
        .compactMap { $0["kind"] as? String }
      #expect(kinds.contains("domain-image-missing") && kinds.contains("backing-missing"))
      #expect(try estate.idle().contains("awaited disk.qcow2"))
      try estate.shell("mount --bind pool mounted")
      try estate.nights(1)
      #expect(try estate.state("pool/top.qcow2") == "ok")
      #expect(try estate.dependents("pool/disk.qcow2") == 2)
    }
  }

  @Test(.enabled(if: mayMount, "mounting is not permitted here"))
  func `an image is found by either path of a pool that is mounted twice`() throws {
    try mounted { estate in
      try estate.nights(1, ["pool", "mounted", "--domains", "domains"])
      for place in ["pool", "mounted"] {
        for image in ["disk", "deep/other", "top"] {
          #expect(try estate.backstory("show", "\(place)/\(image).qcow2").code == 0)
        }
      }
      #expect(try estate.dependents("pool/disk.qcow2") == 2)
      #expect(try estate.dependents("mounted/disk.qcow2") == 2)
      #expect(try estate.backstory("show", "mounted/none.qcow2").code == 1)
    }
  }

  @Test(.enabled(if: mayMount, "mounting is not permitted here"))
  func `a link into a bind mount of a pool that was not asked for keeps what it led to`() throws {
    try mounted { estate in
      try estate.shell("mkdir second && cp pool/disk.qcow2 second/x.qcow2")
      try estate.nights(1, ["pool", "second", "--domains", "domains"])
      try estate.nights(1, ["second", "--domains", "domains"])
      #expect(try estate.dependents("pool/disk.qcow2") == 2)
      #expect(try estate.state("pool/top.qcow2") == "ok")
    }
  }

  @Test func `a disk by another name of its file outside the pools is the image`() throws {
    let estate = Estate()
    try estate.shell("mkdir elsewhere")
    try estate.pool.image("a.qcow2")
    try estate.pool.image("b.qcow2")
    try estate.shell("ln pool/a.qcow2 elsewhere/disk")
    try estate.define("vm", Estate.disk("\(estate.outside)/elsewhere/disk"))
    try estate.nights()
    #expect(try estate.dependents("pool/a.qcow2") == 2)
    #expect(try estate.dependents("elsewhere/disk") == 2)
    #expect(try estate.idle() == ["orphan b.qcow2"])
    // Another file takes the name.
    try estate.shell("ln -f pool/b.qcow2 elsewhere/disk")
    try estate.nights()
    #expect(try estate.dependents("pool/b.qcow2") == 2)
    #expect(try estate.idle() == ["orphan a.qcow2"])
  }

  @Test func `a symbolic link outside the pools is followed every night`() throws {
    let estate = Estate()
    try estate.shell("mkdir elsewhere")
    for name in ["a", "b", "one", "two"] { try estate.pool.image("\(name).qcow2") }
    try estate.shell(
      "ln -s ../pool/a.qcow2 elsewhere/disk && ln -s ../pool/one.qcow2 elsewhere/base")
    try estate.pool.image("top.qcow2", "-F qcow2 -b \(estate.outside)/elsewhere/base")
    try estate.define(
      "vm", Estate.disk("\(estate.outside)/elsewhere/disk"),
      Estate.disk("\(estate.pool.path)/top.qcow2").replacing("vda", with: "vdb"))
    try estate.nights()
    #expect(try estate.idle() == ["orphan b.qcow2", "orphan two.qcow2"])
    try estate.shell(
      "ln -sf ../pool/b.qcow2 elsewhere/disk && ln -sf ../pool/two.qcow2 elsewhere/base")
    try estate.nights()
    #expect(try estate.dependents("pool/b.qcow2") == 2)
    #expect(try estate.dependents("pool/two.qcow2") == 2)
    #expect(try !estate.idle().contains("orphan two.qcow2"))
  }
}

/// An overlay that has several names: whoever opens it looks for its base beside the name that he was given.
@Suite(RealPool.needsQemuImg) struct SeveralNamesTests {
  private func estate(_ link: String) throws -> Estate {
    let estate = Estate()
    try estate.shell("mkdir pool/d1 pool/d2 pool/d3")
    for directory in ["d1", "d2", "d3"] { try estate.pool.image("\(directory)/base") }
    try estate.pool.shell("cd d1 && qemu-img create -q -f qcow2 -F qcow2 -b base o")
    try estate.pool.shell(link)
    return estate
  }

  @Test(arguments: ["ln -s ../d1/o d2/o", "ln d1/o d2/o", "ln -s d1 d4; ln d1/o d2/o"])
  func `the base beside another name of an overlay is not unused`(link: String) throws {
    let estate = try estate(link)
    try estate.define("vm", Estate.disk("\(estate.pool.path)/d2/o"))
    try estate.nights()
    #expect(try estate.idle() == ["awaited base", "orphan base"])
    #expect(try estate.dependents("pool/d1/base") == 2)
    #expect(try estate.dependents("pool/d2/base") == 2)
    #expect(try estate.dependents("pool/d3/base") == 0)
    let why = try estate.backstory("dependents", "pool/d2/base", "--output", "json").objects
    #expect(why.first?["certain"] as? Bool == false)
    #expect(
      why.first?["why"] as? String
        == "it has another name, beside which its reference leads to this image")
    #expect(try estate.backstory("verify").code == 0)
    // The other name goes.
    try estate.pool.shell("rm d2/o")
    try estate.define("vm", Estate.disk("\(estate.pool.path)/d1/o"))
    try estate.nights()
    #expect(try estate.idle() == ["orphan base", "orphan base"])
  }

  @Test func `a base that comes to stand beside another name later is not unused`() throws {
    let estate = try estate("ln -s ../d1/o d2/o; mv d2/base ../kept")
    try estate.define("vm", Estate.disk("\(estate.pool.path)/d2/o"))
    try estate.nights(2)
    try estate.shell("mv kept pool/d2/base")
    try estate.nights()
    #expect(try estate.idle() == ["awaited base", "orphan base"])
    try estate.shell("mv pool/d2/base kept && cp kept pool/d2/base")
    try estate.nights()
    #expect(try estate.idle() == ["awaited base", "orphan base"])
  }
}
