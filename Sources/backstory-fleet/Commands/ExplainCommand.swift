import ArgumentParser
import Fleet
import Model
import Presentation
import Query
import Rules

/// `backstory-fleet explain KIND`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a kind of finding, and when it is harmless.",
    discussion: """
      backstory-fleet explain shared-writable
      backstory-fleet explain backing-missing --output json
      """)

  @Argument(
    help: "The kind of finding, as in 'backstory-fleet check'.",
    completion: .list(Fleet.kinds))
  var kind: String

  @OptionGroup var output: OutputOptions

  func validate() throws { try Fleet.expect(kind: kind) }

  mutating func run() throws {
    if let own = Fleet.explanation(of: kind) {
      return try output.show(
        .explanation(
          KindExplanation(
            kind: FindingKind(rawValue: kind), severity: own.severity, title: own.title,
            explanation: own.explanation)))
    }
    guard let rule = Rule[FindingKind(rawValue: kind)] else { return }
    try output.show(.explanation(KindExplanation(rule)))
  }
}

extension Fleet {
  /// Words of all kinds, of hosts and of the fleet.
  static var kinds: [String] { Rule.all.map(\.kind.rawValue) + ownKinds }

  /// - Throws: `ValidationError` for a word that is no kind.
  static func expect(kind: String) throws {
    guard !kinds.contains(kind) else { return }
    let nearest = EditDistance.nearest(to: kind, among: kinds).map { "; did you mean '\($0)'?" }
    throw ValidationError("'\(kind)' is no kind of finding\(nearest ?? "")")
  }
}
