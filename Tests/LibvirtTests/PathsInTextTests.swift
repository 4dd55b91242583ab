import Libvirt
import Testing

/// The absolute paths that a text of unknown grammar may name.
@Suite struct PathsInTextTests {
  private func paths(_ text: String) -> [String] {
    PathsInText.all(in: text.utf8).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: ["/p/a b.img", "  /p/a b.img\n"])
  func `a path that is the text may have blanks in it`(text: String) {
    #expect(paths(text).first == "/p/a b.img")
  }

  @Test(arguments: [
    "file:///p/a.img", "golden=/p/a.img", "x:/p/a.img:ro", "made from /p/a.img.", "(/p/a.img)",
    "/q/b,/p/a.img", "'/p/a.img'", "<x>/p/a.img</x>",
    "{\"x\":{\"y\":\"/p/a.img\"}}", "see /p/a.img, please", "vol|/p/a.img|rw",
  ])
  func `a path within a text is found`(text: String) {
    #expect(paths(text).contains("/p/a.img"), "\(paths(text))")
  }

  @Test(arguments: [
    "", "   ", "/", "a/b", "https://host/a.img", "./a/b", "/usr/bin/qemu", "/dev/sda", "/p/", "1/2",
    "a/ b", "\u{0}/p/a",
  ])
  func `what is no path of storage is none`(text: String) {
    #expect(paths(text).isEmpty, "\(paths(text))")
  }

  @Test func `a text of slashes gives no more than a bounded number`() {
    let text = String(repeating: " /a", count: 100_000)
    #expect(PathsInText.all(in: text.utf8).count < 400)
  }

  @Test func `a path is told once, the text as a whole first`() {
    #expect(paths("/a:/a") == ["/a:/a", "/a"])
  }
}
