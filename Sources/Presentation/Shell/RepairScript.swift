import DiskImage
internal import Model
internal import Query
import Repair
internal import Rules

/// A plan as a shell script for eyes and `sh`: the evidence as comments, every word quoted, each step
/// guarded by what the image was when it was judged. What several steps have in common is said of the first.
struct RepairScript {
  private let script: ShellScript
  private let plan: RepairPlan
  private var told: [Likeness: Told] = [:]

  /// What steps that are told together have in common.
  private struct Likeness: Hashable {
    let kinds: [FindingKind]
    let confidence: Confidence
    let why: String
    let since: ScanPoint?
  }

  /// What was said of the first of them.
  private struct Told {
    let number: Int
    var sentences: Set<String>
  }

  private init(script: ShellScript, plan: RepairPlan) {
    self.script = script
    self.plan = plan
  }

  /// Writes a plan to a sink.
  static func write(_ plan: RepairPlan, to sink: ByteSink) throws {
    var script = RepairScript(script: ShellScript(sink: sink), plan: plan)
    try script.write()
  }

  private mutating func write() throws {
    try script.begin()
    try comment(
      "The repairs that backstory proposes, as of scan \(plan.point.scan), \(plan.point.time.text)."
    )
    guard !plan.steps.isEmpty else {
      return try comment("There is nothing that it can repair.")
    }
    let certain = plan.steps.count { $0.isRunnable }
    let advice = plan.steps.count { $0.kind.has(.isFlattened) }
    let count = plan.steps.count - advice
    if count > 0 {
      try comment(
        "\(certain) of \(count) \(count == 1 ? "step is" : "steps are") certain; all others are comments, for a person."
      )
    }
    if advice > 0 {
      try comment(
        "\(HumanWords.count(Int64(advice), "more is", "more are")) advice about long chains and leftovers."
      )
    }
    try comment("Shut the machines down first: an image in use is not changed.")
    try script.warnOfOthers()
    try comment(
      "'backstory repair --apply' keeps the file open between check and change, so it has no such gap."
    )
    if certain > 0 { try script.line(ShellScript.functions) }
    for (position, step) in plan.steps.enumerated() { try write(step, number: position + 1) }
  }

  // MARK: One step

  private mutating func write(_ step: RepairStep, number: Int) throws {
    try script.line("")
    try comment("\(number). \(TerminalText.escaped(step.filename))")
    try reason(step, number)
    for command in step.undo { try comment("   undo: \(command.shellText)") }
    guard step.isRunnable, let planned = step.planned else {
      for command in step.commands { try comment("   by hand: \(command.shellText)") }
      return
    }
    let saved = "scan\(plan.point.scan)-step\(number)"
    try comment(
      step.hasBitmaps
        ? "   undo only with that command: qemu-img moves the bitmaps of the image, and its old header would point to their old place."
        : "   undo, as long as nothing else has changed it: dd if=\"$saved/\(saved).header\" "
          + "of=\(ShellWord.quoted(step.filename)) conv=notrunc")
    try run(step, planned, number, saved: saved)
  }

  /// Why it is wrong, what is to be done, and how that is known; of one that is like another only what differs.
  private mutating func reason(_ step: RepairStep, _ number: Int) throws {
    let likeness = Likeness(
      kinds: step.findings.map(\.kind), confidence: step.confidence, why: step.why,
      since: step.since)
    let sentences = step.sentences
    if let first = told[likeness] {
      try comment("   \(step.confidence.rawValue), as step \(first.number).")
      for sentence in sentences where !first.sentences.contains(sentence) {
        try comment("   - \(sentence)")
      }
      return
    }
    told[likeness] = Told(number: number, sentences: Set(sentences))
    for finding in step.findings { try comment("   \(finding.message)") }
    if let since = step.since { try comment("   Since scan \(since.scan), \(since.time.text).") }
    try comment("   \(step.confidence.rawValue): \(step.why).")
    for sentence in sentences { try comment("   - \(sentence)") }
  }

  private func comment(_ text: String) throws { try script.comment(text) }

  private func run(
    _ step: RepairStep, _ planned: PlannedReference, _ number: Int, saved: String
  ) throws {
    // In its directory a name means what stands there, whatever becomes of the way to it.
    let name = PathBytes("./".utf8 + step.filename.name)
    let isNamed = step.commands.allSatisfy { $0.words.contains(step.filename) }
    if isNamed { try script.line("(cd \(ShellWord.quoted(step.filename.directory))") }
    let image = ShellWord.quoted(isNamed ? name : step.filename)
    let marks = planned.marks.map { ShellWord.quoted($0) }.joined(separator: " ")
    try script.line("if says \(image) \(marks); then")
    try script.line("  done_already \(number)")
    try script.line("else")
    for one in step.guards {
      try script.check(one, step: number, as: one.path == step.filename ? image : nil)
    }
    try script.line("  save \(saved) \(step.headerLength) \(image)")
    for command in step.commands {
      let words = command.words.map { isNamed && $0 == step.filename ? name : $0 }
      try script.line("  \(Command(words).shellText)")
    }
    try script.line(isNamed ? "fi)" : "fi")
  }
}

extension RepairStep {
  /// Whether a script runs it unseen.
  fileprivate var isRunnable: Bool { isReady && !isInUse }

  /// The evidence, and what else is possible, once each: the evidence names most candidates, with what speaks for them.
  fileprivate var sentences: [String] {
    evidence
      + candidates.filter { candidate in
        !evidence.contains { $0.contains("'\(candidate.displayText)'") }
      }.map { "also possible: \(TerminalText.escaped($0))" }
  }
}

extension PlannedReference {
  /// Lines of `qemu-img info --output=json` by which one sees that the reference is as planned.
  var marks: [String] {
    let name = QemuJSON.escaped(stored)
    switch role {
    case .dataFile: return ["\"data-file\": \"\(name)\""]
    default:
      return ["\"backing-filename\": \"\(name)\""]
        + (format.map { ["\"backing-filename-format\": \"\($0)\""] } ?? [])
    }
  }
}

extension Command {
  /// The command as one line of a shell.
  var shellText: String { words.map { ShellWord.quoted($0) }.joined(separator: " ") }
}

/// Strings as `qemu-img` prints them in JSON.
enum QemuJSON {
  /// Everything but printable ASCII as `\uNNNN`, what is no UTF-8 as U+FFFD (QEMU qobject/json-writer.c,
  /// `escaped_string`).
  static func escaped(_ path: PathBytes) -> String {
    var result = ""
    for scalar in String(decoding: path.bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16, uppercase: true)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result
  }
}
