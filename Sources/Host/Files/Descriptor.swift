internal import CLinux
internal import Glibc
internal import Model

/// One descriptor of the system, closed exactly once.
struct Descriptor: ~Copyable, Sendable {
  /// The descriptor's number.
  let number: Int32

  /// Takes over what a call of CLinux returned.
  /// - Throws: the fault that a negative result stands for.
  init(_ result: Int32, _ operation: String, _ path: PathBytes) throws(HostFault) {
    guard result >= 0 else { throw HostFault(operation: operation, path: path, code: -result) }
    number = result
  }

  /// Takes over an open descriptor.
  init(open number: Int32) { self.number = number }

  deinit { _ = bs_close(number) }

  /// The status of what is open.
  borrowing func status(_ path: @autoclosure () -> PathBytes) throws(HostFault) -> FileStatus {
    var raw = bs_status()
    try unsafe bs_status_of(number, &raw).check("stat", path())
    return FileStatus(raw)
  }
}

extension Int32 {
  /// - Throws: the fault that a negative result of CLinux stands for; only then is the path asked for.
  func check(_ operation: String, _ path: @autoclosure () -> PathBytes) throws(HostFault) {
    guard self < 0 else { return }
    throw HostFault(operation: operation, path: path(), code: 0 - self)
  }
}
