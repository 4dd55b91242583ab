/// JSON of references with phrases that many of them have as one byte each: a byte that no JSON has. The phrases are those
/// of `unpacked` in the server, with their bytes; both stay as they are as long as there are tables with them.
enum PackedJSON {
  /// The byte of each phrase.
  static let phrases: [(byte: UInt8, phrase: String)] = [
    (
      1,
      #"{"bus":"virtio","chain-end":false,"continued":false,"device":"disk","documents":["definition"#
    ),
    (2, #"{"chain-end":false,"continued":false,"device":"disk","documents":["definition"#),
    (3, #""chain-end":"#),
    (4, #","continued":false,"device":""#),
    (5, #""documents":[""#),
    (6, #"","live"#),
    (
      7, #""],"level":0,"part":"source","read-only":false,"shareable":false,"sources":[""#
    ),
    (8, #""],"level":"#),
    (11, #","part":""#),
    (12, #"","read-only":"#),
    (14, #","shareable":false,"sources":[""#),
    (15, "/etc/libvirt/qemu/"),
    (16, #".xml","/run/libvirt/qemu/"#),
    (17, #".xml"],"target":""#),
    (18, #""],"target":""#),
    (19, #"","transient":false}"#),
  ]

  private struct Phrase {
    let byte: UInt8
    let text: [UInt8]
  }

  private static let all = phrases.map { Phrase(byte: $0.byte, text: Array($0.phrase.utf8)) }
  /// Those that begin with a byte, the longest first.
  private static let byStart: [[Phrase]] = (0...UInt8.max).map { start in
    all.filter { $0.text.first == start }.sorted { $0.text.count > $1.text.count }
  }
  /// What a byte stands for.
  private static let meanings: [[UInt8]?] = (0...UInt8.max).map { byte in
    all.first { $0.byte == byte }?.text
  }

  /// - Returns: `nil` for a text that is no JSON: one that has such a byte.
  static func packed(_ json: [UInt8]) -> [UInt8]? {
    var packed: [UInt8] = []
    packed.reserveCapacity(json.count)
    var place = json.startIndex
    while place < json.endIndex {
      let byte = json[place]
      guard meanings[Int(byte)] == nil else { return nil }
      let rest = json[place...]
      if let found = byStart[Int(byte)].first(where: { rest.starts(with: $0.text) }) {
        packed.append(found.byte)
        place += found.text.count
      } else {
        packed.append(byte)
        place += 1
      }
    }
    return packed
  }

  /// The text as it was, also of one that never was packed.
  static func unpacked(_ packed: some Sequence<UInt8>) -> [UInt8] {
    var json: [UInt8] = []
    for byte in packed {
      if let phrase = meanings[Int(byte)] { json += phrase } else { json.append(byte) }
    }
    return json
  }
}
