internal import CLinux
internal import Glibc
public import Model

/// Writes bytes over the front of a file that is there, and waits until the device has them. The file is
/// neither made nor made shorter.
public func overwriteFront(of path: PathBytes, with bytes: [UInt8]) throws(HostFault) {
  let result = unsafe PathReach.call(path.bytes) { unsafe bs_open_to_write($0, $1) }
  let file = try Descriptor(result, "open", path)
  let code = unsafe bytes.withUnsafeBytes {
    unsafe bs_write_at(file.number, $0.baseAddress, $0.count, 0)
  }
  try code.check("write", path)
}
