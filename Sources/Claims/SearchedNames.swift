internal import DiskImage
internal import Model

/// By which names a reference that leads nowhere may be looked for, wherever they stand.
struct SearchedNames {
  /// Last components, in lower case: Windows, where some of them come from, does not tell cases apart.
  private(set) var names: Set<[UInt8]> = []
  /// The last two components of what has two.
  private(set) var tails: Set<[UInt8]> = []

  /// The names of a reference by every grammar that it may be written in; `place` is where it is looked for.
  init(of stored: [UInt8], as role: ReferenceRole, heldBy format: ImageFormat, at place: PathBytes?)
  {
    // A directory that a domain shares is no image.
    guard role != .filesystem else { return }
    let target = ReferenceTarget(parsing: stored, as: role, heldBy: format, in: [Self.slash])
    if let server = target.protocolName, Self.withoutFiles.contains(server) { return }
    let texts = [stored, target.path, target.name.map { Array($0.utf8) }, place?.bytes]
    for text in texts { if let text { add(text) } }
  }

  private static let slash = UInt8(ascii: "/")
  private static let separators = [slash, UInt8(ascii: "\\")]

  /// What names blocks of a server and no file.
  private static let withoutFiles: Set<String> = ["rbd", "iscsi", "nbd"]

  private static let notSearched: [[UInt8]] = ["/dev/", "/proc/", "/sys/", "/run/"]
    .map { Array($0.utf8) }

  private mutating func add(_ path: [UInt8]) {
    guard !Self.notSearched.contains(where: { path.starts(with: $0) }) else { return }
    let parts = path.split(whereSeparator: Self.separators.contains)
    // One that ends in a separator is a directory.
    guard let last = parts.last, last.endIndex == path.endIndex, !Self.isNoName(last) else {
      return
    }
    let name = Self.inLowerCase(last)
    names.insert(name)
    guard let folder = parts.dropLast().last, !Self.isNoName(folder) else { return }
    tails.insert(Self.inLowerCase(folder) + [Self.slash] + name)
  }

  private static func isNoName(_ name: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8)
  }

  /// ASCII alone, as SQLite's `lower` does.
  static func inLowerCase(_ name: some Sequence<UInt8>) -> [UInt8] {
    name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }
}
