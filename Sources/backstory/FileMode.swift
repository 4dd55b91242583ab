import ArgumentParser

/// Permissions of a file as users write them: `600`, `0644`.
struct FileMode: ExpressibleByArgument {
  /// The permission bits.
  let bits: UInt32

  /// For the owner alone.
  static let privately = FileMode(bits: 0o600)

  private init(bits: UInt32) { self.bits = bits }

  /// - Returns: `nil` for what is no octal number, or has more in it than reading and writing.
  init?(argument: String) {
    guard let bits = UInt32(argument, radix: 8), bits & ~0o666 == 0, bits & 0o400 != 0 else {
      return nil
    }
    self.bits = bits
  }

  /// The mode as it is written.
  var defaultValueDescription: String { String(bits, radix: 8) }
}
