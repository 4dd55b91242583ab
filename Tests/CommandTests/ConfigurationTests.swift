import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct ConfigurationTests {
  /// A pool with a configuration beside it that names it.
  private func configured(_ text: String = "") throws -> RealPool {
    let pool = try RealPool()
    try configure(
      pool,
      "database = \"\(pool.folder.url("db.sqlite").path)\"\n\(text)\n"
        + "[[pool]]\nname = \"main\"\npath = \"\(pool.path)\"\n")
    return pool
  }

  private func configure(_ pool: RealPool, _ text: String) throws {
    try pool.folder.write(Array(text.utf8), "b.toml")
    try pool.shell("chmod 600 ../b.toml")
  }

  private func run(_ pool: RealPool, _ arguments: String...) throws -> Run {
    try Program.run(arguments, in: pool.folder, environment: ["BACKSTORY_CONFIG": "b.toml"])
  }

  @Test(.enabled(if: getuid() == 0, "only root can become another user"))
  func `a home that may not be entered has no configuration`() throws {
    let pool = try RealPool()
    try pool.image("base.qcow2")
    try pool.shell("chmod 755 .. . && chmod 644 * && mkdir ../home ../own")
    try pool.shell("chmod 700 ../home && chown 65534 ../own && chmod 700 ../own")
    let ask = """
      HOME=$PWD/home setpriv --reuid 65534 --regid 65534 --clear-groups \
        "$BACKSTORY" scan pool --db own/db.sqlite --output json
      """
    let run = try Program.shell(ask, in: pool.folder)
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.count("images") == 1)
    // One that is named has to be read.
    let named = try Program.shell("BACKSTORY_CONFIG=home/b.toml " + ask, in: pool.folder)
    #expect(named.code == 1)
    #expect(named.complaint.contains("permission denied"))
  }

  @Test func `scan takes pools, database and limits from the configuration`() throws {
    let pool = try configured("[scan]\nexclude = [\"*.tmp\"]\nmax-depth = 1")
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    try pool.shell("cp base.qcow2 a.tmp")
    let scan = try run(pool, "scan", "--output", "json")
    #expect(scan.code == 0, "\(scan.complaint)")
    #expect(scan.count("images") == 2)
    #expect(((scan.object["pools"] as? [[String: Any]])?.first)?["name"] as? String == "main")
    #expect(try pool.findings() == ["chain-too-deep top.qcow2"])
    #expect(try run(pool, "list", "--output", "json").objects.count == 2)
  }

  @Test func `a pool is the configuration's while that or nobody names it`() throws {
    let pool = try configured()
    try pool.image("base.qcow2")
    func origins(_ arguments: String...) throws -> [String] {
      #expect(try run(pool, "scan").code == 0)
      return try Program.run(
        ["scan"] + arguments, in: pool.folder, environment: ["BACKSTORY_CONFIG": "b.toml"]
      ).code == 0
        ? try run(pool, "sql", "SELECT name || ' ' || origin AS pool FROM pool", "--output", "json")
          .objects.compactMap { $0["pool"] as? String } : []
    }
    #expect(try origins() == ["main configuration"])
    #expect(try origins("\(pool.path)/base.qcow2") == ["main configuration"])
    #expect(try origins("--pool", "mine=\(pool.path)") == ["mine argument"])
    #expect(try origins() == ["main configuration"])
  }

  @Test func `an option goes before the configuration`() throws {
    let pool = try configured("[scan]\nmax-depth = 1")
    try pool.image("base.qcow2")
    try pool.image("top.qcow2", "-b base.qcow2 -F qcow2")
    #expect(try run(pool, "scan", "--max-depth", "9").code == 0)
    #expect(try pool.findings() == [])
  }

  @Test func `a pool that is not there yet is unavailable, and the others are scanned`() throws {
    let pool = try configured("[[pool]]\nname = \"later\"\npath = \"/nonexistent/pool\"")
    try pool.image("base.qcow2")
    let scan = try run(pool, "scan", "--output", "json")
    #expect(scan.code == 3)
    #expect(scan.count("images") == 1)
  }

  @Test func `while a viewer is not seen no image is called an orphan`() throws {
    let pool = try RealPool()
    try pool.image("used.qcow2")
    try pool.image("idle.qcow2")
    try pool.shell("mkdir ../one ../two")
    let domain =
      "<domain type='qemu'><name>a</name><devices><disk type='file' device='disk'>"
      + "<driver name='qemu' type='qcow2'/><source file='\(pool.path)/used.qcow2'/>"
      + "<target dev='vda'/></disk></devices></domain>"
    try pool.folder.write(Array(domain.utf8), "one/a.xml")
    let viewers = ["one", "two"].map { "\"\(pool.folder.url($0).path)\"" }
    try configure(
      pool,
      "database = \"\(pool.folder.url("db.sqlite").path)\"\n"
        + "[[pool]]\nname = \"shared\"\npath = \"\(pool.path)\"\n"
        + "viewers = [\(viewers.joined(separator: ", "))]\n")
    for _ in 0..<3 { #expect(try run(pool, "scan").code == 3) }
    #expect(try run(pool, "orphans", "--output", "json").objects.isEmpty)
    // A host without domains says so with any file.
    try pool.shell("touch ../two/none")
    for _ in 0..<2 { #expect(try run(pool, "scan").code == 0) }
    let orphans = try run(pool, "orphans", "--output", "json").objects
    #expect(orphans.map { $0["filename"] as? String } == ["\(pool.path)/idle.qcow2"])
  }

  @Test func `config show says where every value comes from, and options go before`() throws {
    let pool = try configured("[scan]\njobs = 3")
    let file = pool.folder.url("b.toml").path
    func shown(_ run: Run) -> [String: String] {
      Dictionary(
        run.objects.map { ($0["key"] as? String ?? "", "\($0["value"] ?? "") \($0["from"] ?? "")") }
      ) { first, _ in first }
    }
    let held = shown(try run(pool, "config", "show", "--output", "json"))
    #expect(held["database"] == "\"\(pool.folder.url("db.sqlite").path)\" \(file):1")
    #expect(held["scan.jobs"] == "3 \(file):3")
    #expect(held["scan.grace"] == "2 default")
    #expect(held["pool.name"] == "\"main\" \(file):4")
    let given = shown(try run(pool, "config", "show", "--output", "json", "--db", "/x"))
    #expect(given["database"] == "\"/x\" --db")
    let named = try Program.run(
      "config", "show", "--config", "b.toml", "--output", "json", in: pool.folder,
      environment: ["BACKSTORY_DB": "/y"])
    #expect(shown(named)["database"] == "\"/y\" $BACKSTORY_DB")
  }

  @Test func `config check says everything that is wrong, others the first of it`() throws {
    let pool = try RealPool()
    try configure(pool, "databse = \"/x\"\n[scan]\njobs = true\n")
    let check = try run(pool, "config", "check")
    let file = pool.folder.url("b.toml").path
    #expect(check.code == 1)
    #expect(
      check.complaint == """
        backstory: \(file):1: there is no key 'databse'; did you mean 'database'?
        backstory: \(file):3: 'scan.jobs' is true; write a whole number from 1 to 1024

        """)
    let scan = try run(pool, "scan", pool.path)
    #expect(scan.code == 1)
    #expect(scan.complaint.hasSuffix(" (and 1 more; see 'backstory config check')\n"))
    try configure(pool, "[scan]\njobs = 2\n[output]\nmetrics = \"/tmp/backstory.txt\"\n")
    let passed = try run(pool, "config", "check")
    #expect(passed.code == 0 && passed.complaint.contains(".prom"))
    #expect(try Program.run("config", "check", "--config", "none", in: pool.folder).code == 1)
  }

  @Test(.enabled(if: getuid() == 0, "only root refuses what others could have written"))
  func `root does not follow a file that others can write`() throws {
    let pool = try configured()
    try pool.shell("chmod 664 ../b.toml")
    let run = try run(pool, "scan")
    #expect(run.code == 1)
    #expect(
      run.complaint.contains("b.toml: it is refused because user 0 owns it and its mode is 0664"))
  }

  @Test func `config keys lists every key`() throws {
    let keys = try Program.run("config", "keys", "--output", "json").objects
    #expect(keys.contains { $0["key"] as? String == "retention.keep-last" })
    #expect(keys.contains { $0["key"] as? String == "pool.viewers" })
  }

  @Test func `nightly scans, forgets and says one line`() throws {
    let pool = try configured("[retention]\nkeep-last = 2")
    try pool.image("base.qcow2")
    for _ in 0..<3 { #expect(try run(pool, "nightly").code == 0) }
    let night = try run(pool, "nightly")
    #expect(night.output == "")
    #expect(night.complaint.hasPrefix("scan 4 complete: 1 image in 1 pool, "))
    #expect(night.complaint.hasSuffix("; nothing changed; 0 findings open, 0 new, 0 closed\n"))
    #expect(try run(pool, "scans", "--output", "json").objects.count == 2)
  }

  @Test func `nightly goes on without a pool and says so, with priorities in the journal`() throws {
    let pool = try configured("[[pool]]\nname = \"later\"\npath = \"/nonexistent/pool\"")
    try pool.shell("qemu-img create -q -f qcow2 -u -b gone.qcow2 -F qcow2 top.qcow2 1M")
    let run = try Program.shell(
      "touch log; JOURNAL_STREAM=$(stat -c %d:%i log) BACKSTORY_CONFIG=b.toml \"$BACKSTORY\" nightly"
        + " 2>log; echo $?; cat log", in: pool.folder)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first == "3")
    #expect(lines.dropFirst().first?.hasPrefix("<4>pool 'later': ") == true)
    #expect(lines.last?.hasPrefix("<5>scan 1 partial: 1 image in 2 pools, ") == true)
    let bad = try Program.shell(
      "JOURNAL_STREAM=$(stat -c %d:%i log) \"$BACKSTORY\" nightly --config none 2>log; cat log",
      in: pool.folder)
    #expect(bad.output.hasPrefix("<3>backstory: "))
  }
}
