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
        return kept(
          strings(in: try JSONText(parsing: value[...]), depth: 0).flatMap {
            PathsInText.all(inValue: $0)
          })
      } catch { return inText(value) }
    }
    let pairs = QEMUOptions(parsing: value).pairs
    return kept(
      pairs.flatMap { [Array($0.key.utf8), $0.value] }
        .flatMap { PathsInText.all(inValue: $0) })
  }

  /// The paths in any other text.
  static func inText(_ text: some Sequence<UInt8>) -> [[UInt8]] { kept(PathsInText.all(in: text)) }

  private static func kept(_ paths: [[UInt8]]) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    return Array(paths.filter { seen.insert($0).inserted }.prefix(limit))
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
