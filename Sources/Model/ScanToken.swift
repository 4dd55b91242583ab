/// What tells a scan from every other one, also from that of the same number in a copy of the database.
public struct ScanToken: Hashable, Sendable {
  /// How many bytes it has.
  public static let byteCount = 16
  /// The bytes.
  public let bytes: [UInt8]

  /// A token of these bytes; `nil` for another number of them.
  public init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Reads 32 hexadecimal digits.
  /// - Returns: `nil` for anything else.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count == 2 * Self.byteCount else { return nil }
    bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// 32 hexadecimal digits.
  public var text: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
