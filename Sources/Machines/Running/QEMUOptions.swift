/// Options as QEMU writes them behind `-drive`: `KEY=VALUE,…`, a comma in a value doubled.
///
/// Source: QEMU util/keyval.c and util/qemu-option.c, `get_opt_value`.
struct QEMUOptions: Sendable, Hashable {
  /// Pairs that one option may have; a disk has some ten.
  static let pairLimit = 1000

  /// In the order of the text.
  private(set) var pairs: [(key: String, value: [UInt8])] = []

  /// Reads a text; a first value without a key has the key `implied`.
  init(parsing text: [UInt8], implied: String? = nil) {
    for (index, part) in Self.parts(text).prefix(Self.pairLimit).enumerated() {
      if let equals = part.firstIndex(of: UInt8(ascii: "=")) {
        let key = String(decoding: part[..<equals], as: UTF8.self)
        pairs.append((key, Array(part[(equals + 1)...])))
      } else if index == 0, let implied {
        pairs.append((implied, part))
      } else {
        pairs.append((String(decoding: part, as: UTF8.self), Array("on".utf8)))
      }
    }
  }

  private static func parts(_ text: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var part: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] != UInt8(ascii: ",") {
        part.append(text[index])
      } else if index + 1 < text.count, text[index + 1] == UInt8(ascii: ",") {
        part.append(text[index])
        index += 1
      } else {
        parts.append(part)
        part = []
      }
      index += 1
    }
    return parts + [part]
  }

  /// The last value of a key.
  subscript(key: String) -> [UInt8]? { pairs.last { $0.key == key }?.value }

  /// The last value of a key as text.
  func text(_ key: String) -> String? { self[key].map { String(decoding: $0, as: UTF8.self) } }

  /// Whether a key is set to `on`.
  func isOn(_ key: String) -> Bool { ["on", "yes", "true"].contains(text(key)) }

  static func == (left: QEMUOptions, right: QEMUOptions) -> Bool {
    left.pairs.elementsEqual(right.pairs) { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    for pair in pairs {
      hasher.combine(pair.key)
      hasher.combine(pair.value)
    }
  }
}
