import Foundation
import Testing

/// What becomes of the fleet when a program is killed, and when what it is given was made by an enemy or by chance.
@Suite struct FleetFaultTests {
  private let host: FleetHost
  private let centre: FleetCentre

  init() throws {
    host = try FleetHost("kvm01")
    centre = try FleetCentre()
    try host.image("base.qcow2")
    try host.image("top.qcow2", over: "base.qcow2")
    try host.image("lost.qcow2")
    try host.scan()
  }

  /// Runs a line of the shell with the centre's programs.
  private func shell(_ line: String) throws -> Run {
    try Program.shell(
      "export BACKSTORY_FLEET='\(centre.connection)' TMPDIR=\"$PWD/temporary\" FLEET='\(Program.built("backstory-fleet"))'\n"
        + line, in: host.folder)
  }

  @Test func `What a killed import left in the temporary folder the next one removes`() throws {
    _ = try host.bundle()
    let run = try shell(
      """
      mkdir -p temporary
      (head -c 100 bundle; exec sleep 30 2>/dev/null) | "$FLEET" import - & import=$!
      for wait in $(seq 100); do ls temporary/backstory-bundle-*/packed >/dev/null 2>&1 && break; sleep 0.1; done
      "$FLEET" import bundle >/dev/null && ls temporary | wc -l
      kill -9 "$import"; touch -d '10 minutes ago' temporary/*
      mkdir -m 755 temporary/backstory-bundle-of-others; touch -d '10 minutes ago' temporary/backstory-bundle-of-others
      "$FLEET" import bundle >/dev/null; ls temporary
      """)
    // One that is being filled is let alone, however old; and what others may have made.
    #expect(run.output == "1\nbackstory-bundle-of-others\n", "\(run.complaint)")
  }

  @Test func `An import that is killed leaves all or nothing, and goes on as if it had not been`()
    throws
  {
    for number in 0..<40 { try host.image("image\(number).qcow2") }
    try host.scan()
    _ = try host.bundle("--full")
    let run = try shell(
      """
      mkdir -p temporary
      for delay in 0.02 0.05 0.1 0.15 0.2 0.25 0.3 0.35 0.4 0.5; do
        timeout -s KILL "$delay" "$FLEET" import bundle >/dev/null 2>&1
        psql -qXAt "$BACKSTORY_FLEET" -c 'SELECT count(*) FROM backstory.place; SELECT count(*) FROM backstory.source' | paste -sd ' '
      done | sort -u
      "$FLEET" import bundle
      """)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.dropLast(2).allSatisfy { $0 == "0 0" || $0 == "43 1" }, "\(lines)")
    #expect(lines.last?.hasPrefix("acknowledged ") == true, "\(run.complaint)")
    #expect(try centre.sql("SELECT count(*) FROM place") == "43")
    #expect(try centre.sql("SELECT count(*) FROM source") == "1")
  }

  @Test func `Bytes that flip by chance are refused or taken whole, and nothing crashes`() throws {
    _ = try host.bundle()
    try FleetHost.alter("bundle", "VACUUM", in: host.folder)
    let good = Array(try Data(contentsOf: host.folder.url("bundle")))
    var numbers = SameNumbers(state: 7)
    for seed in 0..<12 {
      var bytes = good
      for _ in 0..<[1, 1, 4, 40][seed % 4] {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
      }
      if seed % 5 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &numbers)) }
      try host.folder.write(bytes, "bad")
      let fresh = try FleetCentre()
      let run = try fresh.ask("import", host.folder.url("bad").path)
      if run.code == 0 {
        #expect(try fresh.sql("SELECT count(*) FROM source") == "1")
        for question in ["check", "list", "orphans", "log", "status"] {
          #expect(try fresh.ask(question).code != 1, "\(seed): \(question)")
        }
      } else {
        #expect(run.code == 1, "\(seed)")
        #expect(run.complaint.hasPrefix("backstory-fleet: "), "\(seed): \(run.complaint)")
        #expect(try fresh.sql("SELECT count(*) FROM source") == "0", "\(seed)")
      }
    }
  }

  @Test func `Tables of an older version are brought up to date, with what is in them`() throws {
    #expect(try centre.ask("import", "--source", "kvm01", try host.bundle()).code == 0)
    _ = try centre.sql(
      """
      UPDATE reference SET detail = unpacked(detail) WHERE detail IS NOT NULL; DROP INDEX reference_elsewhere;
      DROP VIEW fleet_scans, fleet_findings_by_scan, fleet_open_findings, own_finding; DROP FUNCTION unpacked;
      ALTER TABLE reference ALTER COLUMN detail TYPE text; DROP DOMAIN packed_json;
      CREATE FUNCTION view_images(integer, integer) RETURNS void LANGUAGE sql AS 'SELECT';
      DELETE FROM schema_version WHERE version = 6
      """)
    #expect(try centre.ask("check").complaint.contains("run 'backstory-fleet migrate'"))
    #expect(try centre.ask("migrate").code == 0)
    #expect(try centre.ask("list", "--output", "json").objects.count == 3)
    #expect(try centre.ask("check").code == 0)
  }
}

/// Numbers that are the same in every run.
private struct SameNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
