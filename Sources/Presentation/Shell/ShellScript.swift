internal import Repair

/// A script for `sh` that is written line by line: its comments steer no terminal and end where their line
/// does.
struct ShellScript {
  let sink: ByteSink

  /// Writes the first line.
  func begin() throws { try line("#!/bin/sh") }

  /// Writes a comment of one line, whatever the text.
  func comment(_ text: String) throws { try line("# " + TerminalText.escaped(text)) }

  /// Writes a line whose words are quoted already.
  func line(_ text: String) throws {
    sink.append(text + "\n")
    try sink.settle()
  }

  /// Stops a step unless a file is as it was judged; `name` is how the script calls it, quoted, if not by its path.
  func check(_ file: Guard, step number: Int, as name: String? = nil) throws {
    let name = name ?? ShellWord.quoted(file.path)
    try line("  unchanged \(number) \(file.checksum) \(file.length) \(name)")
    if let stamp = file.stamp { try line("  untouched \(number) '\(stamp)' \(name)") }
  }

  /// Says what no script can prevent.
  func warnOfOthers() throws {
    try comment(
      "Run it where only you may write to the directories: who else may can put another file, or a link to"
    )
    try comment("one, in the place of an image between a check and its command.")
  }

  /// What the steps are made of; POSIX but for `qemu-img`, `head -c` and `stat -c`.
  static let functions = #"""
    set -eu
    umask 077
    LC_ALL=C
    export LC_ALL
    # Where the headers are kept as they were; 'dd if=SAVED of=IMAGE conv=notrunc' puts one back, but not
    # that of an image with bitmaps.
    saved=${BACKSTORY_SAVED:-./backstory-saved}
    case $saved in /*) ;; *) saved=$PWD/$saved ;; esac

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
      printf 'step %s: a file has changed since the plan was made; scan again and make a new plan\n' "$1" >&2
      exit 1
    }

    # Stops unless a file is the one that was judged, of the same length, and was not written to since.
    untouched() {
      [ "$(stat -c '%i %s %Y' "$3")" = "$2" ] && return 0
      printf 'step %s: a file was written to or replaced since; scan again and make a new plan\n' "$1" >&2
      exit 1
    }

    # Stops unless what stands on an image is away already.
    away() {
      [ -e "$2" ] && return 0
      printf 'step %s: an image that depends on this one is not in quarantine; scan again and make a new plan\n' "$1" >&2
      exit 1
    }

    # Keeps the front of an image, before anything is written to it.
    save() {
      mkdir -p "$saved"
      head -c "$2" "$3" >"$saved/$1.header"
    }
    """#
}
