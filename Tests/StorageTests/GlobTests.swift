import Model
import Storage
import Testing

/// Patterns for what a walk passes over.
@Suite struct GlobTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let pattern: String
    let path: String
    let isMeant: Bool

    init(_ pattern: String, _ path: String, _ isMeant: Bool) {
      (self.pattern, self.path, self.isMeant) = (pattern, path, isMeant)
    }

    var testDescription: String { "'\(pattern)' and '\(path)'" }
  }

  private func expect(_ one: Case) {
    let path = PathBytes(one.path.utf8)
    let isMeant = Glob(one.pattern).matches(name: path.name, in: path.directory)
    #expect(isMeant == one.isMeant, "\(one.testDescription)")
  }

  @Test(arguments: [
    Case("a.iso", "/p/a.iso", true),
    Case("a.iso", "/p/a.iso2", false),
    Case("a.iso", "/p/b.iso", false),
    Case("*.iso", "/p/a.iso", true),
    Case("*.iso", "/p/.iso", true),
    Case("*.iso", "/p/a.iso.part", false),
    Case("tmp*", "/p/tmp", true),
    Case("tmp*", "/p/a.tmp", false),
    Case("*a*b*", "/p/xaybz", true),
    Case("*a*b*", "/p/xbyaz", false),
    Case("**", "/p/anything", true),
    Case("?.raw", "/p/a.raw", true),
    Case("?.raw", "/p/.raw", false),
    Case("?.raw", "/p/ab.raw", false),
    Case("", "/p/a", false),
  ])
  func `without a slash a pattern is held against the name`(one: Case) { expect(one) }

  @Test(arguments: [
    Case("/p/*.iso", "/p/a.iso", true),
    Case("/p/*.iso", "/p/q/a.iso", false),
    Case("/p/**.iso", "/p/q/r/a.iso", true),
    Case("/p/**/a.iso", "/p/q/r/a.iso", true),
    Case("/p/**/a.iso", "/p/a.iso", false),
    Case("**/lost+found", "/p/q/lost+found", true),
    Case("**/a/*", "/p/a/b/a/c", true),
    Case("**/a/*", "/p/a/b/c", false),
    Case("/p/?/a", "/p/q/a", true),
    Case("/p?a", "/p/a", false),
    Case("p/a", "/p/a", false),
  ])
  func `with a slash it is held against the path, where only two stars take slashes`(one: Case) {
    expect(one)
  }

  @Test(arguments: [
    Case("[abc]", "/p/b", true),
    Case("[abc]", "/p/d", false),
    Case("[a-c]x", "/p/bx", true),
    Case("[a-c]x", "/p/dx", false),
    Case("[!a-c]", "/p/d", true),
    Case("[!a-c]", "/p/a", false),
    Case("[]]", "/p/]", true),
    Case("[!]]", "/p/a", true),
    Case("[a-]", "/p/-", true),
    Case("[a-]", "/p/b", false),
    // Backwards it is no range: three characters.
    Case("[c-a]", "/p/-", true),
    Case("[c-a]", "/p/b", false),
    Case("[abc", "/p/[abc", true),
    Case("[abc", "/p/a", false),
  ])
  func `brackets are a choice, and one that is not closed is itself`(one: Case) { expect(one) }

  @Test(arguments: [
    Case("\\*", "/p/*", true),
    Case("\\*", "/p/a", false),
    Case("a\\?b", "/p/a?b", true),
    Case("a\\?b", "/p/axb", false),
    Case("\\[a]", "/p/[a]", true),
    Case("a\\", "/p/a\\", true),
  ])
  func `behind a backslash a character means itself`(one: Case) { expect(one) }

  @Test func `a name that is no text is matched byte for byte`() {
    let name: [UInt8] = [0xff, 0xfe, UInt8(ascii: "a")]
    #expect(Glob("*a").matches(name: name[...], in: "/p"))
    #expect(Glob("??a").matches(name: name[...], in: "/p"))
    #expect(!Glob("?a").matches(name: name[...], in: "/p"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `many stars take no more time than the lengths allow`() {
    let pattern = Glob(String(repeating: "*a", count: 60) + "b")
    let name = [UInt8](repeating: UInt8(ascii: "a"), count: 255)
    #expect(!pattern.matches(name: name[...], in: "/p"))
  }

  @Test func `a pattern is known by where its directories really are as well`() throws {
    let tree = try TemporaryTree()
    try tree.makeDirectory("pool/a*b")
    try tree.link("way", to: "pool")
    func really(_ pattern: String) -> String? {
      Glob(tree.path(pattern).displayText).really.map { glob in
        let name = PathBytes("\(tree.path("pool/a*b").displayText)/x")
        return glob.matches(name: name.name, in: name.directory) ? "meant" : "not meant"
      }
    }
    #expect(really("way/**") == "meant")
    #expect(really("way/a*b/?") == "meant")
    #expect(really("pool//a*b/x") == "meant")
    #expect(really("way/../pool/a\\*b/x") == "meant")
    #expect(really("way/other/*") == "not meant")
    #expect(really("pool/**") == nil)
    #expect(Glob("*.iso").really == nil)
    #expect(Glob("/**").really == nil)
  }
}
