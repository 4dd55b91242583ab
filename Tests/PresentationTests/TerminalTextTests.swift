import Model
import Testing

@testable import Presentation

@Suite struct TerminalTextTests {
  @Test func `control and bidirectional characters are shown`() {
    #expect(TerminalText.escaped("a\u{1b}[31mb\n\u{7f}\u{9b}") == "a\\x1b[31mb\\x0a\\x7f\\u{009b}")
    #expect(TerminalText.escaped("x\u{202e}gpj.exe\u{61c}") == "x\\u{202e}gpj.exe\\u{061c}")
  }

  @Test func `text that is harmless stays as it is`() {
    #expect(TerminalText.escaped("C:\\disks\\é 磁盘") == "C:\\disks\\é 磁盘")
    #expect(TerminalText.escaped(PathBytes("C:\\disks".utf8)) == "C:\\disks")
  }

  @Test func `bytes that are not UTF-8 are shown, and backslashes beside them doubled`() {
    #expect(TerminalText.escaped(PathBytes([0x61, 0x5c, 0xff, 0x0a])) == "a\\\\\\xff\\x0a")
  }

  @Test func `backslashes are doubled beside a control character too`() {
    #expect(TerminalText.escaped(PathBytes("a\\x1b\u{1b}".utf8)) == "a\\\\x1b\\x1b")
  }

  @Test func `a path that is shown escaped can be given back`() {
    for text in ["a\\x1b\u{1b}", "n\u{202e}m\\", "\u{9b}é"] {
      let path = PathBytes(text.utf8)
      #expect(PathBytes(escaped: TerminalText.escaped(path)) == path)
    }
  }

  @Test func `East Asian characters take two columns, marks none`() {
    #expect("abc".displayWidth == 3)
    #expect("磁盘".displayWidth == 4)
    #expect("e\u{301}é".displayWidth == 2)
    #expect("한글".displayWidth == 4)
    #expect("👾".displayWidth == 2)
    #expect("\u{200b}x".displayWidth == 1)
  }

  @Test func `a path is cut in the middle`() {
    let path = "/var/lib/libvirt/images/customers/web.qcow2"
    #expect(path.cutInTheMiddle(to: 20, mark: "…") == "/var/li…rs/web.qcow2")
    #expect(path.cutInTheMiddle(to: 43, mark: "…") == path)
    #expect(path.cutInTheMiddle(to: 0, mark: "…") == "/…2")
  }

  @Test func `a cut never makes wide text too wide`() {
    let path = "/磁盘/磁盘磁盘磁盘磁盘/磁盘.qcow2"
    for width in 4...33 {
      #expect(path.cutInTheMiddle(to: width, mark: "…").displayWidth <= width)
    }
  }

  @Test func `text is broken at spaces`() {
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("one two three".wrapped(to: nil) == ["one two three"])
    #expect("immeasurable x".wrapped(to: 4) == ["immeasurable", "x"])
  }

  @Test func `a command is not broken over two lines`() {
    #expect(
      "for 3 days; backstory repair --cause 165".wrapped(to: 30)
        == ["for 3 days;", "backstory repair --cause 165"])
    #expect(
      "it is dirty; run 'qemu-img check -r all x', then scan again".wrapped(to: 34)
        == ["it is dirty; run", "'qemu-img check -r all x', then", "scan again"])
    #expect(
      "backstory list; and then a word".wrapped(to: 20)
        == ["backstory list; and", "then a word"])
    #expect("qemu-img cannot write it".wrapped(to: 12) == ["qemu-img", "cannot write", "it"])
  }
}

@Suite struct HumanWordsTests {
  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (200_704, "196 KiB"),
      (1_077, "1.05 KiB"),
      (1_048_064, "1 MiB"), (1_288_490_188, "1.2 GiB"), (21_474_836_480, "20 GiB"),
      (18_446_744_073_709_551_615, "16 EiB"),
    ] as [(UInt64, String)])
  func `sizes have three digits and a binary unit`(bytes: UInt64, text: String) {
    #expect(HumanWords.size(bytes) == text)
  }

  @Test func `thousands are set apart`() {
    #expect(HumanWords.number(0) == "0")
    #expect(HumanWords.number(999) == "999")
    #expect(HumanWords.number(1_234_567) == "1,234,567")
    #expect(HumanWords.number(Int64.min) == "-9,223,372,036,854,775,808")
  }

  @Test(
    arguments: [
      (-5, "0 ms"), (40, "40 ms"), (2100, "2.1 s"), (300_000, "5 minutes"),
      (7_200_000, "2 hours"), (1_036_800_000, "12 days"),
    ] as [(Int64, String)])
  func `a length of time has one unit`(milliseconds: Int64, text: String) {
    #expect(HumanWords.duration(milliseconds: milliseconds) == text)
  }
}

@Suite struct EscapedPathTests {
  @Test func `what is no escape is refused`() {
    for text in ["\\", "\\x", "\\xg0", "\\u", "\\u{}", "\\u{d800}", "\\u{110000}", "\\n"] {
      #expect(PathBytes(escaped: text) == nil)
    }
  }

  @Test func `a character's number is taken for the character`() {
    #expect(PathBytes(escaped: "a\\u{202e}b") == PathBytes("a\u{202e}b".utf8))
  }
}

@Suite struct ProgressTextTests {
  private let terminal = Style(width: 60, hasColor: true, hasUnicode: true)

  @Test func `progress says how many, how fast and where`() {
    #expect(
      ProgressText.line(files: 12_400, seconds: 0.4, place: "/srv/pool", style: terminal)
        == "12,400 files, 31,000/s  /srv/pool")
  }

  @Test func `progress says no speed before there is one`() {
    #expect(
      ProgressText.line(files: 1, seconds: 0, place: "/srv", style: terminal) == "1 file  /srv")
  }

  @Test(arguments: [
    (ScanPhase.reconcile, "12,400 files, comparing with what was known"),
    (.judge, "12,400 files, judging links and chains"), (.write, "12,400 files, writing"),
  ])
  func `after the walk progress says what is done`(phase: ScanPhase, line: String) {
    #expect(
      ProgressText.line(
        phase: phase, files: 12_400, seconds: 9, place: "/srv/pool", style: terminal) == line)
  }

  @Test func `progress always fits its line`() {
    let long = PathBytes(("/srv/\u{1b}" + String(repeating: "customer/", count: 30)).utf8)
    let text = ProgressText.line(
      files: 9_000_000_000_000_000, seconds: 1e-300, place: long, style: terminal)
    #expect(text.displayWidth == 59)
    #expect(!text.contains("\u{1b}"))
    let narrow = Style(width: 20, hasColor: false, hasUnicode: false)
    #expect(
      ProgressText.line(files: 12_400, seconds: 1, place: long, style: narrow).hasPrefix("12,400"))
  }
}
