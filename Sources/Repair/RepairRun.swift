internal import DiskImage
internal import Foundation
public import Host
internal import Inventory
public import Model
internal import Scan

/// What became of one step of a plan, or of one saved header.
public struct RepairOutcome: Sendable, Hashable {
  /// What became of it.
  public enum Result: String, Sendable, Hashable {
    /// It was done, and the image is as planned.
    case done
    /// It was not certain, or the image is in use: nothing was touched.
    case skipped
    /// It went otherwise than planned: everything after it was left alone.
    case failed
    /// A step before it failed.
    case notReached = "not-reached"
  }

  /// The image.
  public var filename: PathBytes
  /// What was wrong with it; `nil` for an undo.
  public var kind: FindingKind?
  /// What became of it.
  public var result: Result
  /// Why, in a sentence.
  public var message: String
  /// Whether it was left alone only because another process holds the image.
  public var isHeld = false
}

extension RepairOutcome: Encodable {
  /// Encodes `{"filename", "kind", "result", "message"}`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    try object.encode(filename, forKey: "filename")
    if let kind { try object.encode(kind.rawValue, forKey: "kind") }
    try object.encode(result.rawValue, forKey: "result")
    try object.encode(message, forKey: "message")
  }
}

/// Runs the certain steps of a plan, one after the other, and takes them back.
public struct RepairRun {
  private let saved: SavedHeaders

  /// A run whose saved headers stand beside a database.
  public init(besides database: PathBytes) { saved = SavedHeaders(besides: database) }

  // MARK: Applying

  /// Runs the certain steps. The first surprise ends the run.
  public func apply(_ plan: RepairPlan, stop: StopSignal) -> [RepairOutcome] {
    var isOver = false
    return plan.steps.map { step in
      var outcome = RepairOutcome(
        filename: step.filename, kind: step.kind, result: .skipped, message: step.why)
      if isOver || stop.requested != nil {
        outcome.result = .notReached
        outcome.message = "a step before it failed, or the run was interrupted"
        return outcome
      }
      guard step.isReady else { return outcome }
      do throws(Surprise) {
        outcome.message = try apply(step)
        outcome.result = .done
      } catch {
        error.tell(&outcome)
        isOver = outcome.result == .failed
      }
      return outcome
    }
  }

  /// What goes otherwise than planned.
  private enum Surprise: Error {
    case inUse
    case other(String)

    func tell(_ outcome: inout RepairOutcome) {
      switch self {
      case .inUse:
        outcome.result = .skipped
        outcome.isHeld = true
        outcome.message = "a machine has the image; shut it down first, and scan again"
      case .other(let reason):
        outcome.result = .failed
        outcome.message = reason
      }
    }
  }

  private func apply(_ step: RepairStep) throws(Surprise) -> String {
    let before = try look(step.filename)
    for one in step.guards {
      let now = one.path == step.filename ? before : try look(one.path)
      guard now.guarding == one else {
        throw .other("'\(one.path)' is not as it was judged; scan again and plan anew")
      }
    }
    if before.isInUse || step.isInUse { throw .inUse }
    var header = SavedHeader(
      filename: step.filename.escapedText, saved: Clock.now(),
      commands: step.commands.map(\.texts), before: Data(before.head))
    let file = try keeping { try saved.keep(header, of: step.imageID) }
    for command in step.commands { try run(command) }
    let after = try look(step.filename)
    header.after = SavedHeader.After(
      head: Data(after.head), size: after.status.size, modified: after.status.modified)
    try keeping { try saved.write(header, to: file) }
    try compare(before, after, step)
    return "mended; 'backstory repair --undo' takes it back"
  }

  private func look(_ path: PathBytes) throws(Surprise) -> ImageNow {
    do { return try ImageNow(reading: path) } catch {
      throw .other("'\(path)' cannot be read: \(error.reason)")
    }
  }

  private func keeping<Value>(_ body: () throws -> Value) throws(Surprise) -> Value {
    do { return try body() } catch {
      throw .other("the header cannot be kept in '\(saved.folder.path)': make room and try again")
    }
  }

  private func run(_ command: Command) throws(Surprise) {
    let ran: ProgramRun
    do { ran = try ProgramRun(running: command.words.map(\.bytes)) } catch {
      throw .other("qemu-img cannot be run: \(error.reason); install qemu-utils")
    }
    guard ran.code != 0 else { return }
    let said = String(decoding: ran.output, as: UTF8.self).split(separator: "\n").last ?? "nothing"
    throw .other("qemu-img ended with \(ran.code) and said: \(said)")
  }

  /// The image must say what was planned, and everything else as before.
  private func compare(
    _ before: ImageNow, _ after: ImageNow, _ step: RepairStep
  ) throws(Surprise) {
    guard let planned = step.planned,
      let reference = after.reference(planned.role, stored: planned.stored.bytes),
      planned.format == nil
        || reference.recordedFormat.map({ String(decoding: $0, as: UTF8.self) }) == planned.format
    else { throw .other("the image does not say what was planned; see 'repair --undo'") }
    guard before.facts.isSame(as: after.facts, but: planned.role) else {
      throw .other("more of the image changed than was planned; see 'repair --undo'")
    }
  }

  // MARK: Taking back

  /// Puts saved headers back, the newest first: of some images, or of all.
  public func undo(_ images: [PathBytes]) throws -> [RepairOutcome] {
    // What an undo has written is not a change of somebody else's.
    var written: [PathBytes: Int64] = [:]
    return try saved.all().compactMap { file, header in
      guard let path = header.path, images.isEmpty || images.contains(path) else { return nil }
      var outcome = RepairOutcome(
        filename: path, kind: nil, result: .done, message: "its header is as it was before")
      do throws(Surprise) {
        written[path] = try putBack(header, at: path, lastWritten: written[path])
        let done = file.deletingPathExtension().appendingPathExtension("undone")
        try keeping { try FileManager.default.moveItem(at: file, to: done) }
      } catch {
        error.tell(&outcome)
      }
      return outcome
    }
  }

  /// Writes a header back.
  /// - Returns: when the file was written last, in nanoseconds since 1970.
  private func putBack(
    _ header: SavedHeader, at path: PathBytes, lastWritten: Int64?
  ) throws(Surprise) -> Int64 {
    let now = try look(path)
    if now.isInUse { throw .inUse }
    if Data(now.head) == header.before { return now.status.modified }
    guard let after = header.after, Data(now.head) == after.head,
      now.status.size == after.size, now.status.modified == lastWritten ?? after.modified
    else { throw .other("something else has changed it since; its old header would spoil it") }
    do throws(HostFault) {
      try overwriteFront(of: path, with: Array(header.before))
    } catch { throw .other("'\(path)' cannot be written: \(error.reason)") }
    let restored = try look(path)
    guard Data(restored.head) == header.before else {
      throw .other("the header was written and is not there")
    }
    return restored.status.modified
  }
}

extension ImageFacts {
  /// Whether everything but the references of a role is the same, and their places in what qemu-img
  /// prints of them.
  fileprivate func isSame(as other: ImageFacts, but role: ReferenceRole) -> Bool {
    format == other.format && virtualSize == other.virtualSize && clusterSize == other.clusterSize
      && isEncrypted == other.isEncrypted && isCorrupt == other.isCorrupt
      && snapshots == other.snapshots && identifiers == other.identifiers
      && unknownFeatures == other.unknownFeatures && other.fault == nil
      && references.filter { $0.role != role } == other.references.filter { $0.role != role }
  }
}
