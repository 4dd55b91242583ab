import Model
import Rules
import Testing

/// The rules as a list: what others know of kinds of findings they know from here.
@Suite struct RuleTests {
  @Test func `every kind is listed once, in the contract's order and with its severity`() {
    #expect(
      Rule.all.map { "\($0.kind.rawValue) \($0.severity.rawValue)" } == [
        "backing-missing error", "backing-unreadable error", "backing-invalid warning",
        "data-file-missing error", "extent-missing error", "backing-loop error",
        "backing-format-unrecorded error", "backing-format-mismatch error",
        "backing-outside-pools warning", "backing-remote info", "backing-name-long info",
        "parent-mismatch error", "base-modified error", "backing-changed error",
        "header-appeared error", "header-vanished error", "image-dirty warning",
        "image-corrupt error",
        "header-malformed error", "unknown-feature info", "chain-too-deep warning",
        "orphan warning", "domain-image-missing error", "domain-format-mismatch error",
        "domain-chain-mismatch error", "domain-chain-refused error", "base-in-use error",
        "shared-writable error", "chain-leftover info", "transient-leftover error",
        "checkpoint-bitmap-missing warning", "snapshot-missing warning",
        "domain-volume-unknown error", "domain-socket-missing error", "snapshot-file-missing info",
        "identity-duplicate info", "mass-change warning",
        "query-error error", "query-warning warning", "query-info info",
      ])
  }

  @Test(arguments: Rule.all.map(\.kind))
  func `every kind has a title, a sentence about its subject, and an explanation`(
    kind: FindingKind
  ) throws {
    let rule = try #require(Rule[kind])
    let terms = FindingTerms(subject: "/pool/a.qcow2", target: "/pool/a.qcow2", detail: [:])
    let sentence = rule.sentence(terms)
    #expect(sentence.contains("'/pool/a.qcow2'") && sentence.hasSuffix("."), "\(sentence)")
    #expect(!rule.title.isEmpty && !rule.title.hasSuffix("."))
    let texts = rule.explanation
    for text in [texts.meaning, texts.opens, texts.closes, texts.action, texts.harmless] {
      #expect(text.count > 5 && text.hasSuffix(".") && !text.contains("\n"), "\(text)")
    }
  }

  @Test func `a word that no rule knows is no kind, and as bad as can be`() {
    let kind = FindingKind(rawValue: "image-lost")
    #expect(Rule[kind]?.title == nil)
    #expect(kind.severity == .error)
  }

  private func words(_ trait: Rule.Trait) -> [String] {
    Rule.kinds(trait).map(\.rawValue).sorted()
  }

  @Test func `what leads nowhere, what a repair mends and what a person settles are known`() {
    #expect(
      words(.leadsNowhere) == [
        "backing-loop", "backing-missing", "backing-unreadable", "checkpoint-bitmap-missing",
        "data-file-missing", "domain-image-missing", "domain-socket-missing", "extent-missing",
        "snapshot-file-missing", "snapshot-missing",
      ])
    #expect(
      words(.isMended) == [
        "backing-changed", "backing-format-mismatch", "backing-format-unrecorded",
        "backing-invalid", "backing-loop", "backing-missing", "backing-name-long",
        "backing-unreadable", "data-file-missing", "extent-missing", "parent-mismatch",
      ])
    #expect(words(.isFlattened) == ["chain-leftover", "chain-too-deep"])
    #expect(
      words(.canBeSettled) == [
        "backing-changed", "base-modified", "header-appeared", "header-vanished",
        "parent-mismatch",
      ])
  }
}
