internal import Model

/// A key that a configuration may have: its name, what it holds and what it is for.
public struct SettingKey: Hashable, Sendable {
  /// The table in which it stands; empty for the top of the file.
  public let section: String
  /// Its name there, in kebab-case.
  public let name: String
  /// What it may hold.
  public let kind: SettingKind
  /// What it is for, in a sentence without a full stop.
  public let summary: String
  /// What holds where it is not given, where that is one value for everybody.
  public let fallback: SettingValue?

  init(
    _ section: String, _ name: String, _ kind: SettingKind, _ summary: String,
    fallback: SettingValue? = nil
  ) {
    self.section = section
    self.name = name
    self.kind = kind
    self.summary = summary
    self.fallback = fallback
  }

  /// `section.name`, as messages and `config show` call it.
  public var path: String { section.isEmpty ? name : section + "." + name }
}

extension SettingKey {
  /// Every key but those of a pool and of a rule, in the order in which they are shown.
  public static let all: [SettingKey] = [
    database, excludes, oneFileSystem, jobs, maxDepth, grace, graceAge, libvirt, libvirtRoot,
    domains,
    olderThan, keepLast, keepDaily, keepWeekly, keepMonthly, staleWarning, staleCritical, errors,
    warnings, metrics, report, notifyCommand, notifyMail, notifySendmail, notifyAlways,
    fleetDestination, keepUnsent,
    fleetDatabase, fleetMaxAge, fleetMaxBundle,
  ]

  /// The database.
  public static let database = SettingKey(
    "", "database", .path, "The database; $BACKSTORY_DB and --db take precedence")

  /// Names and paths that are passed over.
  public static let excludes = SettingKey(
    "scan", "exclude", .texts,
    "Names or paths to skip, as shell patterns",
    fallback: .texts([]))
  /// Whether a scan stays on the file system of each pool.
  public static let oneFileSystem = SettingKey(
    "scan", "one-file-system", .flag, "Stay on the file system of each pool",
    fallback: .flag(false))
  /// Threads that may wait for the disk.
  public static let jobs = SettingKey(
    "scan", "jobs", .number(1...1024), "The number of threads that may wait for the disk",
    fallback: .number(64))
  /// Images in a chain.
  public static let maxDepth = SettingKey(
    "scan", "max-depth", .number(1...Int64.max), "The most images that a chain may have",
    fallback: .number(16))
  /// Complete scans.
  public static let grace = SettingKey(
    "scan", "grace", .number(1...Int64.max), "Complete scans before an unused image is an orphan",
    fallback: .number(2))
  /// Time between the first and the last of them.
  public static let graceAge = SettingKey(
    "scan", "grace-age", .age, "The least time between the first and the last of those scans",
    fallback: .age(.halfADay))

  /// Whether libvirt's own files are read.
  public static let libvirt = SettingKey(
    "libvirt", "enabled", .flag, "Read pools, domains and snapshots from libvirt's own files",
    fallback: .flag(false))
  /// Where libvirt's files are.
  public static let libvirtRoot = SettingKey(
    "libvirt", "root", .path, "The root of libvirt's etc, run and var", fallback: .path("/"))
  /// Directories of domain XML.
  public static let domains = SettingKey(
    "libvirt", "domains", .paths, "Directories of domain XML", fallback: .paths([]))

  /// How long an orphan is unused before it is shown.
  public static let olderThan = SettingKey(
    "orphans", "older-than", .age, "Show only orphans that are unused for longer")

  /// The last so many scans.
  public static let keepLast = SettingKey(
    "retention", "keep-last", .number(0...Int64.max), "Keep this many of the last scans")
  /// The last scan of so many days.
  public static let keepDaily = SettingKey(
    "retention", "keep-daily", .number(0...Int64.max),
    "Keep the last scan of each of this many days")
  /// The last scan of so many weeks.
  public static let keepWeekly = SettingKey(
    "retention", "keep-weekly", .number(0...Int64.max),
    "Keep the last scan of each of this many weeks")
  /// The last scan of so many months.
  public static let keepMonthly = SettingKey(
    "retention", "keep-monthly", .number(0...Int64.max),
    "Keep the last scan of each of this many months")

  /// Age of the last complete scan that is a warning.
  public static let staleWarning = SettingKey(
    "monitor", "stale-warning", .age, "Warning if a pool has had no complete scan for longer",
    fallback: Age("36h").map { .age($0) })
  /// Age of the last complete scan that is critical.
  public static let staleCritical = SettingKey(
    "monitor", "stale-critical", .age, "Critical if a pool has had no complete scan for longer",
    fallback: Age("7d").map { .age($0) })
  /// Findings of severity error that are critical.
  public static let errors = SettingKey(
    "monitor", "errors", .number(1...Int64.max), "Critical from this many errors on",
    fallback: .number(1))
  /// Findings of severity warning that are a warning.
  public static let warnings = SettingKey(
    "monitor", "warnings", .number(1...Int64.max), "Warning from this many warnings on",
    fallback: .number(1))

  /// Where the metrics of a night go.
  public static let metrics = SettingKey(
    "output", "metrics", .path,
    "Where 'backstory nightly' writes metrics for node_exporter's textfile collector; ends in .prom"
  )
  /// Where the page about a night goes.
  public static let report = SettingKey(
    "output", "report", .path,
    "Where 'backstory nightly' writes the HTML report; only its owner can read it")

