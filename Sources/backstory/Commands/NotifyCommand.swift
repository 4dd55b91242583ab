import ArgumentParser
import Configuration
import Database
import Foundation
import Host
import Model
import Presentation
import Query
import Rules

/// `backstory notify`
struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Sends what opened, closed, failed or did not run to the channels in [notify].",
    discussion: """
      backstory notify
      backstory notify --dry-run
      backstory notify --always
      backstory notify --failed 'backstory-scan.service ended with 1'

      Sends only on change, unless [notify] always = true: what opened or closed since the last \
      message to each channel, that a pool or a source of machines was not seen, or is seen \
      again, that a scan failed (from OnFailure= of systemd), and once that no \
      scan ran for monitor.stale-warning. Acknowledged findings and those of severity info are \
      not a change.

      The command is run by the shell and reads a JSON object on standard input: host, event \
      (changed, unchanged, failed, missed), subject, failure, scan, since, opened, closed, \
      status, text. $BACKSTORY_SUBJECT, $BACKSTORY_EVENT and $BACKSTORY_HOST are set for short \
      commands. Mail is sent with sendmail.

      Exit code 1: a channel failed; the message is sent again next time.
      """)

  @Flag(help: "Send even if nothing changed, as a test.")
  var always = false

  @Flag(help: "Print the message instead of sending it.")
  var dryRun = false

  @Option(help: ArgumentHelp("Report a failure, in these words.", valueName: "sentence"))
  var failed: String?

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    Account.keepNewFilesPrivate()
    let settings = try database.configuration.settings()
    let channels = Channel.all(settings)
    guard !channels.isEmpty || dryRun else {
      return Console.log(.info, "nothing is sent: [notify] names no command and no mail")
    }
    let news = News(
      file: try database.location().file, view: try view(), failure: failed ?? Self.failureOfUnit,
      wantsAll: always || settings.flag(.notifyAlways),
      patience: settings.age(.staleWarning)?.milliseconds ?? .max)
    guard !dryRun else { return try show(news, channels.first?.name ?? "command") }
    var memory = news.memory()
    var isTold = true
    for channel in channels {
      guard let notice = try news.notice(after: memory[channel.name]) else { continue }
      do {
        try channel.tell(notice)
        memory[channel.name] = news.mark(of: notice)
      } catch {
        Console.complain(CommandError(error)?.sentence ?? "\(error)")
        isTold = false
      }
    }
    try news.keep(memory)
    if !isTold { throw ExitStatus.failed }
  }

  private func show(_ news: News, _ channel: String) throws {
    guard let notice = try news.notice(after: news.memory()[channel]) else {
      return Console.log(.info, "nothing changed; nothing would be sent")
    }
    try output.show(.notice(notice))
  }

  /// The inventory as the last scan left it; `nil` where there is none yet.
  private func view() throws -> InventoryView? {
    do {
      return try Inventory(reading: try database.existingFile()).view(at: .latest(back: 0))
    } catch StoreFault.noDatabase {
      return nil
    }
  }

  /// What systemd says of the unit that this one was started for (systemd.exec(5), `MONITOR_…`).
  private static var failureOfUnit: String? {
    let environment = ProcessInfo.processInfo.environment
    guard let result = environment.nonEmpty("MONITOR_SERVICE_RESULT"), result != "success" else {
      return nil
    }
    let unit = environment.nonEmpty("MONITOR_UNIT") ?? "the scan's unit"
    let status = environment.nonEmpty("MONITOR_EXIT_STATUS").map { " \($0)" } ?? ""
    return "\(unit) failed: \(result)\(status); see 'journalctl -u \(unit)'"
  }
}

/// What there is to tell, and what was told.
struct News {
  /// The database.
  let file: PathBytes
  let view: InventoryView?
  let failure: String?
  let wantsAll: Bool
  /// Milliseconds after which a scan is missed.
  let patience: Int64

  /// What somebody was told last.
  struct Mark: Codable, Hashable {
    /// The last scan that there was.
    var scan: Int64
    /// The scan after which one was missed, where that was told.
    var missedAfter: Int64?
    /// Pools and sources of machines that were not seen, where that was told.
    var unseen: [String]?
  }

  /// What is to be told to somebody who was told something; `nil` for nothing.
  func notice(after mark: Mark?) throws -> Notice? {
    guard let view else {
      guard failure != nil || wantsAll else { return nil }
      return try named(failure == nil ? .unchanged : .failed, host: try HostIdentity.current().name)
    }
    let status = try view.status()
    var notice = Notice(host: status.host, event: .changed)
    (notice.scan, notice.status, notice.failure) = (view.point, status, failure)
    try addChanges(to: &notice, view, after: mark)
    let (before, now) = (mark?.unseen ?? [], status.unseenParts)
    notice.vanished = now.filter { !before.contains($0) }
    notice.returned = before.filter { !now.contains($0) }
    let isMissed = Moment.now.milliseconds - view.point.time.milliseconds > patience
    if failure != nil {
      notice.event = .failed
    } else if isMissed, mark?.missedAfter != view.point.scan || wantsAll {
      notice.event = .missed
    } else if !notice.saysChange {
      guard wantsAll else { return nil }
      notice.event = .unchanged
    }
    return try notice.inWords()
  }

  private func named(_ event: Notice.Event, host: String) throws -> Notice {
    var notice = Notice(host: host, event: event)
    notice.failure = failure ?? "there is no scan yet"
    return try notice.inWords()
  }

  private func addChanges(
    to notice: inout Notice, _ view: InventoryView, after mark: Mark?
  ) throws {
    let told = try mark.flatMap { mark in try view.scans().last { $0.number <= mark.scan } }
    guard let told else {
      notice.opened = try view.findings(kinds: [], pool: nil, since: nil).filter(\.isNews)
      return
    }
    notice.since = ScanPoint(scan: told.number, time: told.finished)
    guard told.number < view.point.scan else { return }
    let changes = try view.diff(from: .number(told.number), to: .number(view.point.scan))
    notice.opened = changes.opened.filter(\.isNews)
    notice.closed = changes.closed.filter { $0.severity > .info && $0.acknowledged == nil }
  }

  /// What is remembered of a notice.
  func mark(of notice: Notice) -> Mark {
    Mark(
      scan: notice.scan?.scan ?? 0,
      missedAfter: notice.event == .missed ? notice.scan?.scan : nil,
      unseen: notice.status?.unseenParts)
  }

  // MARK: What was told

  private var place: PathBytes { PathBytes(file.bytes + Array("-notified".utf8)) }

  /// What each was told last; nothing where the file is not there or means nothing.
  func memory() -> [String: Mark] {
    guard let path = place.exactText, let text = FileManager.default.contents(atPath: path) else {
      return [:]
    }
    return (try? JSONDecoder().decode([String: Mark].self, from: text)) ?? [:]
  }

  /// Remembers it beside the database.
  func keep(_ memory: [String: Mark]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = try encoder.encode(memory)
    try FileReplacement.write(Array(text) + [UInt8(ascii: "\n")], to: place, mode: 0o600)
  }
}

extension InventoryStatus {
  /// What the scan did not see, each in words.
  fileprivate var unseenParts: [String] { stale.map(\.partInWords) }
}

extension Finding {
  /// Whether somebody is told that it opened.
  fileprivate var isNews: Bool { counts && severity > .info }
}
