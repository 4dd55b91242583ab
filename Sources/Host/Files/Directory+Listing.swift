internal import CLinux

extension Directory {
  /// Bytes that one getdents64 call may fill: some 2,000 names; more made no call cheaper.
  private static let batchSize = 65536
  /// A record has at least 24 bytes (getdents64(2)).
  private static let mostNames = batchSize / 24 + 1

  /// All names in the directory but `.` and `..`, in the kernel's order.
  ///
  /// Starts anew at each call; two calls at the same time on one value disturb each other. An error
  /// in the middle of the listing is the result's `fault`, and what came before it is kept.
  /// - Throws: `list` when not even the beginning can be read.
  public func entries() throws(HostFault) -> DirectoryEntries {
    try bs_rewind(descriptor.number).check("list", path)
    var arena: [UInt8] = []
    var starts: [Int] = []
    let result = unsafe withUnsafeTemporaryAllocation(
      byteCount: Self.batchSize, alignment: 8
    ) { buffer in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.mostNames) { offsets in
        while true {
          let listed = unsafe bs_list(
            descriptor.number, buffer.baseAddress, buffer.count, offsets.baseAddress)
          guard listed.fault == 0, listed.names > 0 else { return listed.fault }
          for index in 0..<listed.names {
            starts.append(arena.count + Int(unsafe offsets[index]))
          }
          unsafe arena.append(contentsOf: buffer.prefix(listed.bytes))
        }
      }
    }
    guard result < 0 else { return DirectoryEntries(arena: arena, starts: starts, fault: nil) }
    let fault = HostFault(operation: "list", path: path, code: -result)
    if starts.isEmpty { throw fault }
    return DirectoryEntries(arena: arena, starts: starts, fault: fault)
  }
}
