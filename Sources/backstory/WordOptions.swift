import ArgumentParser
import Foundation
import Host
import Model
import Presentation
import Query
import Sighting
import Workflow

/// What the three words of people have in common.
struct WordOptions: ParsableArguments {
  @Flag(help: "Take back what was said.")
  var end = false

  @Flag(help: "List what was said and is still in effect.")
  var list = false

  @Option(help: "The reason, for later readers.")
  var reason: String?

  @Flag(help: "Wait for a running scan to end.")
  var wait = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  /// Bytes of a reason that somebody may read.
  private static let longestReason = 4096

  /// Refuses what does not go together; `isAnythingMeant`: whether something is named.
  func validate(isAnythingMeant: Bool, until: Day? = nil, images: [String]) throws {
    if list, end || isAnythingMeant || reason != nil || until != nil {
      throw ValidationError("--list cannot be combined with other options")
    }
    if !list, !isAnythingMeant {
      throw ValidationError("nothing is named; name images or findings, or use --list")
    }
    if end, reason != nil || until != nil {
      throw ValidationError("--end cannot be combined with --reason or --until")
    }
    if !list, asking.at != nil { throw ValidationError("--at requires --list") }
    if let reason, reason.utf8.count > Self.longestReason {
      throw ValidationError("a reason can have at most \(Self.longestReason) bytes")
    }
    if let until, until.start.milliseconds <= Self.now.milliseconds {
      throw ValidationError("the day \(until.text) is not in the future; name a later day")
    }
    _ = try images.map(escaped.selector)
  }

  /// Says it, or shows what was said.
  func run(
    _ verb: WordVerb, images: [String] = [], kinds: Set<FindingKind> = [], pool: String? = nil,
    until: Day? = nil
  ) throws {
    guard !list else { return try asking.output.show(.words(try asking.view().words(verb))) }
    var speech = Speech(
      verb, images: try images.map(escaped.selector), kinds: kinds, pool: pool, by: Self.person,
      at: Self.now)
    speech.reason = reason
    speech.ends = until?.start
    speech.isTakenBack = end
    let file = try asking.database.existingFile(to: .act)
    let words = try Saying(waits: wait).say(speech, in: file, stop: try StopSignal())
    try asking.output.show(.words(words), isAnswer: false)
  }

  private static var now: Moment { Moment(milliseconds: Clock.now() / 1_000_000) }

  /// Who says it: whoever called sudo, else the user.
  private static var person: String {
    let process = ProcessInfo.processInfo
    if let caller = process.environment.nonEmpty("SUDO_USER") { return caller }
    return process.userName.isEmpty ? "unknown" : process.userName
  }
}
