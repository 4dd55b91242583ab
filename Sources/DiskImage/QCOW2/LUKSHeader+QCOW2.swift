extension LUKSHeader {
  /// Reads the LUKS header that the full disk encryption header pointer of a qcow2 image names.
  ///
  /// One read of 592 bytes. Source: QEMU docs/interop/qcow2, "Full disk encryption header pointer".
  /// - Throws: what QEMU refuses in it.
  init<Source: ByteSource & ~Copyable>(
    at offset: UInt64, writtenLength: UInt64, source: borrowing Source
  ) throws(HeaderFault) {
    _ = try writtenLength.checked(
      within: UInt64(Self.length)...UInt64.max, field: "full disk encryption header length")
    let window = try HeaderBytes(reading: source, at: offset, count: Self.length)
    let bytes = HeaderBytes(Array(try window.slice(at: offset, count: Self.length)))
    guard bytes.holds(Self.magic, at: 0) else {
      throw .contradiction(field: "crypt_method", reason: "is LUKS, and there is no LUKS header")
    }
    try self.init(parsing: bytes)
  }
}
