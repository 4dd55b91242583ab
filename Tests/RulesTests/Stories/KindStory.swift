import Model
import ScriptedNights
import Testing

/// What a kind of finding is about, as nights of a pool: one on which all is right, one that opens a finding, one that
/// closes it again, and one that looks like the second and is harmless.
struct KindStory: Sendable, CustomTestStringConvertible {
  let kind: FindingKind
  /// The image's name, or the machine's.
  let subject: String
  let well: ScriptedNight
  let ill: ScriptedNight
  /// What closes it; `well` where that is the same.
  var healed: ScriptedNight?
  let harmless: ScriptedNight
  /// The whole sentence.
  let message: String
  /// Whether only a change tells, so that a first scan has nothing to say.
  var isOfChange = false
  /// What is found beside it, of which this story is not.
  var besides: [String] = []

  var testDescription: String { kind.rawValue }

  static let all = links + formats + headers + bases + disks + metadata + chains
}
