import Foundation
import Testing

/// IMAGE may be a file name that only one image has.
@Suite(RealPool.needsQemuImg) struct NamedImageTests {
  /// `base.qcow2` and `web.qcow2` on it, and twice `twin.qcow2`.
  private func pool() throws -> RealPool {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("web.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("mkdir deep; cp base.qcow2 deep/twin.qcow2; cp web.qcow2 twin.qcow2")
    try pool.scan()
    return pool
  }

  @Test(arguments: [["show"], ["chain"], ["history"], ["graph"], ["dependents"], ["repair"]])
  func `a name that one image has is that image, and stderr says which`(words: [String]) throws {
    let pool = try pool()
    let run = try pool.backstory(words + ["web.qcow2"])
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.complaint.contains("'web.qcow2' is '\(pool.path)/web.qcow2'"))
    #expect(run.complaint.split(separator: "\n").count == 1)
    #expect(try pool.backstory(words + ["\(pool.path)/web.qcow2"]).output == run.output)
  }

  @Test func `a name that several have is refused with their paths`() throws {
    let pool = try pool()
    let run = try pool.backstory("show", "twin.qcow2")
    #expect(run.code == 1 && run.complaint.contains("\(pool.path)/deep/twin.qcow2"))
  }

  @Test func `what stands at the path is meant, whatever its name`() throws {
    let pool = try pool()
    try pool.folder.write([], "web.qcow2")
    #expect(try pool.backstory("show", "web.qcow2").code == 1)
    #expect(try pool.backstory("show", "./base.qcow2").code == 1)
  }

  @Test(arguments: [
    ["dependents", "--exit-code", "web.qcow2"], ["repair", "--apply", "web.qcow2"],
    ["relocate", "web.qcow2", "x.qcow2"],
  ])
  func `what acts, or is acted upon, takes no name for a path`(words: [String]) throws {
    #expect(try pool().backstory(words).code == 1)
  }

  @Test(arguments: [("wbe.qcow2", "'web.qcow2'"), ("web.qcow", "'web.qcow2'"), ("2", "'#2'")])
  func `a slip is told what may be meant`(text: String, meant: String) throws {
    let run = try pool().backstory("show", text)
    #expect(run.code == 1 && run.complaint.contains("did you mean \(meant)?"), "\(run.complaint)")
  }

  @Test func `nothing is suggested for what is like nothing`() throws {
    let run = try pool().backstory("show", "elsewhere.vmdk")
    #expect(run.code == 1 && !run.complaint.contains("did you mean"))
  }
}
