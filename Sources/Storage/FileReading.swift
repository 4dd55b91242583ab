internal import DiskImage
package import Host
internal import Model
internal import Sighting

/// Reads the files of a directory that are not as they were: status first, header only then.
package struct FileReading: Sendable {
  /// Nanoseconds: a file written so shortly before it was read may be written again with the same
  /// times, as far as the clock of its file system goes; it is read again next time.
  private static let youth: Int64 = 2_000_000_000

  /// Files left: of fewer none are given away.
  private static let fewest = 8

  package let rereads: Bool
  package let locks: LockTable
  let samples = ContentSample()
  /// Whether the scan is to end: then no file is opened any more, and what was seen is thrown away.
  package let isStopped: @Sendable () -> Bool

  /// A reading of files.
  package init(
    rereads: Bool, locks: LockTable, isStopped: @escaping @Sendable () -> Bool
  ) {
    self.rereads = rereads
    self.locks = locks
    self.isStopped = isStopped
  }

  /// Looks at a part of a directory; half of what is left goes to others, whenever they have nothing to do.
  func read(_ batch: FileBatch, _ others: OtherWorkers<WalkWork>) -> DirectoryReport {
    var report = batch.listing.blank
    var head = HeadBuffer(since: Clock.now())
    var left = batch.entries
    while !isStopped(), let position = left.popFirst() {
      if left.count >= Self.fewest, others.areIdle {
        let half = left.suffix(left.count / 2)
        left.removeLast(half.count)
        others.add(.files(FileBatch(listing: batch.listing, entries: half)))
      }
      look(at: position, of: batch.listing, &report, &head)
    }
    return report
  }

  /// Looks at one file; `head` is memory for the first bytes of each.
  private func look(
    at position: Int, of listing: Listing, _ report: inout DirectoryReport, _ head: inout HeadBuffer
  ) {
    let entry = listing.entries[position]
    let name = entry.nameBytes
    let known = listing.position(of: name).map { listing.known[$0] }
    do {
      // What is not known is opened in any case, and an open file tells its status.
      if let known, !rereads {
        let status = try listing.directory.status(of: entry)
        let signature = Self.signature(of: status, listing.filesystemDigest)
        if known.signature == signature, !locks.mayBeLocked(status) {
          report.unchangedCount += 1
          return
        }
      }
      report.files.append(try read(entry, of: listing, known: known?.image, &report, &head))
    } catch {
      note(error, name, isKnown: known != nil, &report)
    }
  }

  private func note(
    _ fault: HostFault, _ name: ArraySlice<UInt8>, isKnown: Bool, _ report: inout DirectoryReport
  ) {
    if fault.isMissing {
      // It went while the directory was listed: that is proof enough.
      if isKnown { report.goneNames.append(Array(name)) }
    } else {
      report.problems.append(
        ScanProblem(filename: report.path.appending(name), message: fault.reason))
    }
  }

  private func read(
    _ entry: DirectoryEntry, of listing: Listing, known: Int64?,
    _ report: inout DirectoryReport, _ head: inout HeadBuffer
  ) throws(HostFault) -> SeenFile {
    let name = entry.nameBytes
    do {
      let file = try open(entry, of: listing, &head)
      let (status, header, isSettled) = try contents(of: file, listing, &head)
      var found = seen(name, status, listing, known: known, header, isSettled: isSettled)
      if status.kind == .blockDevice { found.fileSize = file.byteCount }
      look(further: file, &found, &report, &head)
      return found
    } catch {
      // A host that fails says nothing of the file: it is what it was when it was last seen.
      guard error.isOfTheFile else { throw error }
      let status = try listing.directory.status(of: entry)
      report.problems.append(
        ScanProblem(
          filename: report.path.appending(name), message: "cannot be read: \(error.reason)"))
      return seen(name, status, listing, known: known, nil, isSettled: false)
    }
  }

  /// Asks who holds a file, and takes a sample of it. What could not be asked is told, and asked again next time.
  private func look(
    further file: borrowing OpenFile, _ found: inout SeenFile, _ report: inout DirectoryReport,
    _ head: inout HeadBuffer
  ) {
    do {
      found.isInUse = try file.isLockedByQEMU()
      if found.isInUse { found.signature = 0 }
    } catch {
      // Where the file system never says, nobody is known to hold it.
      if !error.isNotOffered {
        add("its locks cannot be queried: \(error.reason)", &found, &report)
      }
    }
    do {
      found.sample = try samples.digest(of: file, &head.whole)
    } catch {
      add("its content cannot be read: \(error.reason)", &found, &report)
    }
  }

  private func add(
    _ message: String, _ found: inout SeenFile, _ report: inout DirectoryReport
  ) {
    found.signature = 0
    report.problems.append(
      ScanProblem(filename: report.path.appending(found.name), message: message))
  }

  /// Opens a regular file, or the block device to which the entry leads.
  private func open(
    _ entry: DirectoryEntry, of listing: Listing, _ head: inout HeadBuffer
  ) throws(HostFault) -> OpenFile {
    do {
      return try listing.directory.openFile(
        entry, reading: SeenHeader.digestedLength, into: &head.first)
    } catch {
      guard error.isNotRegular else { throw error }
      head.first.removeAll()
      let path = listing.blank.path.appending(entry.nameBytes)
      let found = try status(ofPath: path, followingLink: true)
      guard found.kind == .blockDevice else { throw error }
      let device = try OpenFile(opening: path, allowingBlockDevice: true)
      // A node without a device behind it, a drive without a disc: nothing was looked at.
      guard device.byteCount > 0 else {
        throw HostFault(operation: "open", path: path, code: HostFault.noMedium)
      }
      return device
    }
  }

  /// A file's status and what its bytes say; whether both are of one moment, and will stay so until the
  /// times of the file change.
  ///
  /// A file that has not been written to since before it was opened has its first bytes in `head`, and most
  /// need no more. Every other one is read between two questions for its status; once more when it
  /// changed meanwhile, and then it is taken as it is.
  private func contents(
    of file: borrowing OpenFile, _ listing: Listing, _ head: inout HeadBuffer
  ) throws(HostFault) -> (FileStatus, SeenHeader, isSettled: Bool) {
    var before = file.openedStatus
    if listing.hasTimesOfThisHost, Self.isOld(before, at: head.begun),
      let facts = ImageFacts.reading(beginning: head.first, of: file.byteCount)
    {
      let whole = Self.whole(facts, of: file, listing)
      return (before, head.header(whole, head.first[...], in: listing.blank.path), true)
    }
    for attempt in 0...1 {
      let facts = Self.whole(try Self.facts(of: file, &head), of: file, listing)
      let after = try file.status()
      let isSame = Self.isSame(before, after)
      if isSame || attempt == 1 {
        let digested = head.whole.prefix(SeenHeader.digestedLength)
        return (
          after, head.header(facts, digested, in: listing.blank.path),
          isSame && Self.isOld(after, at: Clock.now())
        )
      }
      before = after
    }
    throw HostFault(operation: "read", path: file.path, code: 0)
  }

  /// The footer of a VHD that is a directory, as Xen Orchestra's are, lacks nothing: the header stands beside it.
  private static func whole(
    _ facts: ImageFacts, of file: borrowing OpenFile, _ listing: Listing
  ) -> ImageFacts {
    guard facts.fault != nil, facts.format == .vpc, file.byteCount == 512,
      file.path.name.elementsEqual("footer".utf8)
    else { return facts }
    do {
      let header = try listing.directory.openFile(Array("header".utf8))
      guard try header.bytes(at: 0, count: 8).elementsEqual("cxsparse".utf8) else { return facts }
    } catch {
      // What cannot be read is no reason to call the image sound.
      return facts
    }
    var whole = facts
    whole.fault = nil
    return whole
  }

  private static func facts(
    of file: borrowing OpenFile, _ head: inout HeadBuffer
  ) throws(HostFault) -> ImageFacts {
    do {
      try file.read(ImageFacts.headLength, into: &head.whole)
    } catch {
      throw HostFault(operation: "read", path: file.path, code: error.code)
    }
    return ImageFacts.reading(file, head: head.whole)
  }

  private func seen(
    _ name: ArraySlice<UInt8>, _ status: FileStatus, _ listing: Listing, known: Int64?,
    _ header: SeenHeader?, isSettled: Bool
  ) -> SeenFile {
    var found = SeenFile(
      name: Array(name), knownImage: known, inode: status.inode, birthTime: status.born,
      mayStandElsewhere: status.linkCount > 1 || listing.isMountedTwice,
      linkCount: status.linkCount,
      ownership: FileOwnership(user: status.ownerID, group: status.groupID, mode: status.mode),
      fileSize: status.size,
      actualSize: status.allocated, modified: status.modified, changed: status.changed,
      signature: isSettled ? Self.signature(of: status, listing.filesystemDigest) : 0,
      isInUse: false, hasDiskName: header?.facts.format == .raw && DiskExtension.isOne(name),
      header: header)
    if status.kind != .regular { found.beDevice(in: listing.blank.path) }
    return found
  }

  /// Whether a file was written to so long before a time, in nanoseconds since 1970, that a later write gives
  /// it other times.
  private static func isOld(_ status: FileStatus, at time: Int64) -> Bool {
    max(status.modified, status.changed) < time - youth
  }

  private static func isSame(_ one: FileStatus, _ other: FileStatus) -> Bool {
    one.modified == other.modified && one.changed == other.changed && one.size == other.size
  }

  private static func signature(of status: FileStatus, _ filesystem: UInt64) -> Int64 {
    var digest = ContentDigest()
    digest.combine(filesystem)
    digest.combine(status.inode)
    digest.combine(status.size)
    digest.combine(status.allocated)
    digest.combine(UInt64(bitPattern: status.modified))
    digest.combine(UInt64(bitPattern: status.changed))
    return digest.value
  }

  /// Adds a symbolic link: where it leads is asked, and nothing is opened.
  func add(alias name: ArraySlice<UInt8>, of listing: Listing, to report: inout DirectoryReport) {
    let path = report.path.appending(name)
    do {
      let text = try listing.directory.linkText(of: name)
      report.aliases.append(
        SeenAlias(name: Array(name), linkText: text, target: try Self.file(at: path)))
    } catch {
      report.problems.append(ScanProblem(filename: path, message: error.reason))
    }
  }

  /// The regular file to which a path leads, links followed; `nil` where it leads to none.
  private static func file(at path: PathBytes) throws(HostFault) -> PathBytes? {
    do throws(HostFault) {
      guard try status(ofPath: path, followingLink: true).kind == .regular else { return nil }
      return try canonicalPath(path)
    } catch {
      if error.isOfThePath { return nil }
      throw error
    }
  }
}

