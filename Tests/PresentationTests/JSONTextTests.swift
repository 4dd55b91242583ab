import DiskImage
import Foundation
import Model
import Presentation
import Query
import Testing

@Suite struct JSONTextTests {
  @Test func `what RFC 8259 demands is escaped`() {
    #expect(JSONText.escaped("a\"b\\c/d") == "a\\\"b\\\\c/d")
    #expect(JSONText.escaped("\u{8}\u{c}\n\r\t\u{0}\u{1f}") == "\\b\\f\\n\\r\\t\\u0000\\u001f")
  }

  @Test func `what steers a terminal is escaped`() {
    #expect(JSONText.escaped("\u{1b}[31m\u{7f}") == "\\u001b[31m\\u007f")
    #expect(JSONText.escaped("\u{80}\u{9b}\u{9f}\u{a0}") == "\\u0080\\u009b\\u009f\u{a0}")
    #expect(
      JSONText.escaped("\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}\u{2028}")
        == "\\u061c\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028")
  }

  @Test func `every other character stays as it is`() {
    #expect(JSONText.escaped("é ü 磁盘 👾 €") == "é ü 磁盘 👾 €")
  }

  @Test func `every character comes back from a reader`() throws {
    var text = ""
    for value in (0...0x2100).map(UInt32.init) + [0xfeff, 0xfffd, 0xffff, 0x1f47e, 0x10ffff] {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    let read = try JSONDecoder().decode(
      [String].self, from: Data(try JSONText.document([text]).utf8))
    #expect(Array(read[0].unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test func `objects and arrays are laid out as qemu-img does`() throws {
    let value = FactValue.object([
      FactField("z", .number(18_446_744_073_709_551_615)),
      FactField("a", .list([.text("x"), .list([]), .object([])])),
      FactField("flag", .boolean(true)),
    ])
    #expect(
      try JSONText.document(value) == """
        {
            "z": 18446744073709551615,
            "a": [
                "x",
                [],
                {}
            ],
            "flag": true
        }

        """)
  }

  @Test func `numbers of every kind are JSON numbers`() throws {
    #expect(try JSONText.document(Int64.min) == "-9223372036854775808\n")
    #expect(try JSONText.document(1.5) == "1.5\n")
    #expect(try JSONText.document(1e300) == "1e+300\n")
    #expect(try JSONText.document(Double.nan) == "null\n")
    #expect(try JSONText.document([UInt16(7)]) == "[\n    7\n]\n")
    #expect(try JSONText.document(String?.none) == "null\n")
  }

  @Test func `an object that two types encode is one object`() throws {
    let pool = PoolSummary(
      outcome: PoolOutcome(name: "p", path: "/p", state: .complete, images: 1, reason: nil),
      actualSize: 2, openFindings: 3, lastScan: nil, lastComplete: nil)
    #expect(
      try JSONText.document(pool) == """
        {
            "name": "p",
            "path": "/p",
            "state": "complete",
            "images": 1,
            "actual-size": 2,
            "open-findings": 3
        }

        """)
  }

  @Test func `a value that encodes nothing is an empty object`() throws {
    struct Nothing: Encodable {
      func encode(to encoder: any Encoder) throws {}
    }
    #expect(try JSONText.document([Nothing()]) == "[\n    {}\n]\n")
  }

  @Test func `dictionaries and optionals of the standard library nest`() throws {
    #expect(
      try JSONText.document(["k": [Int?.none, 1]]) == """
        {
            "k": [
                null,
                1
            ]
        }

        """)
  }

  @Test func `every answer reads as JSON`() throws {
    let reports: [Report] = [
      .scan(Examples.scan), .image(Examples.shown, now: nil), .difference(Examples.difference),
      .history(Examples.events), .orphans(Examples.orphans, now: nil),
    ]
    for report in reports {
      let text = try report.text(.json)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }
  }
}
