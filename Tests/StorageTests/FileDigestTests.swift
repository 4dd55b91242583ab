import Host
import Model
import Sighting
import Testing

@testable import Storage

/// Digests of bytes, whatever they mean.
@Suite struct FileDigestTests {
  private let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  private func digest(_ name: String) throws -> FileDigest {
    try FileDigest(behind: 0, of: OpenFile(opening: tree.path(name)))
  }

  @Test func `holes are zeros, and the length counts`() throws {
    try tree.shell(
      "truncate -s 1M hole; head -c 1M /dev/zero >zeros; truncate -s 2M longer; truncate -s 0 empty"
    )
    let hole = try digest("hole")
    #expect(try digest("zeros") == hole)
    #expect(try digest("longer") != hole)
    #expect(try digest("empty") != hole)
  }

  @Test func `zeros between data say where the data stands`() throws {
    try tree.shell(
      """
      for at in 1 2; do
        truncate -s 64K at$at; printf x | dd of=at$at bs=4096 seek=$at conv=notrunc status=none
      done
      """)
    #expect(try digest("at1") != digest("at2"))
  }

  @Test func `of more data than is read whole blocks are taken`() throws {
    try tree.shell("head -c 65M /dev/zero >big")
    let before = try digest("big")
    #expect(!before.isWhole)
    #expect(try digest("big") == before)
    try tree.shell("printf x >>big")
    #expect(try digest("big") != before)
  }

  @Test func `an image in several files is all of them`() throws {
    for (name, byte) in [("descriptor", 1), ("extent", 2), ("other", 3)] {
      try tree.write([UInt8](repeating: UInt8(byte), count: 5000), name)
    }
    let chain = try Chain(tree)
    func value(_ parts: [String]) throws -> Content? {
      let layer = BaseLayer(
        image: 1, format: "vmdk", file: try chain.file("descriptor"),
        parts: try parts.map(chain.file), start: 0)
      return try BaseContent().content(
        of: BaseToRead(image: 1, layers: [layer], isWhole: true, purpose: .content))
    }
    let values = try [[], ["extent"], ["other"], ["extent", "other"]].map(value)
    #expect(Set(values.compactMap { $0 }).count == 4)
    #expect(try value(["extent"]) == values[1])
  }
}
