import DiskImage
import Foundation

/// Writes what the readers say of the fuzzer's seeds, as they are and with changes that are the same in every run: a
/// line for each, for comparing two versions. `Scripts/compare-readers` does that.
@main struct Telling {
  /// The folder of seeds, a file with a reference in each line, and how many changes of each are told.
  static func main() throws {
    let (folder, references) = (CommandLine.arguments[1], CommandLine.arguments[2])
    let rounds = Int(CommandLine.arguments[3]) ?? 1
    var seeds: [(name: String, bytes: [UInt8])] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      seeds.append((name, [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name)))))
    }
    let lines = [UInt8](try Data(contentsOf: URL(filePath: references)))
    for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      // Of a backing file of a qcow2.
      seeds.append(("line \(number + 1)", [1, 0, 2] + line))
    }
    for seed in seeds {
      print(seed.name, FuzzInput(seed.bytes).told())
      var random = SplitMix(state: UInt64(seed.bytes.count))
      for round in 0..<rounds {
        let changed = Self.changed(seed.bytes, by: &random)
        let told = FuzzInput(changed).told()
        // Long ones by a number, so that a run is not gigabytes.
        print(seed.name, round, told.utf8.count < 300 ? told : "\(digest(told))")
      }
    }
  }

  private static let words: [String] = [
    "\\", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\udc00", "'", "\"", "{", "}", "[", "]", ",",
    ":", "1e3", "1.0",
    "-0", "00", "1.50", "18446744073709551616", "-9223372036854775808", "null", "true", ".", "//",
    "@", "%41",
    "%", "=", "password=", "token=", "&", "?", "#", "json:", "CID=", "parentCID=", "createType=\"",
    "\n",
    "parentFileNameHint=\"", "RW 8 FLAT \"a\" 0", "\u{b}RW -8 SPARSE \"b\"", "ddb.uuid.image=\"",
    "&amp;", "<", "/>",
    "<!--", "-->", "é", "\u{212a}ey=", " ",
  ]

  private static func changed(_ seed: [UInt8], by random: inout SplitMix) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 3..<max(4, bytes.count), using: &random)
      guard place < bytes.count else { continue }
      let length = min(Int.random(in: 1...8, using: &random), bytes.count - place)
      let values: [UInt8] = [0, 1, 2, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
      let value = values[Int.random(in: 0..<values.count, using: &random)]
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.removeSubrange(place..<(place + length - 1))
      case 1: bytes.insert(contentsOf: [UInt8](repeating: value, count: length), at: place)
      case 2, 3:
        let word = words[Int.random(in: 0..<words.count, using: &random)]
        bytes.insert(contentsOf: word.utf8, at: place)
      case _: for index in place..<(place + length) { bytes[index] = value }
      }
    }
    return bytes
  }

  /// FNV-1a, of 64 bits.
  private static func digest(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

extension FuzzInput {
  /// What the readers say of what the input stands for, in one line.
  func told() -> String {
    guard let choice = bytes.first else { return "" }
    guard choice & 1 == 0 else { return toldOfReference() }
    let image = MadeUpImage(bytes.dropFirst(), isSealed: choice & 2 != 0)
    guard let facts = try? ImageFacts.reading(image) else { return "cannot be read" }
    let targets = facts.references.prefix(20).map {
      Self.line(
        ReferenceTarget(
          parsing: $0.stored, as: $0.role, heldBy: facts.format, in: Array("/images".utf8)))
    }
    return "\(facts) \(facts.fault?.reason ?? "") \(targets)".replacing("\n", with: " ")
  }

  private func toldOfReference() -> String {
    guard bytes.count > 3 else { return "" }
    let stored = Array(bytes.dropFirst(3))
    let roles = ReferenceRole.allCases
    let formats = ImageFormat.allCases
    let target = ReferenceTarget(
      parsing: stored, as: roles[Int(bytes[1]) % roles.count],
      heldBy: formats[Int(bytes[2]) % formats.count], in: Array("/images".utf8))
    let plain = ReferenceTarget(parsing: stored, in: Array("/images".utf8))
    let shown = ReferenceTarget.redacting(stored)
    let options = stored.starts(with: "json:".utf8) ? BlockOptions(json: Array(stored[5...])) : nil
    let images = options?.images.map { Self.line($0.target) + "\($0.format ?? "")" } ?? []
    return
      "\(Self.line(target)) \(Self.line(plain)) \(Self.line(plain.redacted)) \(shown) \(images)"
  }

  private static func line(_ target: ReferenceTarget) -> String {
    let options = target.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return """
      \(target.type.map(\.rawValue) ?? "") \(target.path ?? []) \(target.uri ?? "") \
      \(target.protocolName ?? "") \(target.name ?? "") \(target.hosts) \(options) \
      \(target.formatInReference ?? "") \(target.invalid ?? "")
      """.replacing("\n", with: " ")
  }
}

/// SplitMix64, so that a row of random numbers can be had again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
