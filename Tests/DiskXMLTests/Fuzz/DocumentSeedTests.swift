import Foundation
import Libvirt
import Testing

/// The fuzzer's seeds of libvirt's files, as they are and with small changes: whatever comes of them,
/// reading ends, and keeps what it promises (`DocumentInput`). `Scripts/fuzz` goes on from here.
@Suite struct DocumentSeedTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Fuzz/DocumentSeeds").standardized

  private static func seed(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test func `there is a seed of everything that libvirt keeps, and it is read`() throws {
    var kinds: Set<Int> = []
    for name in Self.names {
      let seed = try Self.seed(name)
      let kind = Int(seed.first ?? 0)
      kinds.insert(kind)
      let holding = LibvirtHolding.allCases[kind]
      #expect(throws: Never.self, "\(name)") {
        try LibvirtDocument(parsing: Array(seed.dropFirst()), holding: holding)
      }
    }
    #expect(kinds == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: names)
  func `a seed keeps the promises, whole and cut short at any length`(name: String) throws {
    let seed = try Self.seed(name)
    for length in 0...seed.count where length % 31 == 0 || length == seed.count {
      #expect(DocumentInput(Array(seed.prefix(length))).brokenPromise() == nil, "\(length) bytes")
    }
  }

  @Test(arguments: names)
  func `a seed with a byte changed keeps the promises`(name: String) throws {
    let seed = try Self.seed(name)
    let bytes: [UInt8] = [0, 0x20, 0x26, 0x27, 0x2f, 0x3c, 0x3e, 0x41, 0x80, 0xff]
    for place in stride(from: 1, to: seed.count, by: 23) {
      for byte in bytes {
        var input = seed
        input[place] = byte
        #expect(DocumentInput(input).brokenPromise() == nil, "\(byte) at \(place)")
      }
    }
  }
}
