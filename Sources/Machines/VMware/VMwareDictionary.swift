internal import DiskImage

/// The text of a `.vmx`, `.vmtx` or `.vmsd`: lines `key = "value"`.
///
/// Keys are without case. A value has `|XX` where a byte of it could be taken for something else. Source: what
/// VMware's products write; libvirt src/vmx/vmx.c, `virVMXUnescape`.
struct VMwareDictionary: Sendable, Hashable {
  /// Bytes that are read of one file; that of a machine with all disks that there can be has some 100 KiB.
  static let byteLimit = 4 << 20
  /// Lines of one file.
  static let lineLimit = 100_000

  private var values: [String: [UInt8]] = [:]

  /// The value of a key, which is in lower case.
  subscript(key: String) -> [UInt8]? { values[key] }

  /// The value as text.
  func text(_ key: String) -> String? { self[key].map { String(decoding: $0, as: UTF8.self) } }

  /// Whether a value is `TRUE`; `nil` where the key is missing or says something else.
  func flag(_ key: String) -> Bool? {
    switch text(key)?.lowercased() {
    case "true", "1", "yes": true
    case "false", "0", "no": false
    default: nil
    }
  }

  /// All keys.
  var keys: Dictionary<String, [UInt8]>.Keys { values.keys }

  /// Reads the text of a file.
  /// - Throws: a fault for the first line that means nothing: VMware does not start such a machine, and what the line
  ///   was is not known.
  init(parsing bytes: [UInt8]) throws(VMwareFault) {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    guard !text.contains(0) else { throw .notText }
    var rest = text
    var number = 0
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = rest[..<end].trimmed
      rest = rest[end...].dropFirst()
      number += 1
      guard number <= Self.lineLimit else { throw .tooManyLines }
      if line.isEmpty || line.first == UInt8(ascii: "#") || line.starts(with: "//".utf8) {
        continue
      }
      // A carriage return within a line is the end of one elsewhere.
      guard !line.contains(0x0d), let equals = line.firstIndex(of: UInt8(ascii: "=")),
        equals > line.startIndex, let value = Self.value(line[(equals + 1)...].trimmed)
      else { throw .unreadLine(number) }
      let key = String(decoding: line[..<equals].trimmed, as: UTF8.self).lowercased()
      if let known = values[key], known != value { throw .repeatedKey(key) }
      values[key] = value
    }
    guard isUTF8 || values.values.allSatisfy({ $0.allSatisfy { $0 < 0x80 } }) else {
      throw .foreignEncoding(self.text(".encoding") ?? "?")
    }
  }

  /// Whether names are in UTF-8, which they are where nothing else is said.
  private var isUTF8: Bool { ["utf-8", "utf8", nil].contains(text(".encoding")?.lowercased()) }

  /// What a value means; `nil` for one that has no end.
  private static func value(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard !text.isEmpty else { return nil }
    var rest = text
    if rest.first == UInt8(ascii: "\"") {
      guard rest.count > 1, rest.last == UInt8(ascii: "\"") else { return nil }
      rest = rest.dropFirst().dropLast()
    }
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "|"), rest.count >= 2,
        let escaped = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), escaped > 0
      else {
        value.append(byte)
        continue
      }
      value.append(escaped)
      rest.removeFirst(2)
    }
    return value
  }
}

/// Why a file of VMware's does not say which images its machine uses. In half sentences.
enum VMwareFault: Error, Hashable, Sendable {
  /// A NUL byte: UTF-16, or no text at all.
  case notText
  /// More lines than are read.
  case tooManyLines
  /// A line that is none, from 1.
  case unreadLine(Int)
  /// A key with two values.
  case repeatedKey(String)
  /// Names beyond ASCII in an encoding that is not read.
  case foreignEncoding(String)
  /// Not one key is in it.
  case nothing
  /// What it uses is encrypted with the rest of it.
  case encrypted
  /// A path that no pool is said to be seen as.
  case unmapped(String)
  /// A path of Windows.
  case ofWindows(String)
  /// Snapshots without a count, of which some may be former ones.
  case uncountedSnapshots
  /// A snapshot that is counted and not described.
  case missingSnapshot(Int)
  /// More snapshots than are read.
  case tooManySnapshots

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .notText: "it is not text in UTF-8"
    case .tooManyLines: "it has more than \(VMwareDictionary.lineLimit) lines"
    case .unreadLine(let line): "line \(line) is invalid"
    case .repeatedKey(let key): "'\(key)' occurs twice, with different values"
    case .foreignEncoding(let name): "its encoding \(name) is not supported"
    case .nothing: "it is empty, unlike any machine's file"
    case .encrypted: "it is encrypted, so the machine's disks are unknown"
    case .unmapped(let path):
      "it names '\(path)', and no pool is said to be there; name it with 'seen-as' of the pool"
    case .ofWindows(let path): "it names '\(path)', which is a Windows path"
    case .uncountedSnapshots: "it does not say how many snapshots it has"
    case .missingSnapshot(let number): "snapshot \(number) is counted but missing"
    case .tooManySnapshots: "it has more than \(VMwareSnapshots.limit) snapshots"
    }
  }
}
