import Foundation
import Machines
import Testing

/// The fuzzer's seeds of machines, as they are and with small changes: whatever comes of them, reading
/// ends, and keeps what it promises (`MachineInput`). `Scripts/fuzz` goes on from here.
@Suite struct MachineSeedTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appending(path: "../../Fuzz/MachineSeeds").standardized

  private static func seed(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test func `there is a seed of every kind of text, and it is read`() throws {
    var kinds: Set<MachineText.Kind> = []
    for name in Self.names {
      let input = MachineInput(try Self.seed(name))
      #expect(!input.machines.isEmpty, "\(name)")
      if let kind = input.kind { kinds.insert(kind) }
    }
    #expect(kinds.count == MachineText.Kind.allCases.count)
  }

  @Test(arguments: names) func `a seed that is cut or changed anywhere breaks no promise`(
    _ name: String
  ) throws {
    let seed = try Self.seed(name)
    for length in 0...seed.count {
      #expect(MachineInput(Array(seed.prefix(length))).brokenPromise() == nil, "\(length)")
    }
    for index in seed.indices.dropFirst() {
      for byte in [0, 0x0a, 0x22, 0x2c, 0x2f, 0x3a, 0x3d, 0x5b, 0x7b, 0xff] as [UInt8] {
        var changed = seed
        changed[index] = byte
        #expect(MachineInput(changed).brokenPromise() == nil, "\(index) \(byte)")
      }
    }
  }
}
