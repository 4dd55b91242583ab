internal import DiskImage
internal import Foundation
public import Host
public import Model
internal import Storage

/// Runs the certain steps of a plan, one after the other.
///
/// Each image is taken hold of once. What is compared, what `qemu-img` is given and what is looked at again is
/// that one open file: a name may mean another at any moment.
public struct RepairRun {
  let saved: SavedHeaders
  let roots: PoolRoots

  /// A run whose saved headers stand beside a database, with the pools that it knows.
  public init(besides database: PathBytes, pools: [PathBytes]) {
    saved = SavedHeaders(besides: database)
    roots = PoolRoots(pools)
  }

  /// Runs the certain steps. The first surprise ends the run.
  public func apply(_ plan: RepairPlan, stop: StopSignal) -> [RepairOutcome] {
    var isOver = false
    return plan.steps.map { step in
      var outcome = RepairOutcome(
        filename: step.filename, kind: step.kind, result: .skipped, message: step.why)
      guard step.isReady, let planned = step.planned else {
        if step.isUnread { outcome.result = .failed }
        return outcome
      }
      if isOver || stop.requested != nil {
        outcome.result = .notReached
        outcome.message =
          isOver ? "an earlier step failed" : "the run was interrupted before this step"
        return outcome
      }
      do throws(Surprise) {
        outcome.message = try apply(step, planned)
        outcome.result = .done
      } catch {
        error.tell(&outcome)
        isOver = outcome.result == .failed
      }
      return outcome
    }
  }

  /// What goes otherwise than planned.
  enum Surprise: Error {
    case inUse
    case other(String)

    func tell(_ outcome: inout RepairOutcome) {
      switch self {
      case .inUse:
        outcome.result = .skipped
        outcome.isHeld = true
        outcome.message = "the image is in use; shut its machine down first, and scan again"
      case .other(let reason):
        outcome.result = .failed
        outcome.message = reason
      }
    }
  }

  private func apply(_ step: RepairStep, _ planned: PlannedReference) throws(Surprise) -> String {
    let file = try hold(step.filename, writing: true)
    let before = try look(file)
    for one in step.guards {
      let now =
        try one.path == step.filename
        ? before.guarding : look(hold(one.path, writing: false)).guardingAll
      guard now == one else {
        throw .other(
          "'\(one.path)' has changed since the plan was made; scan again and make a new plan")
      }
    }
    guard Int(before.status.linkCount) <= step.knownNames else {
      throw .other(
        "the file has \(before.status.linkCount) names and the last scan knows \(step.knownNames): "
          + "it may belong to others too; look for the names with 'find -samefile', and scan again")
    }
    if before.isInUse || step.isInUse { throw .inUse }
    let command = QemuImg.write(planned, into: before)
    var header = try self.header(of: before, step, planned, file)
    let kept = try keeping { try saved.keep(header, of: step.imageID) }
    let failure = run(command, passing: file)
    // However it ended: what was written is known now, and later it would not be.
    header.after = try state(of: file, besides: header)
    try keeping("the image was changed, and its new header") { try saved.write(header, to: kept) }
    if let failure { throw .other(failure + "; see 'repair --undo'") }
    try compare(before, try look(file), planned)
    return "repaired; 'backstory repair --undo' undoes it"
  }

  func hold(_ path: PathBytes, writing: Bool) throws(Surprise) -> HeldFile {
    do { return try roots.hold(path, writing: writing) } catch {
      throw .other("'\(path)' cannot be opened: \(error.reason)")
    }
  }

  func look(_ file: borrowing HeldFile) throws(Surprise) -> LiveImage {
    do { return try LiveImage(file, roots) } catch { throw unreadable(file, error.reason) }
  }

  func unreadable(_ file: borrowing HeldFile, _ reason: String) -> Surprise {
    .other("'\(file.path)' cannot be read: \(reason)")
  }

  func keeping<Value>(
    _ what: String = "the header", _ body: () throws -> Value
  ) throws(Surprise) -> Value {
    do { return try body() } catch {
      let reason = (error as? HostFault)?.reason ?? "it cannot be encoded"
      throw .other(
        "\(what) cannot be saved in '\(saved.folder.path)': \(reason); fix this and try again")
    }
  }

  /// What is kept before anything is written.
  private func header(
    of before: LiveImage, _ step: RepairStep, _ planned: PlannedReference,
    _ file: borrowing HeldFile
  ) throws(Surprise) -> SavedHeader {
    guard let mark = before.mark else {
      throw unreadable(file, "the identity of the file is unknown")
    }
    let rest = try self.rest(of: file, behind: before.head.count)
    var header = SavedHeader(
      filename: step.filename.escapedText, saved: Clock.now(),
      commands: step.commands.map(\.texts), before: Data(before.head))
    header.start = SavedHeader.Start(
      file: mark, linkCount: before.status.linkCount, size: before.status.size, rest: rest,
      planned: SavedHeader.Planned(
        role: planned.role.rawValue, stored: planned.stored.escapedText, format: planned.format),
      undo: step.undo.map(\.texts))
    return header
  }

  /// The front of a file, as long as the one that was saved, and what else tells whether it is changed later.
  private func state(
    of file: borrowing HeldFile, besides header: SavedHeader
  ) throws(Surprise) -> SavedHeader.After {
    let front = try self.front(of: file, header.before.count)
    let rest = try self.rest(of: file, behind: header.before.count)
    do throws(HostFault) {
      let status = try file.status()
      return SavedHeader.After(
        head: front, size: status.size, modified: status.modified, rest: rest)
    } catch { throw unreadable(file, error.reason) }
  }

  func front(of file: borrowing HeldFile, _ count: Int) throws(Surprise) -> Data {
    do {
      return Data(try file.reader().bytes(at: 0, count: count))
    } catch { throw unreadable(file, "its head cannot be read") }
  }

  func rest(
    of file: borrowing HeldFile, behind front: Int
  ) throws(Surprise) -> SavedHeader.Rest {
    do throws(HostFault) {
      let digest = try FileDigest(behind: UInt64(front), of: try file.reader())
      return SavedHeader.Rest(digest: digest.value, isWhole: digest.isWhole)
    } catch { throw unreadable(file, error.reason) }
  }

  /// - Returns: what went wrong.
  private func run(_ command: Command, passing file: borrowing HeldFile) -> String? {
    let ran: ProgramRun
    do throws(HostFault) {
      ran = try ProgramRun(running: command.words.map(\.bytes), passing: file)
    } catch {
      return "qemu-img cannot be run: \(error.reason); install qemu-utils"
    }
    guard ran.code != 0 else { return nil }
    let said = String(decoding: ran.output, as: UTF8.self).split(separator: "\n").last ?? "nothing"
    return "qemu-img ended with \(ran.code) and said: \(said)"
  }

  /// The image must say what was planned, and everything else as before.
  private func compare(
    _ before: LiveImage, _ after: LiveImage, _ planned: PlannedReference
  ) throws(Surprise) {
    guard let reference = after.reference(planned.role, stored: planned.stored.bytes),
      planned.format == nil
        || reference.recordedFormat.map({ String(decoding: $0, as: UTF8.self) }) == planned.format
    else { throw .other("the image does not have the planned reference; see 'repair --undo'") }
    guard before.facts.isSame(as: after.facts, but: planned.role) else {
      throw .other("more of the image changed than was planned; see 'repair --undo'")
    }
  }
}
