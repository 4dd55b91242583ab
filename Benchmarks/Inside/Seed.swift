import Foundation

/// A real image out of the fuzzer's seeds.
///
/// `Scripts/make-fuzz-seed` writes them: a byte, the image's length (8 bytes, big-endian), and the pieces
/// of it that are not zeros, each with its offset (8 bytes), its length (2 bytes) and so many bytes.
struct Seed: Sendable {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Tests/Fuzz/Seeds")

  let name: String

  /// Seeds of every format, in the order of their names. Those of references are left out, and those of images
  /// that say to be longer than a file can be: they are there to be refused.
  static func images() -> [Seed] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasPrefix("reference-") && !$0.contains("-endless-") }
      .sorted().map(Seed.init)
  }

  /// The image's bytes, zeros and all.
  func image() throws -> [UInt8] {
    var rest = [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))[1...]
    var image = [UInt8](repeating: 0, count: Self.takeNumber(bytes: 8, from: &rest))
    while !rest.isEmpty {
      let offset = Self.takeNumber(bytes: 8, from: &rest)
      let count = Self.takeNumber(bytes: 2, from: &rest)
      image.replaceSubrange(offset..<(offset + count), with: rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return image
  }

  private static func takeNumber(bytes count: Int, from rest: inout ArraySlice<UInt8>) -> Int {
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
  }
}
