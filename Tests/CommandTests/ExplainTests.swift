import Foundation
import Model
import Rules
import Testing

/// `backstory explain`
@Suite struct ExplainTests {
  @Test(arguments: Rule.all.map(\.kind.rawValue))
  func `every kind is explained, without a database`(kind: String) throws {
    let folder = try Folder()
    let run = try Program.run("explain", kind, "--output", "json", in: folder)
    #expect(run.code == 0 && run.complaint.isEmpty, "\(run.complaint)")
    let keys = ["kind", "severity", "meaning", "opens", "closes", "do", "harmless"]
    var rest = Substring(run.output)
    for key in keys {
      let found = try #require(rest.range(of: "\"\(key)\":"), "\(key) in \(run.output)")
      rest = rest[found.upperBound...]
    }
    #expect(run.output.contains("\"\(kind)\""))
    let shown = try Program.run("explain", kind, in: folder)
    #expect(shown.output.hasPrefix(kind + "  "))
    #expect(shown.output.contains("\n  harmless"))
  }

  @Test func `what is no kind cannot be explained`() throws {
    let run = try Program.run("explain", "image-lost")
    #expect(run.code == 1)
    #expect(run.output.isEmpty)
    #expect(run.complaint.contains("'image-lost'"))
  }
}
