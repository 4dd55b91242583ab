/// A size as a user writes it: bytes, or `K`, `M`, `G`, `T` of 1024 steps (`10G`, `10GiB`).
public struct ByteCount: Hashable, Sendable {
  /// Bytes.
  public let bytes: UInt64

  /// - Returns: `nil` for what is no size, or too large to be one.
  public init?(_ text: some StringProtocol) {
    var digits = text.uppercased()[...]
    if digits.hasSuffix("IB") {
      digits = digits.dropLast(2)
    } else if digits.hasSuffix("B") {
      digits = digits.dropLast()
    }
    let shift = digits.last.flatMap { ["K": 10, "M": 20, "G": 30, "T": 40][$0] } ?? 0
    if shift > 0 { digits = digits.dropLast() }
    guard let count = UInt64(digits) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << UInt64(shift))
    if overflow { return nil }
    self.bytes = bytes
  }
}
