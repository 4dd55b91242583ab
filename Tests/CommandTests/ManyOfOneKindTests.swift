import Foundation
import Testing

/// Answers about pools in which there is much of one kind.
@Suite(RealPool.needsQemuImg) struct ManyOfOneKindTests {
  private let pool: RealPool

  init() throws { pool = try RealPool() }

  private func steps(_ arguments: String...) throws -> [[String: Any]] {
    let run = try Program.run(
      ["repair", "--output", "json"] + arguments, in: pool.folder,
      environment: ["BACKSTORY_DB": pool.folder.url("db.sqlite").path])
    #expect(run.code == 0, "\(run.complaint)")
    return run.objects
  }

  @Test func `of many candidates the most telling are named, and the others counted`() throws {
    try pool.image("base.qcow2")
    try pool.shell(
      "for n in $(seq 10 21); do mkdir $n; cp base.qcow2 $n/base.qcow2; done; mkdir gone other")
    try pool.shell("mv base.qcow2 gone/ && cp gone/base.qcow2 other/named-otherwise.qcow2")
    for name in ["a", "b"] {
      try pool.image("\(name).qcow2", "-b gone/base.qcow2 -F qcow2")
    }
    try pool.scan()
    try pool.shell("rm gone/base.qcow2")
    try pool.scan()
    let steps = try steps()
    #expect(steps.count == 2)
    for step in steps {
      let named = (10..<18).map { "\(pool.path)/\($0)/base.qcow2" }
      #expect(step["confidence"] as? String == "ambiguous")
      #expect(step["candidates"] as? [String] == named)
      let more = try #require(step["more-candidates"] as? Int)
      #expect(more >= 4, "twelve have the name")
      let evidence = try #require(step["evidence"] as? [String])
      #expect(evidence.contains("and \(more) more candidates"))
      for name in named {
        #expect(evidence.count { $0.hasPrefix("'\(name)',") } == 1)
      }
    }
    let script = try pool.backstory("repair").output
    #expect(
      script.ranges(of: "\(pool.path)/10/base.qcow2").count == 1,
      "what both have in common is said once")
  }

  @Test func `of a chain that is too long the top alone is advised`() throws {
    try pool.image("0.qcow2")
    for number in 1..<6 {
      try pool.image("\(number).qcow2", "-b \(number - 1).qcow2 -F qcow2")
    }
    try pool.image("side.qcow2", "-b 3.qcow2 -F qcow2")
    try pool.scan("--max-depth", "2", pool.path)
    let deep = try steps("--kind", "chain-too-deep")
    #expect(
      deep.map { $0["filename"] as? String }
        == ["\(pool.path)/5.qcow2", "\(pool.path)/side.qcow2"])
    let evidence = try #require(deep.first?["evidence"] as? [String])
    #expect(evidence.count == 2)
    #expect(evidence.first?.hasPrefix("6 images, ") == true)
    #expect(evidence.last?.hasPrefix("the lowest is '\(pool.path)/0.qcow2', qcow2, ") == true)
    #expect(try steps("--kind", "chain-too-deep", "\(pool.path)/4.qcow2").isEmpty)
  }

  @Test func `an image of several names is listed once, with the others`() throws {
    try pool.shell("mkdir a b")
    try pool.image("b/1.qcow2")
    try pool.shell("ln b/1.qcow2 a/2.qcow2 && ln b/1.qcow2 3.qcow2 && ln b/1.qcow2 b/0.qcow2")
    try pool.image("top.qcow2", "-b b/0.qcow2 -F qcow2")
    try pool.scan()
    let images = try pool.backstory("list", "--output", "json").objects
    #expect(
      images.map { $0["filename"] as? String }
        == ["\(pool.path)/3.qcow2", "\(pool.path)/top.qcow2"])
    #expect(
      images.first?["other-names"] as? [String]
        == ["a/2", "b/0", "b/1"].map { "\(pool.path)/\($0).qcow2" })
  }

  @Test func `a finding calls an image of several names what the list calls it`() throws {
    try pool.shell("mkdir a")
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b \(pool.path)/base.qcow2 -F qcow2")
    // In the order of bytes this one is first; in that of directories it is not.
    try pool.shell("ln top.qcow2 a/top.qcow2; rm base.qcow2")
    try pool.scan()
    for question in ["list", "check", "broken", "repair"] {
      let told = try pool.backstory(question, "--output", "json").objects
      #expect(told.map { $0["filename"] as? String } == ["\(pool.path)/top.qcow2"], "\(question)")
    }
  }

  @Test func `two files in the place of one with two names are told alike in both directions`()
    throws
  {
    try pool.image("a.qcow2", size: "1M")
    try pool.shell("ln a.qcow2 b.qcow2")
    try pool.scan()
    try pool.shell("rm a.qcow2 b.qcow2")
    try pool.image("a.qcow2", size: "2M")
    try pool.image("b.qcow2", size: "3M")
    try pool.scan()
    func told(_ from: String, _ to: String) throws -> [String] {
      let diff = try pool.backstory("diff", from, to, "--output", "json").object
      let changes = diff["changes"] as? [[String: Any]] ?? []
      return changes.map {
        "\($0["change"] ?? "") \(($0["filename"] as? String)?.suffix(7) ?? "")"
      }
    }
    #expect(try told("1", "2") == ["replaced a.qcow2", "added b.qcow2"])
    #expect(try told("2", "1") == ["replaced a.qcow2", "removed b.qcow2"])
  }

  @Test func `a first scan of an image with more extents than there is room for ends`() throws {
    let lines = (0..<9000).map { "RW 4192256 SPARSE \"x-\($0).vmdk\"\n" }.joined()
    let text =
      "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
      + "createType=\"twoGbMaxExtentSparse\"\n" + lines
    try Data(text.utf8).write(to: pool.folder.url("pool/v.vmdk"))
    #expect(try pool.scan().code == 0)
    let missing = try pool.backstory("check", "--output", "json").objects
    #expect(missing.count == 9000)
    let first = try #require(missing.first?["since"] as? [String: Any])
    #expect(try pool.scan().code == 0)
    let again = try pool.backstory("check", "--output", "json").objects
    #expect(again.count == 9000)
    #expect((again.first?["since"] as? [String: Any])?["scan"] as? Int == first["scan"] as? Int)
    #expect(try steps().count == 9000)
  }
}
