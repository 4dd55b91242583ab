internal import DiskImage
internal import Libvirt
internal import Model

/// Absolute paths in what a product says of a machine and nobody here knows the meaning of: the file may be needed, whatever
/// for.
enum NamedPaths {
  /// Paths of one text that are kept.
  private static let limit = 100

  /// The paths in the value of an option of QEMU's: `key=/path,…`, `file:/path`, or JSON.
  static func inOption(_ value: [UInt8]) -> [[UInt8]] {
    if value.first == UInt8(ascii: "{") {
      do throws(InvalidReference) {
        return strings(in: try JSONText(parsing: value[...]), depth: 0).filter(mayBeStorage)
      } catch { return inText(value[...]) }
    }
    return kept(
      QEMUOptions(parsing: value).pairs.flatMap { pair -> [[UInt8]] in
        [Array(pair.key.utf8), pair.value, pastColon(pair.key.utf8), pastColon(pair.value)]
      })
  }

  /// The paths in a text whose words are told apart by blanks, commas, equals signs, colons and quotes.
  static func inText(_ text: ArraySlice<UInt8>) -> [[UInt8]] {
    kept(
      text.split { byte in byte <= 0x20 || ",=:;\"'".utf8.contains(byte) }.map { Array($0) })
  }

  /// A text that is a path as a whole.
  static func whole(_ text: [UInt8]) -> [[UInt8]] { kept([text]) }

  private static func kept(_ words: [[UInt8]]) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return Array(words.filter { mayBeStorage($0) && seen.insert($0).inserted }.prefix(limit))
  }

  private static func mayBeStorage(_ word: [UInt8]) -> Bool {
    word.first == UInt8(ascii: "/") && !word.contains(0)
      && DomainFacts.mayBeStorage(String(decoding: word, as: UTF8.self))
  }

  /// What stands behind the first colon; nothing for a URL.
  private static func pastColon(_ text: some Collection<UInt8>) -> [UInt8] {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return [] }
    let rest = Array(text[colon...].dropFirst())
    return rest.starts(with: "//".utf8) ? [] : rest
  }

  private static func strings(in value: JSONText, depth: Int) -> [[UInt8]] {
    guard depth < ReferenceDepth.limit else { return [] }
    switch value {
    case .string(let text): return [Array(text.utf8)]
    case .object(let members):
      return members.sorted { $0.key < $1.key }
        .flatMap { strings(in: $0.value, depth: depth + 1) }
    case .list(let items): return items.flatMap { strings(in: $0, depth: depth + 1) }
    default: return []
    }
  }
}

extension MachineUse {
  /// A file that a machine names, and that it may need.
  init(named path: [UInt8]) {
    self.init(.argument, .local(path))
    (isReadOnly, mayBeMissing) = (true, true)
  }
}
