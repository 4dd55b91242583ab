import ArgumentParser
import Configuration
import Host
import Model
import Presentation
import Query
import Workflow

/// `backstory pools`
struct PoolsCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "pools",
    abstract: "Lists pools, or forgets or renames one.",
    discussion: """
      backstory pools
      backstory pools --at latest~1 --output json
      backstory pools --forget old-nfs --dry-run
      backstory pools --rename images=vms

      Until a pool that is gone is forgotten, its images are kept and links into it are unknown. \
      The scan after --forget removes its images and closes their findings; the history keeps \
      what earlier scans saw. A pool that is scanned again is added again.
      """)

  @Option(
    help: ArgumentHelp(
      "Forget a pool that is gone for good, by name or path.", valueName: "pool"))
  var forget: String?

  @Option(help: ArgumentHelp("Rename a pool.", valueName: "old=new"))
  var rename: RenamedPool?

  @Flag(name: .shortAndLong, help: "With --forget, only show what would be forgotten.")
  var dryRun = false

  @Flag(help: "With --forget or --rename, wait for a running scan to end.")
  var wait = false

  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard forget != nil || rename != nil else {
      if dryRun || wait {
        throw ValidationError("--dry-run and --wait require --forget or --rename")
      }
      return
    }
    if forget != nil && rename != nil {
      throw ValidationError("--forget and --rename exclude each other")
    }
    if asking.at != nil {
      throw ValidationError("earlier scans cannot be changed; leave out --at")
    }
    if dryRun && rename != nil { throw ValidationError("--dry-run requires --forget") }
  }

  func report(from view: InventoryView) throws -> Report { .pools(try view.pools()) }

  mutating func run() throws {
    guard let wish = try wish else {
      return try asking.output.show(try report(from: try asking.view()))
    }
    let file = try asking.database.existingFile(to: .act)
    let change = PoolChange(wish, isDryRun: dryRun, waits: wait)
    let answer = try change.run(file, stop: try StopSignal())
    try asking.output.show(.poolChange(answer), isAnswer: dryRun)
  }

  private var wish: PoolChange.Wish? {
    get throws {
      if let rename {
        try refuseConfigured(rename.old, "call it otherwise there")
        return .rename(rename.old, to: rename.new)
      }
      guard let forget else { return nil }
      try refuseConfigured(forget, "take it out first, or the next scan knows it again")
      return .forget(forget)
    }
  }

  /// What the configuration says would be true again with the next scan.
  private func refuseConfigured(_ pool: String, _ advice: String) throws {
    let settings = try asking.database.configuration.settings()
    let named = settings.pools.first { setting in
      setting.name == pool || setting.paths.contains(PathBytes(pool.utf8))
    }
    guard named != nil, let file = settings.file else { return }
    throw ValidationError("'\(file.displayText)' names the pool '\(pool)'; \(advice)")
  }
}

/// `OLD=NEW`
struct RenamedPool: ExpressibleByArgument {
  let old: String
  let new: String

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "=") else { return nil }
    old = String(argument[..<equals])
    new = String(argument[argument.index(after: equals)...])
    if old.isEmpty || new.isEmpty { return nil }
  }
}
