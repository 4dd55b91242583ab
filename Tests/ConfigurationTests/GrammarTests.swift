import Configuration
import Model
import Testing

/// Texts that are not TOML: each is refused with its place before the parser, which some of them end, sees it.
@Suite struct GrammarTests {
  private func messages(_ text: String) -> [String] {
    do throws(ConfigurationFaults) {
      _ = try Settings(parsing: text, file: "F")
      return []
    } catch {
      return error.faults.map(\.message)
    }
  }

  private static let value =
    "a value was expected: a text in quotes, a decimal number, true, false, a list or a table"

  @Test(arguments: [
    ("[]", "1:2", "a key was expected"), ("[[]]", "1:3", "a key was expected"),
    ("\u{FEFF}[?an]", "1:2", "a key was expected"), ("[a.]", "1:4", "a key was expected"),
    ("[.a]", "1:2", "a key was expected"), ("= 1", "1:1", "a key was expected"),
    ("[a", "1:3", "']' was expected after the name of a table"),
    ("[[a]", "1:4", "']]' was expected after the name of a table"),
    ("[a] b = 1", "1:5", "only a comment may follow on this line"),
    ("a = 1 b = 2", "1:7", "only a comment may follow on this line"),
    ("a = 1\rb = 2", "1:6", "only a comment may follow on this line"),
    ("a = 1 # \u{1}", "1:9", "only a comment may follow on this line"),
    ("a", "1:2", "'=' was expected after a key"), ("a 1", "1:3", "'=' was expected after a key"),
    ("ä = 1", "1:1", "a key was expected"), ("\"ä\" 1", "1:5", "'=' was expected after a key"),
    ("\"\"\"a\"\"\" = 1", "1:3", "'=' was expected after a key"),
  ])
  func `what is wrong with a line is said with its place`(
    text: String, place: String, detail: String
  ) {
    #expect(messages(text) == [message(place, detail)])
  }

  @Test(arguments: [
    "", "1978-05-27T.7:32:00Z", "1978-05-27", "yes", "/srv/images", "01", "1__0", "1_", "1.", ".5",
    "+", "0x1F", "inf", "--1",
  ])
  func `a value without quotes is a decimal number or a truth value`(text: String) {
    #expect(messages("\n\na = \(text)") == [message("3:5", Self.value)])
  }

  @Test(arguments: [
    ("a = [}", "1:6", value), ("a = [1, }", "1:9", value), ("a = [,]", "1:6", value),
    ("a = [1 2]", "1:8", "',' or ']' was expected in a list"),
    ("a = [1\n", "2:1", "',' or ']' was expected in a list"),
    ("a = { b = 1, }", "1:14", "a key was expected"),
    ("a = { b = 1 c = 2 }", "1:13", "',' or '}' was expected in a table"),
    ("a = {\nb = 1 }", "1:6", "a key was expected"),
    ("a = \"x", "1:7", "a text does not end"),
    (#"a = """x"""#, "1:11", "a text does not end"),
    ("a = \"x\ny\"", "1:7", "a text does not end on its line, or holds a control character"),
    (#"a = "\x""#, "1:7", #"after '\' stands none of b, t, n, f, r, ", \, u, U"#),
    (#"a = """\ x""""#, "1:10", #"after '\' the line does not end"#),
    (#"a = "\u12""#, "1:8", "4 hexadecimal digits of a character were expected"),
    (#"a = "\ud800""#, "1:8", "4 hexadecimal digits of a character were expected"),
    (#"a = "\U00110000""#, "1:8", "8 hexadecimal digits of a character were expected"),
  ])
  func `what is wrong with a value is said with its place`(
    text: String, place: String, detail: String
  ) {
    #expect(messages(text) == [message(place, detail)])
  }

  private func message(_ place: String, _ detail: String) -> String {
    let parts = place.split(separator: ":")
    return "F:\(parts[0]): invalid TOML at column \(parts[1]): \(detail)"
  }

  @Test func `whatever the grammar allows comes to the parser, and means the same to it`() throws {
    let text = #"""
      # comment	 ä
      database = "/\u0061\t\"\\" # behind
      "scan" . 'jobs' = +1_0
      scan.exclude = [ # in a list
        'a\b', """
      one \
          two""""", '''
      it''s'''',

      ]
      [ libvirt ]
      enabled=true
      [[pool]]
      name = "x"
      path = '/ä'
      """#
    for text in [text, "\u{FEFF}" + text, text.replacing("\n", with: "\r\n")] {
      let settings = try Settings(parsing: text, file: "F")
      #expect(settings.path(.database) == "/a\t\"\\")
      #expect(settings.number(.jobs) == 10)
      #expect(settings.texts(.excludes).first == "a\\b")
      #expect(settings.texts(.excludes).dropFirst() == ["one two\"\"", "it''s'"])
      #expect(settings.pools.map(\.paths) == [["/ä"]])
      #expect(settings.pools.map(\.origin) == [.file("F", line: 13)])
    }
  }

  @Test(arguments: ["a = 1\na = 2", "[a]\n[a]", "a = 1\na.b = 2", "a = 1\n[[a]]"])
  func `what a document may not mean is the parser's to say`(text: String) {
    let found = messages(text)
    #expect(found.count == 1 && found.allSatisfy { $0.contains("invalid TOML at column ") })
  }
}
