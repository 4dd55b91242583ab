import Database
import DiskImage
import Model
import Query
import Record
import ScriptedNights
import Sighting
import Testing

/// The first scan of a database is written in bulk, all others incrementally; what is written is the same.
@Suite struct FirstScanTests {
  /// Everything that is true now, row for row, but for the numbers of scans and images: an image is
  /// told by the first of its names, a directory by its path.
  private static let questions = [
    "SELECT path FROM directory ORDER BY path",
    """
    SELECT path, until_scan IS NULL, pool, filesystem, DIRECTORY(canonical), is_mount_point
    FROM directory_state JOIN directory ON id = directory ORDER BY path
    """,
    "SELECT DIRECTORY(directory), name, until_scan IS NULL, IMAGE(image), signature FROM place ORDER BY 1, 2",
    "SELECT IMAGE(id), filesystem, inode, birth_time, sample, content FROM image ORDER BY 1",
    """
    SELECT IMAGE(image), until_scan IS NULL, kind, format, content, virtual_size, cluster_size,
      is_encrypted, is_dirty, is_corrupt, unknown_feature, fault, json, header_digest, own_uuid,
      own_mark, parent_mark
    FROM image_state LEFT JOIN image_detail ON image_detail.id = detail ORDER BY 1
    """,
    """
    SELECT IMAGE(image), until_scan IS NULL, file_size, actual_size, modified, changed, is_in_use,
      is_readable
    FROM file_state ORDER BY 1
    """,
    """
    SELECT coalesce(IMAGE(holder), holder), ordinal, until_scan IS NULL, role, stored, recorded_format,
      format_in_reference, detail
    FROM reference ORDER BY 1, 2
    """,
    """
    SELECT coalesce(IMAGE(holder), holder), ordinal, until_scan IS NULL, DIRECTORY(directory), name,
      IMAGE(target_image), is_backing, state
    FROM link ORDER BY 1, 2
    """,
    """
    SELECT kind, coalesce(IMAGE(holder), holder), ordinal, severity, until_scan IS NULL, last_good IS NULL, detail,
      json_extract(cause, '$.kind')
    FROM finding ORDER BY 1, 2, 3
    """,
    "SELECT name, until_scan IS NULL, link_text, DIRECTORY(target_directory), target_name FROM alias ORDER BY 1",
    "SELECT IMAGE(image), until_scan IS NULL, last_user FROM unused ORDER BY 1",
    "SELECT name, uuid, until_scan IS NULL, source, is_running FROM domain JOIN domain_state ON id = domain",
    "SELECT images, state FROM pool_scan ORDER BY scan DESC LIMIT 1",
    """
    SELECT state, images, has_domains, is_whole, unreadable, findings_open FROM scan
    ORDER BY id DESC LIMIT 1
    """,
  ]

