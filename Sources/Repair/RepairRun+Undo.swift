internal import DiskImage
internal import Foundation
public import Host
public import Model

extension RepairRun {
  /// Puts saved headers back, the newest first: of some images, or of all.
  public func undo(_ images: [PathBytes], stop: StopSignal) throws -> [RepairOutcome] {
    // What an undo has written is not a change of somebody else's.
    var written: [PathBytes: Int64] = [:]
    var stuck: Set<PathBytes> = []
    return try saved.all().compactMap { kept in
      let header: SavedHeader
      switch kept.header {
      case .success(let read): header = read
      case .failure(let fault):
        return RepairOutcome(
          filename: saved.folder.path.appending(kept.name), kind: nil, result: .failed,
          message:
            "this saved header cannot be read: \(fault.reason); its image is unknown")
      }
      guard let path = header.path, images.isEmpty || images.contains(path) else { return nil }
      var outcome = RepairOutcome(
        filename: path, kind: nil, result: .done, message: "its header is as it was before")
      guard stop.requested == nil, !stuck.contains(path) else {
        outcome.result = .notReached
        outcome.message =
          stuck.contains(path)
          ? "a later header of the image was not restored"
          : "the run was interrupted before this header"
        return outcome
      }
      do throws(Surprise) {
        written[path] = try putBack(header, kept.name, at: path, lastWritten: written[path])
        try keeping("the old header was put back, and its copy") { try saved.layAside(kept.name) }
      } catch {
        error.tell(&outcome)
        stuck.insert(path)
      }
      return outcome
    }
  }

  /// Whether a header of the image at a path is saved, which `undo` would put back.
  public func hasSavedHeader(of path: PathBytes) throws -> Bool {
    try saved.all().contains { kept in
      if case .success(let header) = kept.header { header.path == path } else { false }
    }
  }

  /// Writes a header back, to the file that was repaired.
  /// - Returns: when the file was written last, in nanoseconds since 1970.
  private func putBack(
    _ header: SavedHeader, _ kept: [UInt8], at path: PathBytes, lastWritten: Int64?
  ) throws(Surprise) -> Int64 {
    let file = try hold(path, writing: true)
    let now = try look(file)
    if let start = header.start { try expectSameFile(now, start) }
    if now.isInUse { throw .inUse }
    let front = try self.front(of: file, header.before.count)
    if front == header.before { return now.status.modified }
    try judge(now, front, header, file, lastWritten)
    var begun = header
    begun.overwritten = front
    try keeping { try saved.write(begun, to: kept) }
    do throws(HostFault) {
      try file.overwriteFront(with: Array(header.before))
    } catch { throw .other("'\(path)' cannot be written: \(error.reason)") }
    guard try self.front(of: file, header.before.count) == header.before else {
      throw .other("the header was written but is not in the file")
    }
    return try look(file).status.modified
  }

  private func expectSameFile(
    _ now: LiveImage, _ start: SavedHeader.Start
  ) throws(Surprise) {
    guard now.mark == start.file else {
      throw .other("the file at the path is not the one that was repaired; nothing was written")
    }
    guard now.status.linkCount <= start.linkCount else {
      throw .other(
        "the file has another name since; look for it with 'find -samefile'; nothing was written"
      )
    }
  }

  /// Refuses to put a header back over what is not the repair's work.
  private func judge(
    _ now: LiveImage, _ front: Data, _ header: SavedHeader, _ file: borrowing HeldFile,
    _ lastWritten: Int64?
  ) throws(Surprise) {
    if HalfDone.hasBitmaps(header.before) || header.hasOtherRest {
      throw .other(
        "qemu-img changed more than the header (its bitmaps), so the old header does not fit; "
          + header.wayBack)
    }
    let half = HalfDone(front: front, before: header.before)
    if let after = header.after, front == after.head, now.status.size == after.size,
      now.status.modified == lastWritten ?? after.modified
    {
      return
    }
    let spoils = "; restoring its old header would damage it"
    guard let start = header.start else {
      throw .other("something else has changed the image since" + spoils)
    }
    let rest = try self.rest(of: file, behind: header.before.count)
    if let overwritten = header.overwritten, half.isMixed(of: overwritten),
      now.status.size == header.after?.size ?? start.size, rest == start.rest
    {
      return
    }
    guard header.after == nil else {
      throw .other("something else has changed the image since" + spoils)
    }
    let old: ImageFacts
    do {
      old = try ImageFacts.reading(
        OtherFront(front: Array(header.before), file: file.reader()))
    } catch { throw unreadable(file, "its header cannot be compared") }
    if let objection = half.objection(to: now, old, rest, header, start) {
      throw .other(objection + spoils)
    }
  }
}

extension SavedHeader {
  /// Whether the repair changed more than the front.
  fileprivate var hasOtherRest: Bool {
    guard let start, let rest = after?.rest else { return false }
    return rest != start.rest
  }

  /// How a person takes the repair back.
  fileprivate var wayBack: String {
    guard let command = start?.undo.first else { return "undo it with 'qemu-img rebase -u'" }
    return "undo it with: " + command.joined(separator: " ")
  }
}
