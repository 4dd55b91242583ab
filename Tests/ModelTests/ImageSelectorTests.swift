import Model
import Testing

@Suite struct ImageSelectorTests {
  private func selector(_ text: String) throws -> ImageSelector {
    try ImageSelector(text) { PathBytes("/home").appending($0.utf8).normal }
  }

  @Test func `a number has its sign before it, and everything else is a path`() throws {
    #expect(try selector("#12") == .number(12))
    #expect(try selector("12") == .path("/home/12"))
    #expect(try selector("./#12") == .path("/home/#12"))
    #expect(try selector("#12").text == "#12")
    #expect(try selector("a.qcow2").text == "/home/a.qcow2")
  }

  @Test(arguments: ["#", "#0", "#-1", "#a", "#1a", "#99999999999999999999"])
  func `a sign without a number of an image is a fault`(text: String) {
    #expect(throws: ImageSelector.Fault.self) { try selector(text) }
  }
}
