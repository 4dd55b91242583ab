internal import DiskImage
public import Host
internal import Model
public import Sighting
internal import Synchronization

/// Reads what overlays see of their bases, so that a change under them is noticed.
///
/// What a guest sees is measured where the tables of an image can be read, and of the bytes of its files a digest
/// is taken where they cannot. All data of a base is read up to a bound, and blocks spread over it beyond that;
/// a whole scan reads a bounded amount. Holes are passed over.
public struct BaseContent: Sendable {
  /// Bytes that a scan reads of bases.
  private static let scanLimit: UInt64 = 512 << 20
  /// Bases that a scan reads.
  package static let countLimit = 2000
  /// Threads at once, each with a piece in memory; more in flight help small files, not large ones.
  private static let mostReaders = 16
  /// Files of a chain that every thread may have open; whose chain has more takes a turn. All of them stay below the
  /// 1,024 that a process usually may.
  private static let fewFiles = 32
  /// Files that are open in such a turn; a chain of more is not measured.
  private static let mostFiles = 400

  private let crew: WorkCrew
  private let filesystems: FileSystemIdentity?

  /// A reader with up to `jobs` threads.
  ///
  /// It starts with one, because judging runs at the same time and needs the CPU.
  public init(jobs: Int = 1) { self.init(jobs: jobs, filesystems: nil) }

  /// A reader of images that are known by their files' numbers on these file systems.
  package init(jobs: Int, filesystems: FileSystemIdentity?) {
    self.filesystems = filesystems
    crew = WorkCrew(size: min(jobs, Self.mostReaders), beginning: 1)
  }

  /// The content of one image; `nil` where its chain is not whole, another file stands in one of its places, or it
  /// is written to meanwhile.
  /// - Throws: `HostFault` where it cannot be read.
  public func content(of base: BaseToRead) throws(HostFault) -> Content? {
    try content(of: base, GuestMeasure(), ByteBudget(.max)) { false }
  }

  /// The contents of bases. What stands at a base's path by now and is another file, is written to while it is
  /// read, is one too many, or cannot be read, has none; the last is told.
  package func contents(
    of bases: [BaseToRead], stop: @escaping @Sendable () -> Bool
  ) -> BaseContents {
    let budget = ByteBudget(Self.scanLimit)
    let measure = GuestMeasure()
    let found = Mutex(BaseContents())
    // The crew begins with the last.
    crew.drain(bases.prefix(Self.countLimit).reversed(), stop: stop) { base, _ in
      guard !budget.isSpent else { return }
      do throws(HostFault) {
        if base.purpose == .emptiness {
          guard try isEmpty(base, budget) else { return }
          _ = found.withLock { $0.empty.insert(base.image) }
          return
        }
        guard let content = try content(of: base, measure, budget, isStopped: stop) else { return }
        found.withLock { $0.contents[base.image] = content }
      } catch {
        // What went, or became something else, is for the next scan to see.
        if error.isMissing || error.isNotRegular { return }
        let problem = ScanProblem(
          filename: error.path, message: "cannot be read: \(error.reason)")
        found.withLock { $0.problems.append(problem) }
      }
    }
    return found.withLock { $0 }
  }

  /// What a guest sees of an image, or else a digest of its files.
  private func content(
    of base: BaseToRead, _ measure: GuestMeasure, _ budget: ByteBudget,
    isStopped: () -> Bool
  ) throws(HostFault) -> Content? {
    do throws(GuestFault) {
      guard base.isWhole, base.fileCount <= Self.mostFiles else { throw GuestFault.unmapped }
      return try measure.inTurn(base.fileCount > Self.fewFiles) { () throws(GuestFault) in
        try view(of: base, measure, budget, isStopped)
      }
    } catch {
      switch error {
      case .unreadable(let fault): throw fault
      case .stopped: return nil
      case .unmapped:
        return base.purpose == .view ? nil : try digest(of: base, budget, isLast: true)
      }
    }
  }

  private func view(
    of base: BaseToRead, _ measure: GuestMeasure, _ budget: ByteBudget, _ isStopped: () -> Bool
  ) throws(GuestFault) -> Content? {
    guard let disk = try disk(base.layers[...]) else { return nil }
    if base.purpose == .digest {
      do throws(HostFault) { return try digest(of: base, budget, isLast: false) } catch {
        throw .unreadable(error)
      }
    }
    defer { budget.spend(disk.bytesRead) }
    let content = try measure.content(of: disk, isStopped: isStopped)
    return try disk.isQuiet() ? content : nil
  }

  private func digest(
    of base: BaseToRead, _ budget: ByteBudget, isLast: Bool
  ) throws(HostFault) -> Content? {
    try FileDigest.value(of: base, budget, open).map { Content(digest: $0, isLast: isLast) }
  }

  private func isEmpty(_ base: BaseToRead, _ budget: ByteBudget) throws(HostFault) -> Bool {
    do throws(GuestFault) {
      guard let disk = try disk(base.layers.prefix(1)) else { return false }
      defer { budget.spend(disk.bytesRead) }
      return try disk.isEmpty()
    } catch {
      if case .unreadable(let fault) = error { throw fault }
      return false
    }
  }

  /// A chain, open for reading; `nil` where another file stands in one of its places.
  private func disk(_ layers: ArraySlice<BaseLayer>) throws(GuestFault) -> GuestDisk? {
    var disk: GuestDisk?
    for layer in layers.reversed() {
      guard let format = ImageFormat(rawValue: layer.format) else { throw .unmapped }
      var files: [GuestFile] = []
      for known in [layer.file] + layer.parts {
        do throws(HostFault) {
          guard let file = try open(known) else { return nil }
          files.append(GuestFile(file))
        } catch {
          throw .unreadable(error)
        }
      }
      disk = GuestDisk(layer.image, try GuestLayer(format, files), below: disk)
    }
    return disk
  }

  /// A file, as long as it is the one that is known.
  private func open(_ known: BaseFile) throws(HostFault) -> OpenFile? {
    let directory = try Directory(opening: known.path.directory, followingLink: true)
    let file = try directory.openFile(Array(known.path.name))
    guard file.openedStatus.inode == known.inode else { return nil }
    if let filesystems {
      let home = try filesystems.identity(of: directory, status: try directory.status())
      guard home == known.filesystem else { return nil }
    }
    return file
  }
}

/// Bytes that several threads may read together.
final class ByteBudget: Sendable {
  private let left: Atomic<Int64>

  init(_ bytes: UInt64) { left = Atomic(Int64(clamping: bytes)) }

  /// Whether nothing is left.
  var isSpent: Bool { left.load(ordering: .relaxed) <= 0 }

  /// Takes bytes away; what is read anyway may be more than was left.
  func spend(_ bytes: UInt64) { left.subtract(Int64(clamping: bytes), ordering: .relaxed) }
}
