import Model
import Testing

@Suite struct PathBytesTests {
  /// A name that is no UTF-8, with a backslash in it.
  private static let raw = PathBytes([47, 97, 255, 92, 195, 164])

  @Test func `text, its bytes and a literal are one path`() {
    let text = "/srv/ä"
    #expect(PathBytes(text) == "/srv/ä")
    #expect(PathBytes(text) == PathBytes([47, 115, 114, 118, 47, 195, 164]))
    #expect(PathBytes("/a/b".utf8.dropFirst(3)) == "b")
  }

  @Test func `what is UTF-8 is shown as it is`() {
    #expect(PathBytes("/a\\b").exactText == "/a\\b")
    #expect(PathBytes("/a\\b").displayText == "/a\\b")
    #expect("\(PathBytes("/ä"))" == "/ä")
  }

  @Test func `what is not UTF-8 is shown escaped`() {
    #expect(Self.raw.exactText == nil)
    #expect(Self.raw.escapedText == #"/a\xff\\ä"#)
    #expect(Self.raw.displayText == #"/a\xff\\ä"#)
    #expect(PathBytes([1, 0x0f, 0xf0]).escapedText == "\u{1}\u{f}\\xf0")
  }

  @Test func `the escaped form leads back to the bytes`() {
    #expect(PathBytes(escaped: #"/a\xff\\ä"#) == Self.raw)
    #expect(PathBytes(escaped: #"\u{202e}x"#) == "\u{202e}x")
  }

  @Test(arguments: [#"\"#, #"\n"#, #"\x"#, #"\xf"#, #"\xgg"#, #"\u"#, #"\u{}"#, #"\u{110000}"#])
  func `a backslash before anything else is no escaped form`(text: String) {
    #expect(PathBytes(escaped: text) == nil)
  }

  @Test(
    arguments: [
      ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", "/", "a"), ("/a/", "/a", ""), ("/", "/", ""),
    ] as [(PathBytes, PathBytes, String)])
  func `a path has a directory and a name`(path: PathBytes, directory: PathBytes, name: String) {
    #expect(path.directory == directory)
    #expect(Array(path.name) == Array(name.utf8))
  }

  @Test(
    arguments: [
      ("/a/b", "/a", true), ("/a", "/", true), ("/a/b/c", "/a", false), ("/ab", "/a", false),
      ("a", "/", false),
    ] as [(PathBytes, PathBytes, Bool)])
  func `what stands in a directory is right below it`(
    path: PathBytes, directory: PathBytes, stands: Bool
  ) {
    #expect(path.stands(in: directory) == stands)
  }

  @Test func `a name is appended behind one slash`() {
    #expect(PathBytes("/a").appending("b".utf8) == "/a/b")
    #expect(PathBytes("/").appending("b".utf8) == "/b")
  }

  @Test(
    arguments: [
      ("/a/./b//c/../d/", "/a/b/d"), ("/..", "/"), ("//", "/"), ("/a/...", "/a/..."),
    ] as [(PathBytes, PathBytes)])
  func `the normal form has no dots and no doubled slashes`(path: PathBytes, normal: PathBytes) {
    #expect(path.normal == normal)
  }

  @Test func `paths are in the order of their bytes`() {
    let sorted: [PathBytes] = ["/A", "/a", "/a/b", "/ab", "/ä"]
    #expect([4, 2, 0, 3, 1].map { sorted[$0] }.sorted() == sorted)
  }

  @Test(arguments: [
    ("/p/a/b", "/p", "/q", "/q/a/b"), ("/p", "/p", "/q", "/q"), ("/a", "/", "/q", "/q/a"),
    ("/p/a", "/p", "/", "/a"),
  ])
  func `a path below one directory is moved below another`(
    path: String, from: String, to: String, moved: String
  ) {
    #expect(PathBytes(path).moved(from: PathBytes(from), to: PathBytes(to)) == PathBytes(moved))
    #expect(PathBytes("/pa").moved(from: "/p", to: "/q") == nil)
  }
}
