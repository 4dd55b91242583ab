import DiskImage
import Inventory
import Repair

/// A plan as a shell script for eyes and `sh`: the evidence as comments, every word quoted, each step
/// guarded by what the image was when it was judged.
struct RepairScript {
  private let sink: ByteSink
  private var number = 0

  /// A script that is written to a sink.
  init(sink: ByteSink) { self.sink = sink }

  /// Writes a plan.
  mutating func write(_ plan: RepairPlan) throws {
    try line("#!/bin/sh")
    try comment(
      "What backstory would mend, as of scan \(plan.point.scan), \(plan.point.time.text).")
    guard !plan.steps.isEmpty else {
      return try comment("There is nothing that it has an answer to.")
    }
    let certain = plan.steps.count { $0.isRunnable }
    try comment(
      "\(certain) of \(plan.steps.count) steps are certain; all others are comments, for a person.")
    try comment("Shut the machines down first: an image that is in use is not changed.")
    if certain > 0 { try line(Self.preamble) }
    for step in plan.steps { try write(step) }
  }

  // MARK: One step

  private mutating func write(_ step: RepairStep) throws {
    number += 1
    try line("")
    try comment("\(number). \(TerminalText.escaped(step.filename))")
    for finding in step.findings { try comment("   \(finding.message)") }
    if let since = step.since { try comment("   Since scan \(since.scan), \(since.time.text).") }
    try comment("   \(step.confidence.rawValue): \(step.why).")
    for sentence in step.evidence { try comment("   - \(sentence)") }
    for candidate in step.candidates {
      try comment("   - also possible: \(TerminalText.escaped(candidate))")
    }
    for command in step.undo { try comment("   undo: \(command.shellText)") }
    guard step.isRunnable, let planned = step.planned else {
      for command in step.commands { try comment("   by hand: \(command.shellText)") }
      return
    }
    try run(step, planned)
  }

  private func run(_ step: RepairStep, _ planned: PlannedReference) throws {
    let image = ShellWord.quoted(step.filename)
    let marks = planned.marks.map { ShellWord.quoted($0) }.joined(separator: " ")
    try line("if says \(image) \(marks); then")
    try line("  done_already \(number)")
    try line("else")
    for one in step.guards {
      try line(
        "  unchanged \(number) \(one.checksum) \(one.length) \(ShellWord.quoted(one.path))")
    }
    try line("  save \(number) \(step.headerLength) \(image)")
    for command in step.commands { try line("  \(command.shellText)") }
    try line("fi")
  }

  private func comment(_ text: String) throws { try line("# " + TerminalText.escaped(text)) }

  private func line(_ text: String) throws {
    sink.append(text + "\n")
    try sink.settle()
  }

  /// What the steps are made of; POSIX but for `qemu-img` and `head -c`.
  static let preamble = #"""
    set -eu
    umask 077
    LC_ALL=C
    export LC_ALL
    # Where the headers are kept as they were; 'dd if=SAVED of=IMAGE conv=notrunc' puts one back.
    saved=${BACKSTORY_SAVED:-./backstory-saved}

    # A name that is not plain text.
    bytes() { printf %b "$1"; }

    # Whether qemu-img says all of this of an image.
    says() {
      answer=$(qemu-img info -U --output=json "$1" 2>/dev/null) || answer=
      [ -n "$answer" ] || return 1
      shift
      for mark; do
        printf '%s\n' "$answer" | grep -qF -e "$mark" || return 1
      done
    }

    done_already() { printf 'step %s: done already\n' "$1"; }

    # Stops unless the front of a file is as it was judged.
    unchanged() {
      sum=$(head -c "$3" "$4" | cksum)
      [ "${sum%% *}" = "$2" ] && return 0
      printf 'step %s: a file is not as it was judged; scan again and plan anew\n' "$1" >&2
      exit 1
    }

    # Keeps the front of an image.
    save() {
      mkdir -p "$saved"
      [ -e "$saved/$1.header" ] || head -c "$2" "$3" >"$saved/$1.header"
    }
    """#
}

extension RepairStep {
  /// Whether a script runs it unseen.
  fileprivate var isRunnable: Bool { isReady && !isInUse }
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
