import Configuration
import Model
import Rules
import Sighting
import Storage
import Workflow

extension ScanRequest {
  /// What a configuration wants scanned.
  /// - Throws: for a source of machines that there is not, and a rule about findings that there are not.
  init(_ settings: Settings) throws {
    let pools = settings.pools.flatMap { pool in
      pool.paths.map { Pool(name: pool.name, path: $0, origin: .configuration) }
    }
    self.init(pools: pools)
    exclusivePaths = Set(settings.pools.filter(\.isExclusive).flatMap(\.paths))
    outlooks = settings.pools.flatMap { pool in
      pool.seenAs.map { PoolOutlook(path: $0, directories: pool.paths) }
    }
    var sources = MachineSources()
    for source in settings.machines { try sources.add(source) }
    libvirt = try LibvirtOptions.request(settings, sources)
    machines = sources.others
    excludes = settings.texts(.excludes).map(Glob.init)
    staysOnOneFileSystem = settings.flag(.oneFileSystem)
    jobs = settings.number(.jobs).flatMap { Int(exactly: $0) } ?? jobs
    maxDepth = settings.number(.maxDepth) ?? maxDepth
    grace = settings.number(.grace) ?? grace
    graceAge = settings.age(.graceAge) ?? graceAge
    if let stranger = settings.strangeKinds.first { throw CommandFailure(stranger) }
    acknowledged = settings.acknowledged.map(WordRule.init)
    kept = settings.kept.map(WordRule.init)
    queries = settings.queries.map(SavedQuery.init)
  }
}

extension Settings {
  /// What is wrong with the kinds that rules name, in sentences: the configuration's reader knows none.
  var strangeKinds: [String] {
    acknowledged.compactMap { rule in
      guard let word = rule.kind, Rule[FindingKind(rawValue: word)] == nil else { return nil }
      let words = Rule.all.map(\.kind.rawValue)
      let hint =
        NearestWord.to(word, in: words).map { "did you mean '\($0)'?" }
        ?? "'backstory check --help' lists them"
      return "\(rule.origin.words): there is no kind of finding '\(word)'; \(hint)"
    }
  }
}

extension SavedQuery {
  /// What a configuration asks.
  init(_ setting: QuerySetting) {
    self.init(name: setting.name, sql: setting.sql, severity: setting.severity)
  }
}

extension WordRule {
  /// What a rule of a configuration says.
  fileprivate init(_ rule: WordSetting) {
    // A pool may be known by another spelling than the rule's.
    let patterns = rule.path.map(Glob.init).map { [$0] + [$0.really].compactMap(\.self) }
    self.init(
      kinds: Set(rule.kind.map { [FindingKind(rawValue: $0)] } ?? []), pool: rule.pool,
      who: rule.file, reason: rule.reason, ends: rule.until?.start
    ) { path in
      guard let patterns else { return true }
      return !path.bytes.isEmpty
        && patterns.contains { $0.matches(name: path.name[...], in: path.directory) }
    }
  }
}

extension WordSetting {
  /// The configuration's path.
  fileprivate var file: String {
    if case .file(let path, _) = origin { path.displayText } else { origin.words }
  }
}
