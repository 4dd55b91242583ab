import DiskImage
internal import Model
public import Repair

/// The plan of a move as a shell script: checks first, then the move, then the references.
struct RelocationScript {
  let script: ShellScript

  /// Writes a plan.
  func write(_ plan: Relocation) throws {
    try script.begin()
    try script.comment(
      "Moves '\(plan.from)' to '\(plan.to)' and rewrites the references that would break.")
    try script.warnOfOthers()
    for remark in plan.remarks { try script.comment("Note: \(remark).") }
    for move in plan.domains where !move.isDefinedHere {
      try script.comment(
        "By hand: the XML of domain '\(move.domain)' names '\(move.from)'; change it to '\(move.to)'."
      )
    }
    for move in plan.snapshots {
      try script.comment(
        "By hand, after the move: snapshot '\(move.snapshot)' of domain '\(move.domain)' names "
          + "'\(move.from)'; change it to '\(move.to)', or libvirt refuses to delete it and to revert to it."
      )
    }
    for obstacle in plan.obstacles { try script.comment("OBSTACLE: \(obstacle)") }
    try script.line(ShellScript.functions)
    guard plan.obstacles.isEmpty else {
      try script.line("\nprintf 'this move would break something; see the comments\\n' >&2")
      return try script.line("exit 1")
    }
    try script.line(Self.ending)
    let from = ShellWord.quoted(plan.from)
    let to = ShellWord.quoted(plan.to)
    try script.line("\n# 1. Check that everything is unchanged and not in use, then move it.")
    try script.line("if [ -e \(from) ]; then")
    for one in plan.guards {
      try script.check(one, step: 1)
      try script.line("  qemu-img info \(ShellWord.quoted(one.path)) >/dev/null")
    }
    try script.line("  [ ! -e \(to) ]")
    try script.line("  mkdir -p \"$saved\"")
    // Machines have to get there: what the script keeps is private, this is not.
    try script.line("  (umask 022 && mkdir -p \(ShellWord.quoted(plan.to.directory)))")
    try script.line("  mv \(from) \(to)")
    try script.line("fi")
    try script.line("moved=1")
    for (position, step) in plan.steps.enumerated() { try write(step, position + 2) }
    let domains = plan.domains.filter(\.isDefinedHere)
    if !domains.isEmpty {
      try script.line(Self.redefine)
      for move in domains { try write(move) }
    }
    try remind(of: plan.snapshots)
    if !domains.isEmpty { try script.line("\n[ -z \"$left\" ]") }
  }

  /// Says at the end what the script does not change.
  private func remind(of moves: [SnapshotMove]) throws {
    if moves.isEmpty { return }
    try script.line("")
    for move in moves {
      let words = [move.domain, move.snapshot].map { ShellWord.quoted($0) }
      let paths = [move.from, move.to].map { ShellWord.quoted($0) }
      try script.line(
        "printf 'snapshot %s of domain %s still names %s: change that to %s with virsh snapshot-edit\\n' "
          + "\(words[1]) \(words[0]) \(paths[0]) \(paths[1]) >&2")
    }
  }

  private func write(_ step: RelocationStep, _ number: Int) throws {
    let image = ShellWord.quoted(step.newFilename)
    let marks = step.planned.marks.map { ShellWord.quoted($0) }.joined(separator: " ")
    try script.line("")
    try script.comment("\(number). \(step.planned.role.rawValue) of \(step.newFilename)")
    try script.line("if says \(image) \(marks); then")
    try script.line("  done_already \(number)")
    try script.line("else")
    try script.line("  save move-step\(number) \(step.headerLength) \(image)")
    try script.line("  \(step.command.shellText)")
    try script.line("fi")
  }
}

extension RelocationScript {
  private func write(_ move: DomainMove) throws {
    let paths = [move.from, move.to].map { ShellWord.quoted(Self.xml($0)) }
    try script.line("")
    try script.comment("The XML of domain '\(move.domain)' names '\(move.from)'.")
    try script.line(
      "redefine \(ShellWord.quoted(move.domain)) " + paths.joined(separator: " "))
  }

  /// A path as libvirt writes it in its XML (libvirt src/util/virbuffer.c, `virBufferEscapeString`).
  private static func xml(_ path: PathBytes) -> PathBytes {
    PathBytes(
      path.bytes.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "&"): Array("&amp;".utf8)
        case UInt8(ascii: "<"): Array("&lt;".utf8)
        case UInt8(ascii: ">"): Array("&gt;".utf8)
        case UInt8(ascii: "\""): Array("&quot;".utf8)
        case UInt8(ascii: "'"): Array("&apos;".utf8)
        default: [byte]
        }
      })
  }

  /// A script that stops behind the move leaves references that lead nowhere, and says so.
  private static let ending = #"""

    # Whether everything has moved; then what names it has to be changed as well.
    moved=
    ending() {
      status=$?
      if [ "$status" -ne 0 ] && [ -n "$moved" ]; then
        printf 'the images have moved, and not all that names them is changed: %s\n' \
          'mend what is said above, then run this script again; what is done is passed over' >&2
      fi
      exit "$status"
    }
    trap ending EXIT
    """#

  /// Whole values only: what stands between apostrophes, or between two tags.
  private static let redefine = #"""

    # Names another path in the XML of a domain; the XML before is kept. One that cannot be changed does not
    # keep the others from it, and is said.
    left=
    redefine() {
      mkdir -p "$saved"
      if ! virsh -q dumpxml --inactive --security-info --domain "$1" >"$saved/$1.xml"; then
        leave "$@"
      elif grep -qF -e "'$3'" -e ">$3<" "$saved/$1.xml"; then
        return
      elif ! renamed "$2" "$3" <"$saved/$1.xml" >"$saved/$1.new.xml"; then
        leave "$@"
      elif ! virsh -q define "$saved/$1.new.xml"; then
        leave "$@"
      fi
    }

    leave() {
      left=1
      printf 'domain %s is not redefined: its XML has to name %s and not %s; change that with virsh edit\n' \
        "$1" "$3" "$2" >&2
    }

    # Fails where nothing was found.
    renamed() {
      OLD=$1 NEW=$2 awk '
        function all(old, new,   at, done) {
          done = ""
          while ((at = index($0, old)) > 0) {
            done = done substr($0, 1, at - 1) new
            $0 = substr($0, at + length(old))
            found = 1
          }
          $0 = done $0
        }
        { all("\047" ENVIRON["OLD"] "\047", "\047" ENVIRON["NEW"] "\047")
          all(">" ENVIRON["OLD"] "<", ">" ENVIRON["NEW"] "<"); print }
        END { exit !found }'
    }
    """#
}

extension Report {
  /// The answer of `relocate`.
  public static func relocation(_ plan: Relocation) -> Report {
    Report(one: plan, rows: \.steps) { page, plan in
      try RelocationScript(script: ShellScript(sink: page.sink)).write(plan)
    }
  }
}

extension RelocationStep: CSVRow {
  static let columns: [CSVColumn<RelocationStep>] =
    CSVColumn.path("filename") { $0.filename }
    + CSVColumn.path("new-filename") { $0.newFilename }
    + [CSVColumn("command") { .text($0.command.shellText) }]
}
