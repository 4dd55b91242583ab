internal import CLinux
internal import Glibc
public import Model

/// A lock that one process at a time holds; the kernel drops it when the process ends, however it ends.
///
/// The file stays where it is: removing it would let two processes hold two files of one name.
public struct LockFile: ~Copyable, Sendable {
  /// What a holder writes into its lock file.
  public struct Holder: Hashable, Sendable {
    /// The holder's process number.
    public let processID: Int32
    /// When it took the lock, nanoseconds since 1970.
    public let since: Int64
    /// What it does, in its own words: one line.
    public let owner: String
  }

  private let descriptor: Descriptor

  /// Takes the lock at `path`, made with mode 0600 if it is not there, and writes `owner` into it.
  ///
  /// With `wait` it tries ten times a second until it has it or `stop` says true. With `forPrograms`
  /// every program that this process runs holds the lock too, until it ends: also when this process is
  /// gone before.
  /// - Throws: `.held` without `wait`, `.stopped`, `.failed`.
  public init(
    taking path: PathBytes, owner: String, wait: Bool, forPrograms: Bool = false,
    stop: () -> Bool = { false }
  ) throws(LockFault) {
    let opened = try Self.opened(path)
    try Self.take(opened, path, wait: wait, stop: stop)
    let text = Holder(processID: getpid(), since: Clock.now(), owner: owner).text
    let result = unsafe text.withUnsafeBytes {
      unsafe bs_replace_text(opened.number, $0.baseAddress, $0.count)
    }
    if result < 0 { throw .failed(HostFault(operation: "write", path: path, code: -result)) }
    guard forPrograms else {
      descriptor = opened
      return
    }
    // Above the numbers that a program is given.
    do throws(HostFault) {
      descriptor = try Descriptor(
        bs_duplicate(opened.number, Int32(BS_PASSED) + 1, 1), "lock", path)
    } catch { throw .failed(error) }
  }

  private static func opened(_ path: PathBytes) throws(LockFault) -> Descriptor {
    let result = unsafe PathReach.call(path.bytes) { unsafe bs_open_lock($0, $1) }
    do throws(HostFault) { return try Descriptor(result, "open", path) } catch {
      throw .failed(error)
    }
  }

  private static func take(
    _ opened: borrowing Descriptor, _ path: PathBytes, wait: Bool, stop: () -> Bool
  ) throws(LockFault) {
    while true {
      let result = bs_try_lock(opened.number)
      if result == 0 { return }
      guard result == -EWOULDBLOCK else {
        throw .failed(HostFault(operation: "lock", path: path, code: -result))
      }
      guard wait else { throw .held(by: holder(opened, path)) }
      if stop() { throw .stopped }
      bs_sleep(100_000_000)
    }
  }

  private static func holder(_ opened: borrowing Descriptor, _ path: PathBytes) -> Holder {
    Holder(text: (try? SystemFile.contents(opened, path)) ?? [])
  }
}

extension LockFile.Holder {
  /// The line of a lock file: process number, time, owner.
  var text: [UInt8] { Array("\(processID) \(since) \(owner)\n".utf8) }

  /// Reads the line; what is not there is 0 or empty (the holder may just be writing it).
  init(text: [UInt8]) {
    let line = String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    processID = parts.first.flatMap { Int32($0) } ?? 0
    since = parts.dropFirst().first.flatMap { Int64($0) } ?? 0
    owner = parts.dropFirst(2).first.map { String($0) } ?? ""
  }
}
