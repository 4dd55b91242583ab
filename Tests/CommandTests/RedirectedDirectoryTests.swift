import Foundation
import Testing

/// A directory of a pool that gives way to a symbolic link: what was in it is elsewhere, and no scan follows.
@Suite(RealPool.needsQemuImg) struct RedirectedDirectoryTests {
  @Test func `the scan that finds a link in its place says so, once`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir sub sub/deep sub0 ../other")
    for image in ["sub/a.qcow2", "sub/deep/b.qcow2", "sub0/c.qcow2", "top.qcow2"] {
      try pool.image(image)
    }
    try pool.scan()
    try pool.shell("mv sub ../other && ln -s ../../other/sub sub && rm -r sub0")
    let scan = try pool.scan().object
    let told = try #require(scan["redirected"] as? [[String: Any]])
    #expect(told.count == 1)
    #expect(told.first?["path"] as? String == pool.path + "/sub")
    #expect(told.first?["link"] as? String == "../../other/sub")
    #expect(told.first?["images"] as? Int == 2)
    #expect(try pool.scan().object["redirected"] == nil)
  }

  @Test func `the screen and the journal name the directory and where the link leads`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir sub")
    try pool.image("sub/a.qcow2")
    try pool.scan()
    try pool.shell("mv sub .. && ln -s ../sub sub")
    let shown = try pool.backstory(["scan", pool.path]).output
    #expect(shown.contains("/sub → ../sub, where 1 image was"), "\(shown)")
  }
}
