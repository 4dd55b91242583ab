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
  @Flag(help: "Take it back.")
  var end = false

  @Flag(help: "Show what was said and still holds.")
  var list = false

  @Option(help: "Why, for those who read it later.")
  var reason: String?

  @Flag(help: "Wait for a scan of the database to end.")
  var wait = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  /// Bytes of a reason that somebody may read.
  private static let longestReason = 4096

  /// Refuses what does not go together; `isAnythingMeant`: whether something is named.
  func validate(isAnythingMeant: Bool, until: Day? = nil, images: [String]) throws {
    if list, end || isAnythingMeant || reason != nil || until != nil {
      throw ValidationError("--list stands alone")
    }
    if !list, !isAnythingMeant {
      throw ValidationError("nothing says what is meant; name it, or give --list")
    }
    if end, reason != nil || until != nil {
      throw ValidationError("--end takes no reason and no day")
    }
    if !list, asking.at != nil { throw ValidationError("--at belongs to --list") }
    if let reason, reason.utf8.count > Self.longestReason {
      throw ValidationError("a reason has at most \(Self.longestReason) bytes")
    }
    if let until, until.start.milliseconds <= Self.now.milliseconds {
      throw ValidationError("the day \(until.text) has come already; name a later one")
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
    try asking.output.show(.words(words))
  }

  private static var now: Moment { Moment(milliseconds: Clock.now() / 1_000_000) }

  /// Who says it: whoever called sudo, else the user.
  private static var person: String {
    let process = ProcessInfo.processInfo
    if let caller = process.environment.nonEmpty("SUDO_USER") { return caller }
    return process.userName.isEmpty ? "unknown" : process.userName
  }
}