  private func everything(
    _ pool: ScriptedPool, _ questions: [String] = questions
  ) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    for question in questions {
      rows.append([.text(question)])
      try pool.view().rows(sql: Self.spelledOut(question)) { rows.append($0.cells) }
    }
    return rows
  }

  /// `IMAGE(x)` and `DIRECTORY(x)` as the queries that they stand for.
  private static func spelledOut(_ question: String) -> String {
    question.replacing(/IMAGE\((\w+)\)/) {
      "(SELECT min(named.name) FROM place AS named WHERE named.image = \($0.1))"
    }.replacing(/DIRECTORY\((\w+)\)/) {
      "(SELECT named.path FROM directory AS named WHERE named.id = \($0.1))"
    }
  }

  private func domains(of pool: ScriptedPool) -> [SeenDomain] {
    [("vm1", "i1", true), ("vm2", "notes", false), ("vm3", "i2", false)].map { name, disk, runs in
      let source = PathBytes("/etc/libvirt/qemu/\(name).xml".utf8)
      var use = DomainUse(document: .definition, source: source, part: "source")
      use.target = "vda"
      use.device = "disk"
      var target = ReferenceTarget()
      target.path = ScriptedPool.root.appending(disk.utf8).bytes
      return SeenDomain(
        name: name, uuid: nil, source: source, document: .definition, isRunning: runs,
        references: [.init(role: .disk, target: target, format: "qcow2", use: use)])
    }
  }

  @Test(arguments: Seeds.first(6), [true, false])
  func `a first scan writes the rows that a later one would`(seed: UInt64, hasDomains: Bool) throws
  {
    var numbers = SeededNumbers(seed: seed)
    let (direct, ordinary) = (try ScriptedPool(), try ScriptedPool())
    let files = direct.randomFiles(&numbers)
    let aliases = [
      SeenAlias(name: Array("i38".utf8), linkText: Array("i2".utf8), target: "/pool/i2"),
      SeenAlias(name: Array("i39".utf8), linkText: Array("gone".utf8), target: nil),
    ]
    let domains = hasDomains ? domains(of: direct) : nil
    for pool in [direct, ordinary] { pool.outside = ["/out/i3", "/out/i4"] }
    // An image that nothing has to do with makes the next scan an ordinary one.
    let stranger = direct.image("stranger", inode: 9999)
    try ordinary.scan([stranger])
    try ordinary.scan(files, aliases: aliases, domains: domains)
    try direct.scan([stranger] + files, aliases: aliases, domains: domains)
    let (mine, theirs) = (try everything(direct), try everything(ordinary))
    #expect(mine.count == theirs.count, "seed \(seed)")
    for (one, other) in zip(mine, theirs) { #expect(one == other, "seed \(seed)") }
    #expect(try Inventory(reading: direct.file).verify() == [], "seed \(seed)")
  }

  /// What is counted and noted with a scan, and so differs between a first one and another.
  private static let ofTheScan = [
    """
    SELECT id, state, images, added, removed, moved, changed, replaced, unchanged, unreadable, findings_open,
      findings_opened, findings_closed, is_counted, longest_chain, has_domains, is_whole, sees_users
    FROM scan
    """,
    "SELECT scan, IMAGE(image) FROM scan_change ORDER BY 1, 2",
    "SELECT pool, format, from_scan, images, actual_size, home_images, home_size FROM holding ORDER BY 1, 2, 3",
    "SELECT IMAGE(image), from_scan, strength FROM awaited ORDER BY 1",
    "SELECT IMAGE(image), from_scan FROM unused ORDER BY 1",
  ]

  @Test(arguments: [21, 22, 23] as [UInt64], [true, false])
  func `a first scan writes the same rows in bulk and incrementally`(
    seed: UInt64, hasDomains: Bool
  ) throws {
    var numbers = SeededNumbers(seed: seed)
    let (bulk, incremental) = (try ScriptedPool(), try ScriptedPool())
    bulk.isFirstInBulk = true
    incremental.isFirstInBulk = false
    let files = bulk.randomFiles(&numbers)
    let domains = hasDomains ? domains(of: bulk) : nil
    for pool in [bulk, incremental] {
      pool.outside = ["/out/i3", "/out/i4"]
      try pool.scan(files, domains: domains)
    }
    let questions = Self.questions + Self.ofTheScan
    let (mine, theirs) = (try everything(bulk, questions), try everything(incremental, questions))
    #expect(mine.count == theirs.count, "seed \(seed)")
    for (one, other) in zip(mine, theirs) { #expect(one == other, "seed \(seed)") }
    #expect(try Inventory(reading: incremental.file).verify() == [], "seed \(seed)")
  }

  @Test func `the night after a first scan is the same whichever way that was written`() throws {
    var numbers = SeededNumbers(seed: 77)
    let (direct, ordinary) = (try ScriptedPool(), try ScriptedPool())
    let stranger = direct.image("stranger", inode: 9999)
    let before = direct.randomFiles(&numbers)
    let after = direct.randomFiles(&numbers).prefix(15)
    try ordinary.scan([stranger])
    try ordinary.scan(before)
    try direct.scan([stranger] + before)
    for pool in [direct, ordinary] { try pool.scan(Array(after), gone: ["i30", "i35", "notes"]) }
    let (mine, theirs) = (try everything(direct), try everything(ordinary))
    #expect(mine.count == theirs.count)
    for (one, other) in zip(mine, theirs) { #expect(one == other) }
  }
}
