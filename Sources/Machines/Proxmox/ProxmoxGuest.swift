/// The text of one machine's file of Proxmox VE, in its sections.
///
/// Source: qemu-server src/PVE/QemuServer.pm, `parse_vm_config`; pve-container src/PVE/LXC/Config.pm,
/// `parse_pct_config`.
struct ProxmoxGuest: Sendable, Hashable {
  /// Bytes of one file that are read; Proxmox VE's own file system takes 1 MiB.
  static let byteLimit = 1 << 20

  /// A part of the file.
  struct Section: Sendable, Hashable {
    /// What it is about.
    enum Kind: Sendable, Hashable {
      case now, pending
      case snapshot(String)
      case special(String)
    }

    var kind: Kind
    /// In the order of the file.
    var entries: [Entry] = []

    /// The last value of a key.
    subscript(key: String) -> ArraySlice<UInt8>? { entries.last { $0.key == key }?.value }
  }

  /// A line `KEY: VALUE`.
  struct Entry: Sendable, Hashable {
    var key: String
    var value: ArraySlice<UInt8>
  }

  /// What holds now, then the others in the order of the file.
  private(set) var sections = [Section(kind: .now)]
  /// Lines that mean nothing, from 1.
  private(set) var oddLines: [Int] = []

  /// Whether there is not one line in it that says something.
  var isEmpty: Bool { sections.allSatisfy(\.entries.isEmpty) }

  /// Reads the text of a file. Lines that begin with `#` are the machine's description, in every section.
  init(parsing bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = line.trimmed
      if text.isEmpty || line.first == UInt8(ascii: "#") { continue }
      if let kind = Self.section(text) {
        sections.append(Section(kind: kind))
      } else if let entry = Self.entry(text) {
        sections[sections.count - 1].entries.append(entry)
      } else {
        oddLines.append(index + 1)
      }
    }
  }

  private static func section(_ text: ArraySlice<UInt8>) -> Section.Kind? {
    guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else { return nil }
    let name = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
    switch name.lowercased() {
    case "pending", "pve:pending": return .pending
    case let lower where lower.hasPrefix("special:"): return .special(String(lower.dropFirst(8)))
    default: return .snapshot(name)
    }
  }

  private static func entry(_ text: ArraySlice<UInt8>) -> Entry? {
    // A carriage return within a line is the end of one, of which Proxmox VE knows nothing.
    guard !text.contains(0), !text.contains(0x0d) else { return nil }
    // Those of LXC may have an equals sign, as in its own files.
    let isEnd = { (byte: UInt8) in
      byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") && text.starts(with: "lxc.".utf8)
    }
    guard let end = text.firstIndex(where: isEnd) else { return nil }
    let key = text[..<end].trimmed
    // lxc.mount.entry and its like have dots in them.
    guard !key.isEmpty, key.allSatisfy({ isWord($0) }) else { return nil }
    return Entry(key: String(decoding: key, as: UTF8.self), value: text[(end + 1)...].trimmed)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
