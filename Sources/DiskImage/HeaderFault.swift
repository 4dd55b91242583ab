/// Why a header cannot be what its magic says. A fact about a file, never a failure of the scan.
public enum HeaderFault: Error, Hashable, Sendable {
  /// The image ends, or the area that may be read ends, before the bytes that are needed.
  case truncated(offset: UInt64, needed: Int)
  /// A number outside what the specification, or QEMU, allows.
  case outOfRange(field: String, value: UInt64, allowed: ClosedRange<UInt64>)
  /// A field that contradicts the rest of the header; `reason` completes "`field` …".
  case contradiction(field: String, reason: String)
  /// A checksum that is not that of the bytes.
  case checksumMismatch(field: String)
  /// The system refused a read.
  case unreadable(ReadFault)
}

extension HeaderFault {
  /// The fault in words, without the file's name: lower case, no full stop.
  public var reason: String {
    switch self {
    case .truncated(let offset, let needed):
      "the header needs \(needed) bytes at offset \(offset), beyond the end of the file"
    case .outOfRange(let field, let value, let allowed):
      "\(field) is \(value), outside \(allowed.lowerBound) to \(allowed.upperBound)"
    case .contradiction(let field, let reason): "\(field) \(reason)"
    case .checksumMismatch(let field): "\(field) does not match the bytes that it covers"
    case .unreadable(let fault): "the header could not be read (error \(fault.code))"
    }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// This number, if it lies in `range`.
  /// - Throws: `.outOfRange` with the specification's name of the field.
  public func checked(within range: ClosedRange<Self>, field: String) throws(HeaderFault) -> Self {
    guard range.contains(self) else {
      throw .outOfRange(
        field: field, value: UInt64(self),
        allowed: UInt64(range.lowerBound)...UInt64(range.upperBound))
    }
    return self
  }
}
