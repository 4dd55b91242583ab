import Libvirt
import Testing

@Suite struct XMLTextTests {
  @Test func `markup, quotes and white space are escaped`() throws {
    #expect(
      try XMLText.escaped("a&b<c>d\"e'f\tg\nh\ri")
        == "a&amp;b&lt;c&gt;d&quot;e&apos;f&#9;g&#10;h&#13;i")
  }

  @Test func `every other character stays itself`() throws {
    #expect(try XMLText.escaped("é 日本 😀 \u{FFFD} \u{7F}") == "é 日本 😀 \u{FFFD} \u{7F}")
  }

  @Test(arguments: [0x00, 0x08, 0x0B, 0x1F, 0xFFFE, 0xFFFF])
  func `what XML 1.0 cannot hold is refused`(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    #expect(throws: XMLTextFault.notXMLCharacter(value)) {
      try XMLText.escaped(String(Character(scalar)))
    }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: XMLTextFault.notUTF8) { try XMLText.escaped([0x61, 0xC3, 0x28]) }
  }
}
