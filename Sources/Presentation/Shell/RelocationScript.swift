import DiskImage
import Inventory
public import Repair

/// The plan of a move as a shell script: checks first, then the move, then the references.
struct RelocationScript {
  let sink: ByteSink

  /// Writes a plan.
  func write(_ plan: Relocation) throws {
    try line("#!/bin/sh")
    try comment(
      "Moves '\(plan.from)' to '\(plan.to)' and writes the references anew that would break.")
    for (domain, old, new) in plan.domains {
      try comment("The XML of domain '\(domain)' names '\(old)'; it has to name '\(new)':")
      try comment("  virsh edit \(ShellWord.quoted(domain))")
    }
    for obstacle in plan.obstacles { try comment("NOT LIKE THIS: \(obstacle)") }
    try line(RepairScript.preamble)
    guard plan.obstacles.isEmpty else {
      try line("\nprintf 'this move would break something; see the comments\\n' >&2")
      return try line("exit 1")
    }
    let from = ShellWord.quoted(plan.from)
    let to = ShellWord.quoted(plan.to)
    try line("\n# 1. Everything is as it was judged, nobody holds it, and it moves.")
    try line("if [ -e \(from) ]; then")
    for one in plan.guards {
      let path = ShellWord.quoted(one.path)
      try line("  unchanged 1 \(one.checksum) \(one.length) \(path)")
      try line("  qemu-img info \(path) >/dev/null")
    }
    try line("  [ ! -e \(to) ]")
    try line("  mv \(from) \(to)")
    try line("fi")
    for (number, step) in plan.steps.enumerated() { try write(step, number + 2) }
  }

  private func write(_ step: RelocationStep, _ number: Int) throws {
    let image = ShellWord.quoted(step.newFilename)
    let marks = step.planned.marks.map { ShellWord.quoted($0) }.joined(separator: " ")
    try line("")
    try comment("\(number). \(step.planned.role.rawValue) of \(step.newFilename)")
    try line("if says \(image) \(marks); then")
    try line("  done_already \(number)")
    try line("else")
    try line("  save \(number) 65536 \(image)")
    try line("  \(step.command.shellText)")
    try line("fi")
  }

  private func comment(_ text: String) throws { try line("# " + TerminalText.escaped(text)) }

  private func line(_ text: String) throws {
    sink.append(text + "\n")
    try sink.settle()
  }
}

extension Report {
  /// The answer of `relocate`.
  public static func relocation(_ plan: Relocation) -> Report {
    Report(
      human: { try RelocationScript(sink: $0.sink).write(plan) },
      json: { try JSONText.write(plan, to: $0) },
      csv: { sink in
        let rows = CSVList<RelocationStep>(to: sink)
        for step in plan.steps { try rows.append(step) }
      })
  }
}

extension RelocationStep: CSVRow {
  static let columns: [CSVColumn<RelocationStep>] =
    CSVColumn.path("filename") { $0.filename }
    + CSVColumn.path("new-filename") { $0.newFilename }
    + [CSVColumn("command") { .text($0.command.shellText) }]
}
