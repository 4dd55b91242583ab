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
