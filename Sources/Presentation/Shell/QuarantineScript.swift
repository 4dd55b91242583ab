import Inventory
public import Repair

/// The plan of a quarantine as a shell script: everything moves, nothing is deleted.
struct QuarantineScript {
  let sink: ByteSink

  /// Writes a plan.
  func write(_ plan: Quarantine) throws {
    try line("#!/bin/sh")
    let bytes = plan.moves.reduce(into: UInt64(0)) {
      $0 = $0.addingReportingOverflow($1.size).partialValue
    }
    try comment(
      "Moves \(HumanWords.count(Int64(plan.moves.count), "image")) that nobody uses out of the pools: "
        + "\(HumanWords.size(bytes)).")
    try comment("Nothing is deleted. Each comment says how to put an image back.")
    for (path, reason) in plan.leftAlone { try comment("left alone: '\(path)': \(reason)") }
    guard !plan.moves.isEmpty else { return }
    try line(RepairScript.preamble)
    for (number, move) in plan.moves.enumerated() { try write(move, number + 1) }
  }

  private func write(_ move: Quarantine.Move, _ number: Int) throws {
    let from = ShellWord.quoted(move.from)
    let to = ShellWord.quoted(move.to)
    try line("")
    try comment("\(number). \(move.from), \(HumanWords.size(move.size))")
    for sentence in move.evidence { try comment("   - \(sentence)") }
    try comment("   undo: mv \(to) \(from)")
    try line("if [ -e \(from) ]; then")
    try line("  unchanged \(number) \(move.guarding.checksum) \(move.guarding.length) \(from)")
    try line("  qemu-img info \(from) >/dev/null")
    try line("  mkdir -p \(ShellWord.quoted(move.to.directory))")
    try line("  [ ! -e \(to) ]")
    try line("  mv \(from) \(to)")
    try line("else")
    try line("  done_already \(number)")
    try line("fi")
  }

  private func comment(_ text: String) throws { try line("# " + TerminalText.escaped(text)) }

  private func line(_ text: String) throws {
    sink.append(text + "\n")
    try sink.settle()
  }
}

extension Report {
  /// Writes the script of `orphans --script`, whatever the output.
  public static func quarantine(_ plan: Quarantine, to sink: ByteSink) throws {
    try QuarantineScript(sink: sink).write(plan)
    try sink.flush()
  }
}