/// Memory for the first bytes of one file after the other.
private struct HeadBuffer {
  /// What is digested; of a qcow2 image it is nearly always all that there is to read.
  var first: [UInt8] = []
  /// What every other format is known by.
  var whole: [UInt8] = []
  /// Nanoseconds since 1970: before any of the files was opened.
  let begun: Int64
  private var last: SeenHeader?

  init(since begun: Int64) { self.begun = begun }

  /// What was read of a file in a directory; `digested` are its first bytes.
  mutating func header(
    _ facts: consuming ImageFacts, _ digested: ArraySlice<UInt8>, in directory: PathBytes
  ) -> SeenHeader {
    var digest = ContentDigest()
    digest.combine(digested)
    let header = SeenHeader(facts, digest: digest.value, in: directory, after: last)
    last = header
    return header
  }
}

extension SeenFile {
  /// Makes the file a block device in `directory`.
  ///
  /// A device node is recreated at boot and carries neither the size nor the times of its content. So a device is identified by its path and read in every scan.
  fileprivate mutating func beDevice(in directory: PathBytes) {
    var digest = ContentDigest()
    digest.combine(directory.appending(name[...]).bytes)
    inode = UInt64(bitPattern: digest.value) >> 1
    (birthTime, modified, changed, signature) = (nil, 0, 0, 0)
    mayStandElsewhere = false
    hasDiskName = true
  }
}

/// Endings that people give to disk images: a file so named is one even if its content says nothing.
enum DiskExtension {
  static func isOne(_ name: ArraySlice<UInt8>) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), name.endIndex - dot <= 6 else {
      return false
    }
    return ImageFormat.endings.contains(
      String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased())
  }
}
