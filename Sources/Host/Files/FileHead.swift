internal import CLinux
internal import Glibc

/// Writes bytes over the front of a file that is there, and waits until the device has them. The file is
/// neither made nor made shorter.
public func overwriteFront(of path: [UInt8], with bytes: [UInt8]) throws(HostFault) {
  let result = unsafe PathReach.call(path) { unsafe bs_open_to_write($0, $1) }
  let file = try Descriptor(result, "open", path)
  let code = unsafe bytes.withUnsafeBytes {
    unsafe bs_write_at(file.number, $0.baseAddress, $0.count, 0)
  }
  try code.check("write", path)
}
