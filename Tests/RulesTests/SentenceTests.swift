import Model
import Rules
import Testing

/// What findings say, from literal terms: every branch of a sentence that a night rarely takes.
@Suite struct SentenceTests {
  struct Sentence: Sendable, CustomTestStringConvertible {
    let kind: String
    var subject = "/p/a.qcow2"
    var target = "/p/b.qcow2"
    var detail: [String: String] = [:]
    var word: String? = "/p/a.qcow2"
    var keeper: String?
    let text: String

    var testDescription: String { "\(kind) \(detail.keys.sorted()) \(keeper ?? "")" }
  }

  @Test(arguments: sentences)
  func `a sentence says what is wrong and what to do`(_ one: Sentence) throws {
    let rule = try #require(Rule[FindingKind(rawValue: one.kind)])
    let terms = FindingTerms(
      subject: one.subject, target: one.target, detail: one.detail, word: one.word,
      keeper: one.keeper)
    #expect(rule.sentence(terms) == one.text)
  }

  @Test(arguments: Rule.all.map(\.kind))
  func `a sentence of no terms is still one sentence`(kind: FindingKind) throws {
    let rule = try #require(Rule[kind])
    for keeper in [nil, "pve"] {
      let terms = FindingTerms(subject: "s", target: "t", detail: [:], keeper: keeper)
      let text = rule.sentence(terms)
      #expect(text.hasSuffix(".") && !text.contains("  ") && !text.contains("\n"))
      #expect(!text.contains("nil") && !text.contains("Optional"))
    }
  }
}
