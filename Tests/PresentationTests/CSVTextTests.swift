import Model
import Query
import Testing

@testable import Presentation

@Suite struct CSVTextTests {
  @Test func `quotes stand around what needs them`() {
    #expect(CSVText.escaped("plain") == "plain")
    #expect(CSVText.escaped("a,b") == "\"a,b\"")
    #expect(CSVText.escaped("say \"x\"") == "\"say \"\"x\"\"\"")
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)"])
  func `a formula is disarmed`(formula: String) {
    #expect(CSVText.escaped(formula) == "'" + formula)
    #expect(CSVText.escaped(PathBytes(formula.utf8)) == "'" + formula)
  }

  @Test func `tab and carriage return before a formula are disarmed and shown`() {
    #expect(CSVText.escaped("\t=1") == "'\\x09=1")
    #expect(CSVText.escaped("\r=1") == "'\\x0d=1")
  }

  @Test func `a row stays one line whatever its texts hold`() {
    #expect(CSVText.escaped("a\nb\u{202e}") == "a\\x0ab\\u{202e}")
  }

  @Test func `numbers are not disarmed`() throws {
    let report = Report.rows { try $0(QueryRow(columns: ["n"], cells: [.integer(-3)])) }
    #expect(try report.text(.csv) == "n\n-3\n")
  }

  @Test func `a path that is shown escaped is marked`() throws {
    var image = Examples.base
    image.filename = PathBytes([0x2f, 0xff])
    let rows = try Report.chain([image]).text(.csv).split(separator: "\n")
    #expect(rows[1].hasPrefix("/\\xff,true,1,default,qcow2,"))
  }
}
