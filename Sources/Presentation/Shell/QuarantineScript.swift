internal import Model
public import Repair

/// The plan of a quarantine as a shell script: everything moves, nothing is deleted.
struct QuarantineScript {
  let script: ShellScript

  /// Writes a plan.
  func write(_ plan: Quarantine) throws {
    try script.begin()
    let bytes = plan.moves.reduce(into: UInt64(0)) {
      $0 = $0.addingReportingOverflow($1.size).partialValue
    }
    let images = Int64(plan.moves.count { !$0.isOtherName })
    try script.comment(
      "Moves \(HumanWords.count(images, "image")) that nobody uses out of the pools: \(HumanWords.size(bytes))."
    )
    try script.comment("Nothing is deleted. Each comment says how to put an image back.")
    try script.warnOfOthers()
    for (path, reason) in plan.leftAlone { try script.comment("left alone: '\(path)': \(reason)") }
    guard !plan.moves.isEmpty else { return }
    try script.line(ShellScript.functions)
    for (number, move) in plan.moves.enumerated() { try write(move, number + 1) }
  }

  private func write(_ move: Quarantine.Move, _ number: Int) throws {
    let from = ShellWord.quoted(move.from)
    let to = ShellWord.quoted(move.to)
    try script.line("")
    try script.comment("\(number). \(move.from), \(HumanWords.size(move.size))")
    for sentence in move.evidence { try script.comment("   - \(sentence)") }
    try script.comment("   undo: mv \(to) \(from)")
    try script.line("if [ -e \(from) ]; then")
    for holder in move.above { try script.line("  away \(number) \(ShellWord.quoted(holder))") }
    try script.check(move.guarding, step: number)
    try script.line("  qemu-img info \(from) >/dev/null")
    try script.line("  mkdir -p \(ShellWord.quoted(move.to.directory))")
    try script.line("  [ ! -e \(to) ]")
    try script.line("  mv \(from) \(to)")
    try script.line("else")
    try script.line("  done_already \(number)")
    try script.line("fi")
  }
}

extension Report {
  /// Writes the script of `orphans --script`, whatever the output.
  public static func quarantine(_ plan: Quarantine, to sink: ByteSink) throws {
    try QuarantineScript(script: ShellScript(sink: sink)).write(plan)
    try sink.flush()
  }
}
