import Configuration
import Model
import Testing

/// What a configuration may hold, and how much of what is wrong with it is told.
@Suite(.timeLimit(.minutes(1))) struct BoundsTests {
  private func messages(_ text: String) -> [String] {
    do throws(ConfigurationFaults) {
      _ = try Settings(parsing: text, file: "/f")
      return []
    } catch {
      return error.faults.map(\.message)
    }
  }

  @Test func `a pool is this host's alone, or has viewers`() throws {
    let pool = "[[pool]]\nname = \"a\"\npath = \"/a\"\n"
    func isExclusive(_ text: String) throws -> [Bool] {
      try Settings(parsing: text, file: "/f").pools.map(\.isExclusive)
    }
    #expect(try isExclusive(pool) == [false])
    #expect(try isExclusive(pool + "exclusive = false\nviewers = [\"/b\"]\n") == [false])
    #expect(try isExclusive(pool + "exclusive = true\n") == [true])
    #expect(
      messages(pool + "exclusive = true\nviewers = [\"/b\"]\n")
        == ["/f:4: viewers and exclusive = true contradict each other"])
    #expect(
      messages(pool + "exclusive = \"yes\"\n")
        == ["/f:4: 'pool.exclusive' is the text \"yes\"; write true or false"])
  }

  @Test(arguments: [
    (0..<3000).map { "zz\($0) = 1\n" }.joined(),
    (0..<3000).map { "[zz\($0)]\nx = 1\n" }.joined(),
    "[scan]\n" + (0..<3000).map { "zz\($0) = 1\n" }.joined(),
    (0..<3000).map { "[[pool]]\nzz\($0) = 1\n" }.joined(),
  ])
  func `of thousands of faults twenty are told, and that there are more`(text: String) {
    let found = messages(text)
    #expect(found.count == 21)
    #expect(found.last == "/f: there are more faults; fix these first")
  }

  @Test func `twenty faults are told without more`() {
    let found = messages((0..<20).map { "zz\($0) = 1\n" }.joined())
    #expect(found.count == 20)
    #expect(found.allSatisfy { $0.contains("there is no key") })
  }

  /// Texts that go too deep, each by another way of the grammar.
  private static let deep: [String] = {
    func parts(_ part: String, _ separator: String = ".") -> String {
      Array(repeating: part, count: 30_000).joined(separator: separator)
    }
    let multiline = "x = 'y' # [[[[\nb = \"\"\"]]]\"\"\"\"\"\na."
    return [
      "\(parts("a")) = 1", "\(parts("\"a\"", " . ")) = 1", "[\(parts("a"))]",
      "[[\(parts("'a'"))]]", "a = \(parts("[", ""))", "a = " + String(repeating: "[\n", count: 17),
      "a = \(parts("{ b = ", ""))", "a = { \(parts("b")) = 1 }", "\(multiline)\(parts("b")).c = 1",
    ]
  }()

  @Test(arguments: deep)
  func `what goes deeper than a configuration is refused before it is parsed`(text: String) {
    let found = messages(text)
    #expect(found.count == 1)
    #expect(found.first?.contains("nested more than 16 deep") == true)
  }

  @Test func `brackets and dots in texts and comments are no depth`() throws {
    let many = String(repeating: "[{.", count: 100)
    let settings = try Settings(
      parsing: """
        # \(many)
        database = "/a\(many)\\"\(many)" # \(many)
        [scan]
        exclude = ['\(many)', \"\"\"
        \(many)"" \\\"\"\" \(many)\"\"\"\", '''
        ' \(many)''''] # "
        jobs = 3
        """, file: "/f")
    #expect(settings.number(.jobs) == 3)
    #expect(settings.texts(.excludes).count == 3)
  }

  @Test func `a message does not repeat a file`() {
    let long = String(repeating: "k", count: 100_000)
    for text in ["\(long) = 1", "database = \"\(long)\"", "[scan]\n\(long) = 1"] {
      #expect(messages(text).map(\.count).allSatisfy { $0 < 400 })
    }
  }
}