  /// Who is told by a command.
  public static let notifyCommand = SettingKey(
    "notify", "command", .text,
    "The shell command that 'backstory notify' runs; it gets JSON on standard input")
  /// Who gets a mail.
  public static let notifyMail = SettingKey(
    "notify", "mail", .addresses, "Mail addresses for 'backstory notify'", fallback: .texts([]))
  /// What sends it.
  public static let notifySendmail = SettingKey(
    "notify", "sendmail", .path, "The program that sends mail",
    fallback: .path("/usr/sbin/sendmail"))
  /// Whether they are told of quiet nights.
  public static let notifyAlways = SettingKey(
    "notify", "always", .flag, "Send even if nothing opened or closed", fallback: .flag(false))

  /// The centre.
  public static let fleetDestination = SettingKey(
    "fleet", "destination", .text,
    "Where 'backstory send' sends scans to: ssh://USER@HOST, with :PORT where it is not 22")
  /// How long scans are kept that the centre does not have.
  public static let keepUnsent = SettingKey(
    "fleet", "keep-unsent", .age,
    "How long scans are kept that the centre does not have, whatever [retention] says",
    fallback: Age("90d").map { .age($0) })
  /// Where the inventories of many hosts are.
  public static let fleetDatabase = SettingKey(
    "fleet", "database", .text,
    "The database of 'backstory-fleet' in libpq's words; $BACKSTORY_FLEET and --connect go before it"
  )
  /// How old the last scan of a host may be.
  public static let fleetMaxAge = SettingKey(
    "fleet", "max-age", .age,
    "A host of which no scan is younger is silent: nothing rests on its word",
    fallback: Age("36h").map { .age($0) })
  /// How long a bundle may be.
  public static let fleetMaxBundle = SettingKey(
    "fleet", "max-bundle", .text, "How long a bundle may be, packed and unpacked",
    fallback: .text("1GiB"))
}

extension SettingKey {
  /// The keys of a `[[pool]]`.
  public static let ofPool: [SettingKey] = [
    poolName, poolPath, poolPaths, poolSeenAs, poolViewers, poolExclusive,
  ]

  static let poolName = SettingKey("pool", "name", .text, "The pool's name")
  static let poolPath = SettingKey("pool", "path", .path, "Its directory")
  static let poolPaths = SettingKey(
    "pool", "paths", .paths, "Its directories, if it has several")
  static let poolSeenAs = SettingKey(
    "pool", "seen-as", .paths,
    "The paths under which machines see the pool if its storage is mounted elsewhere for them; paths below them, in machines and in absolute references of images, mean the pool"
  )
  static let poolViewers = SettingKey(
    "pool", "viewers", .paths,
    "Directories of domain XML, one for each host that uses the pool; while one is missing or empty, no image is called an orphan"
  )
  static let poolExclusive = SettingKey(
    "pool", "exclusive", .flag,
    "No other host uses the pool; without this and without viewers, no image on a shared file system (nfs, ceph, …) is called an orphan",
    fallback: .flag(false))
}

extension SettingKey {
  /// The keys of an `[[acknowledge]]`.
  public static let ofAcknowledge: [SettingKey] = [
    SettingKey("acknowledge", "kind", .text, "The kind of the findings to acknowledge"),
    SettingKey(
      "acknowledge", "path", .text,
      "Their images: a shell pattern for names, or for paths"),
    SettingKey("acknowledge", "pool", .text, "The pool of the images"),
    SettingKey("acknowledge", "reason", .text, "The reason, for later readers"),
    SettingKey(
      "acknowledge", "until", .day, "The day on which they count again (default: never)"),
  ]

  /// The keys of a `[[keep]]`.
  public static let ofKeep: [SettingKey] = [
    SettingKey(
      "keep", "path", .text,
      "Images that are never orphans: a shell pattern for names, or for paths"),
    SettingKey("keep", "pool", .text, "The pool of the images"),
    SettingKey("keep", "reason", .text, "The reason, for later readers"),
    SettingKey("keep", "until", .day, "The day on which this ends (default: never)"),
  ]

  /// The keys of a `[[machines]]`.
  public static let ofMachines: [SettingKey] = [machinesKind, machinesPath]

  static let machinesKind = SettingKey(
    "machines", "kind", .text,
    "The kind of source: libvirt, domains, list, pve, vmware, vbox, gns3, eve, xo, incus, "
      + "running, auto, none")
  static let machinesPath = SettingKey(
    "machines", "path", .path, "The path to read, if it is not the usual one")
}

extension SettingKey {
  /// The keys of a `[[query]]`.
  public static let ofQuery: [SettingKey] = [queryName, querySQL, querySeverity]

  static let queryName = SettingKey(
    "query", "name", .text, "What the query is called; its findings say so")
  static let querySQL = SettingKey(
    "query", "sql", .text,
    "One statement that reads the documented views: the images of its column 'image_id' are findings of the scan, "
      + "with its column 'message' as what is wrong, where it has one")
  static let querySeverity = SettingKey(
    "query", "severity", .severity, "How bad these findings are", fallback: .severity(.warning))
}
