import Foundation
import Testing

/// `export` and `send`: what goes to a centre, and what does not.
@Suite(RealPool.needsQemuImg) struct ExportTests {
  private let pool: RealPool

  init() throws {
    pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.scan()
  }

  /// Runs a line of the shell in the pool's folder, in which `$B` asks the database.
  private func shell(_ line: String) throws -> Run {
    try Program.shell(
      """
      export BACKSTORY_DB=$PWD/db.sqlite BACKSTORY_CONFIG=$PWD/fleet.toml PATH=$PWD/bin:$PATH
      unpacked() { zstd -dcq "$1" >"$1.sqlite" && sqlite3 "$1.sqlite" "$2"; }
      token() { sqlite3 -readonly db.sqlite "SELECT lower(hex(token)) FROM scan WHERE id = $1"; }
      \(line)
      """, in: pool.folder)
  }

  private func grow(_ name: String) throws {
    try pool.image(name, "-b base.qcow2 -F qcow2")
    try pool.scan()
  }

  private static let span = "SELECT from_scan, to_scan, generation FROM bundle"

  @Test func `a bundle is written to a pipe or a file, whole or not at all`() throws {
    try shell(#": >fleet.toml"#).succeeded()
    let piped = try shell(#""$BACKSTORY" export >piped && unpacked piped "\#(Self.span)""#)
    #expect(piped.output == "0|1|1\n", "\(piped.complaint)")
    #expect(piped.complaint.contains("everything up to scan 1"))
    let filed = try shell(
      #"echo old >file && "$BACKSTORY" export --to file && unpacked file "\#(Self.span)" && stat -c %a file"#
    )
    #expect(filed.output == "0|1|1\n600\n", "\(filed.complaint)")
    let refused = try shell(
      #"mkfifo fifo; "$BACKSTORY" export --to fifo; "$BACKSTORY" export --to no/file; ls -A | grep -c new"#
    )
    #expect(refused.output == "0\n")
    #expect(refused.complaint.contains("cannot replace") && refused.complaint.contains("no/file"))
    let full = try shell(#""$BACKSTORY" export >/dev/full"#)
    #expect(
      full.code == 1 && full.complaint.contains("cannot write the output"), "\(full.complaint)")
    let nowhere = try shell(#"TMPDIR=$PWD/nowhere "$BACKSTORY" export >x"#)
    #expect(nowhere.code == 1 && nowhere.complaint.contains("TMPDIR"))
    #expect(
      try shell("mkdir tmp; TMPDIR=$PWD/tmp \"$BACKSTORY\" export >x; ls -A tmp").output == "")
  }

  @Test func `a terminal gets no bundle`() throws {
    try shell(": >fleet.toml").succeeded()
    let run = try shell(#"script -qec "'$BACKSTORY' export" /dev/null </dev/null"#)
    #expect(run.code == 1)
    #expect(run.output.contains("nothing for a terminal"), "\(run.output)")
  }

  @Test func `it is packed by what there is`() throws {
    let run = try shell(
      """
      : >fleet.toml; mkdir only; ln -s "$(command -v gzip)" only/
      PATH=$PWD/only "$BACKSTORY" export >packed; PATH=/nonexistent "$BACKSTORY" export >plain
      gzip -dc <packed | head -c 15; head -c 15 plain
      """)
    #expect(run.output == "SQLite format 3SQLite format 3", "\(run.complaint)")
  }

  @Test func `a bundle stands on a scan, by its token`() throws {
    try shell(": >fleet.toml").succeeded()
    try grow("second.qcow2")
    try grow("third.qcow2")
    let since = try shell(
      #""$BACKSTORY" export --since $(token 2) --to b && unpacked b "\#(Self.span); SELECT count(*) FROM place""#
    )
    #expect(since.output == "2|3|1\n1\n", "\(since.complaint)")
    let noted = try shell(
      #""$BACKSTORY" export --acknowledged $(token 1) && "$BACKSTORY" export --to b && unpacked b "\#(Self.span)""#
    )
    #expect(noted.output == "1|3|1\n", "\(noted.complaint)")
    let stranger = try shell(
      #""$BACKSTORY" export --since 00112233445566778899aabbccddeeff --to b"#)
    #expect(stranger.code == 1)
    #expect(stranger.complaint.contains("put back from a copy"))
    #expect(stranger.complaint.contains("--new-generation"))
    let anew = try shell(
      #""$BACKSTORY" export --new-generation --to b && unpacked b "\#(Self.span)""#)
    #expect(anew.output == "0|3|2\n", "\(anew.complaint)")
    for line in [
      "--since nonsense", "--since $(token 1) --full", "--acknowledged $(token 1) --full",
      "--acknowledged 00112233445566778899aabbccddeeff",
    ] { #expect(try shell(#""$BACKSTORY" export \#(line) >b"#).code == 1, "\(line)") }
  }

  /// A centre, and the ssh that reaches it: it keeps what it gets, and answers as a shell function says.
  private func centre(_ answer: String) throws {
    try shell(
      """
      printf '[fleet]\\ndestination = "ssh://fleet@centre:2222"\\n' >fleet.toml
      mkdir -p bin && cat >bin/ssh <<'SSH'
      #!/bin/sh
      echo "$@" >words
      zstd -dcq >got.sqlite || exit 255
      taken() { sqlite3 got.sqlite "SELECT lower(hex(to_token)) FROM bundle"; }
      sqlite3 got.sqlite "\(Self.span)" >>spans
      \(answer)
      SSH
      chmod +x bin/ssh
      """
    ).succeeded()
  }

  @Test func `what was sent is remembered by what the centre says`() throws {
    try centre(#"echo merged 7 rows; echo acknowledged $(taken)"#)
    let first = try shell(#""$BACKSTORY" send; cat words spans"#)
    #expect(
      first.output
        == "-T -o BatchMode=yes -p 2222 -- fleet@centre backstory-fleet import -\n0|1|1\n",
      "\(first.complaint)")
    #expect(first.complaint.contains("merged 7 rows"))
    try grow("second.qcow2")
    try centre("echo 'the disk is full' >&2; exit 1")
    let failed = try shell(#""$BACKSTORY" send"#)
    #expect(failed.code == 1)
    #expect(failed.complaint.contains("the disk is full"))
    #expect(failed.complaint.contains("sent again the next time"))
    try grow("third.qcow2")
    // An answer that never came, and one that is another's, are none.
    try centre("exit 0")
    #expect(try shell(#""$BACKSTORY" send"#).code == 1)
    try centre("echo acknowledged 00112233445566778899aabbccddeeff")
    #expect(try shell(#""$BACKSTORY" send"#).code == 1)
    try centre(#"echo acknowledged $(taken)"#)
    let both = try shell(#": >spans; "$BACKSTORY" send && "$BACKSTORY" send; cat spans"#)
    #expect(both.output == "1|3|1\n3|3|1\n", "\(both.complaint)")
  }

  @Test func `a centre that was put back from a copy gets what it lacks`() throws {
    try grow("second.qcow2")
    try grow("third.qcow2")
    try centre(#"echo acknowledged $(taken)"#)
    #expect(try shell(#""$BACKSTORY" send"#).code == 0)
    let first = try shell("token 1").output.trimmingCharacters(in: .newlines)
    let older = """
      case $(tail -n 1 spans) in
      "1|"*) echo acknowledged $(taken) ;;
      *) echo expected \(first); exit 1 ;;
      esac
      """
    try centre(older)
    let run = try shell(#": >spans; "$BACKSTORY" send && cat spans"#)
    #expect(run.output == "3|3|1\n1|3|1\n", "\(run.complaint)")
    try centre(
      #"test "$(tail -n 1 spans)" = "0|3|1" || { echo expected nothing; exit 1; }; echo acknowledged $(taken)"#
    )
    let empty = try shell(#": >spans; "$BACKSTORY" send && cat spans"#)
    #expect(empty.output == "3|3|1\n0|3|1\n", "\(empty.complaint)")
    try centre("echo expected 00112233445566778899aabbccddeeff; exit 1")
    let stranger = try shell(#""$BACKSTORY" send"#)
    #expect(stranger.code == 1 && stranger.complaint.contains("--new-generation"))
    try centre(#"echo acknowledged $(taken)"#)
    let anew = try shell(#": >spans; "$BACKSTORY" send --new-generation && cat spans"#)
    #expect(anew.output == "0|3|2\n", "\(anew.complaint)")
  }

  @Test func `a destination is an address of ssh, and nothing to a shell`() throws {
    for text in [
      "fleet@centre", "https://centre", "ssh://", "ssh://-oProxyCommand=x", "ssh://a@-b",
      "ssh://a@b@c", "ssh://a b", "ssh://a;id", "ssh://a:port", "ssh://a/x", "ssh://$(id)",
    ] {
      try pool.folder.write(Array("[fleet]\ndestination = '\(text)'\n".utf8), "fleet.toml")
      let run = try shell(#""$BACKSTORY" send"#)
      #expect(
        run.code == 1 && run.complaint.contains("write ssh://USER@HOST"),
        "\(text): \(run.complaint)")
    }
    try pool.folder.write([], "fleet.toml")
    #expect(try shell(#""$BACKSTORY" send"#).complaint.contains("nowhere to send to"))
  }

  @Test func `prune keeps what the centre does not have, for a while`() throws {
    for name in ["b", "c", "d"] { try grow("\(name).qcow2") }
    try centre("exit 1")
    let scans = #""$BACKSTORY" scans --output csv | cut -d, -f1 | grep -c '^[0-9]'"#
    try shell(#""$BACKSTORY" export --acknowledged $(token 2)"#).succeeded()
    #expect(try shell(#""$BACKSTORY" prune --keep-last 1 >/dev/null && \#(scans)"#).output == "3\n")
    try shell("printf 'keep-unsent = \"0h\"\\n' >>fleet.toml").succeeded()
    #expect(try shell(#""$BACKSTORY" prune --keep-last 1 >/dev/null && \#(scans)"#).output == "1\n")
    let rest = try shell(#""$BACKSTORY" export --to b && unpacked b "\#(Self.span)""#)
    #expect(rest.output == "0|4|1\n", "\(rest.complaint)")
    let forgotten = try shell(#""$BACKSTORY" export --since $(token 2) >b"#)
    #expect(forgotten.code == 1 && forgotten.complaint.contains("--full"), "\(forgotten.complaint)")
  }
}

extension ExportTests {
  /// What links to a file outside the pools say of it, from when to when.
  private func targets(of image: Int) throws -> String {
    try shell(
      """
      sqlite3 -readonly db.sqlite "SELECT link.from_scan, link.until_scan, link.state, identity, target_inode
        FROM link LEFT JOIN filesystem ON filesystem.id = target_filesystem WHERE holder = \(image) ORDER BY 1"
      """
    ).output
  }

  @Test func `a file outside the pools is known by its file system and number`() throws {
    try pool.shell("qemu-img create -q -f qcow2 ../outside.qcow2 1M")
    try pool.scan()
    try pool.image("far.qcow2", "-b ../outside.qcow2 -F qcow2")
    try pool.scan()
    func inode() throws -> String { try shell("stat -c %i outside.qcow2").output }
    let identity = try shell(
      "sqlite3 -readonly db.sqlite 'SELECT identity FROM filesystem LIMIT 1'"
    ).output.trimmingCharacters(in: .newlines)
    func row(_ span: String) throws -> String {
      "\(span)|outside-pools|\(identity)|\(try inode())"
    }
    let holder = try shell(
      "sqlite3 -readonly db.sqlite \"SELECT image FROM place WHERE name = CAST('far.qcow2' AS BLOB)\""
    )
    #expect(holder.output == "3\n")
    try pool.scan()
    let first = try row("3|")
    #expect(try targets(of: 3) == first, "the second scan finds what the first did")
    let history = try pool.backstory("history", "pool/far.qcow2").output
    try pool.shell("cp ../outside.qcow2 ../other && mv ../other ../outside.qcow2")
    try pool.scan()
    #expect(try targets(of: 3) == first.replacing("3||", with: "3|5|") + row("5|"))
    #expect(try pool.backstory("history", "pool/far.qcow2").output == history)
    try pool.shell("rm ../outside.qcow2")
    try pool.scan()
    #expect(try targets(of: 3).hasSuffix("6||missing||\n"))
  }
}

extension Run {
  /// Expects that it ended well.
  fileprivate func succeeded() { #expect(code == 0, "\(complaint)") }
}
