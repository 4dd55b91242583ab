import Foundation
import Model
import Testing

@testable import Presentation

/// Names in scripts: whatever the bytes, one word, and nothing that a shell or a terminal acts upon.
@Suite struct ShellWordTests {
  private static let nasty: [[UInt8]] =
    [
      "plain/._-+,:@", "", " ", "two words", "it's", "''", #"a"b"#, "$(rm -rf /)", "`id`", "a\\b",
      "$HOME", "*?[x]", "~", "#no comment", "a;b|c&d>e<f", "-rf", "--", "!history", "ü 日本",
      "line\nfeed", "ends\n\n", "\n", "tab\there", "\u{1b}[31mred", "\u{202e}desrever", "%s%n",
      #"\0033"#, "a=b",
    ].map { Array($0.utf8) } + [[0xff], [0x61, 0xfe, 0x0a], [0x31, 0xff, 0x32]]

  @Test(arguments: [
    ("/p/a.qcow2", "/p/a.qcow2"), ("", "''"), ("two words", "'two words'"),
    ("it's", #"'it'\''s'"#), ("$HOME", "'$HOME'"), ("a\nb", #""$(bytes 'a\0012b')""#),
    ("a\n", "\"$(bytes 'a')\"'\n'"), ("\u{1b}[m", #""$(bytes '\0033\0133m')""#),
  ])
  func `a word is quoted where it must be, and printed where it could steer`(
    word: String, quoted: String
  ) {
    #expect(ShellWord.quoted(word) == quoted)
  }

  @Test func `bytes that are no UTF-8 are octal numbers`() {
    #expect(ShellWord.quoted(PathBytes([0x2f, 0xff, 0x31])) == #""$(bytes '/\03771')""#)
  }

  @Test func `a shell reads every word back as it was`() throws {
    let words = Self.nasty.map { ShellWord.quoted(PathBytes($0)) }
    let script =
      #"bytes() { printf %b "$1"; }"# + "\n"
      + words.map { "printf '%s\\0' \($0)" }.joined(separator: "\n")
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", script]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let said = Array(try pipe.fileHandleForReading.readToEnd() ?? Data())
    shell.waitUntilExit()
    let read = said.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
      Array($0)
    }
    #expect(read == Self.nasty)
  }

  @Test func `no word holds what steers a terminal but line feeds at its end`() {
    for word in Self.nasty {
      let quoted = ShellWord.quoted(PathBytes(word))
      let body = quoted.reversed().drop { $0 == "'" || $0 == "\n" }
      #expect(!body.contains { $0.unicodeScalars.contains(where: \.steersTerminal) }, "\(quoted)")
    }
  }

  @Test(arguments: [
    ("/p/a b.qcow2", "/p/a b.qcow2"), (#"a"b\c"#, #"a\"b\\c"#), ("a\n\t\r", #"a\n\t\r"#),
    ("ü", #"\u00FC"#), ("😀", #"\uD83D\uDE00"#), ("\u{7f}", #"\u007F"#), ("\u{1}", #"\u0001"#),
  ])
  func `a name is looked for as qemu-img prints it`(name: String, json: String) {
    #expect(QemuJSON.escaped(PathBytes(name.utf8)) == json)
  }

  @Test func `qemu-img shows what is no UTF-8 as one sign that stands for it`() {
    #expect(QemuJSON.escaped(PathBytes([0x61, 0xff])) == #"a\uFFFD"#)
  }
}
