import DiskImage
import Foundation
import Model
import Testing

@testable import Presentation

/// The escape functions of pages, graphs and scripts.
@Suite struct HTMLTextTests {
  static let nasty = HostileTextTests.nasty + "</script><!--<script>&lt;'`#%%{init}\u{2028}\u{ffff}"

  @Test func `nothing ends an attribute or begins an element`() {
    #expect(
      HTMLText.escaped("<b title='a' id=\"b\">&amp;")
        == "&lt;b title=&#39;a&#39; id=&quot;b&quot;&gt;&amp;amp;")
    let text = HTMLText.escaped(Self.nasty)
    #expect(!text.contains { "<>\"'".contains($0) })
    #expect(!text.unicodeScalars.contains { $0.steersTerminal })
  }

  @Test func `what XML forbids is shown`() {
    #expect(HTMLText.escaped("a\u{0}b\u{ffff}c\u{fffe}") == "a\\x00b\\u{ffff}c\\u{fffe}")
  }

  @Test func `a path that is not UTF-8 is shown as everywhere`() {
    #expect(HTMLText.escaped(PathBytes(Array("/a<\\".utf8) + [0xff])) == "/a&lt;\\\\\\xff")
  }

  @Test func `JSON in a script ends no script and is the same text`() throws {
    let json = ScriptJSON.string(Self.nasty)
    #expect(!json.contains { "<>&\u{2028}\u{2029}".contains($0) })
    let back = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    #expect(back as? String == Self.nasty)
    #expect(ScriptJSON.string("</script>") == "\"\\u003c/script\\u003e\"")
  }

  @Test func `a text in Graphviz's quotes`() {
    #expect(DotText.escaped("a\"b\\n&lt;\u{7}") == "a\\\"b\\\\n&amp;lt;\\\\x07")
  }

  @Test func `a text in a Mermaid label`() {
    #expect(
      MermaidText.escaped("/srv/a b.qcow2\"]; %%{init}`#é磁")
        == "/srv/a b.qcow2#34;#93;#59; #37;#37;#123;init#125;#96;#35;é磁")
  }

  @Test(arguments: [
    ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="
    ),
  ])
  func `the digest is that of FIPS 180-4`(message: String, digest: String) {
    #expect(SHA256.base64(Array(message.utf8)) == digest)
  }

  @Test(arguments: [
    (55, "n0OQ+NMMLdkuyfCVtl4rmumwqSWlJY4kHJ8ekQ9zQxg="),
    (56, "s1Q5pKxvCUi21vnjxq8PX1kM4g8b3nCQ73lwaG7Gc4o="),
    (63, "fT50oF19sVvOStnsBljqmOPwbu7PFrTG//LaRX3cLzQ="),
    (64, "/+BU/nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs="),
    (65, "Y1NhxIu56rFBmOduqKt/GkFoXWrWKqkUbTAdTxfrCuA="),
  ])
  func `a message of any length is padded to whole blocks`(length: Int, digest: String) {
    #expect(SHA256.base64(Array(repeating: 0x61, count: length)) == digest)
  }
}
