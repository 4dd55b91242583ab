import DiskImage
import Testing

@Suite struct QCOW2SnapshotTests {
  /// An image with two snapshots; the first entry has 16 bytes of extra data, the second 24.
  private static let image = QCOW2Bytes().spoiled {
    $0.put(2 as UInt32, at: 60)
    $0.put(131_072 as UInt64, at: 64)
    $0.putSnapshot(at: 131_072, id: "1", name: "before update", extra: [7, 1_048_576])
    $0.putSnapshot(at: 131_144, id: "2", name: "ü", extra: [0x1_0000_0000, 1_048_576, 42])
  }

  private static let first = ImageSnapshot(
    id: "1", name: "before update", machineStateSize: 7, date: (1_700_000_000, 123_456_789),
    guestClock: 5_000_000_001)

  @Test func `entries are padded to 8 bytes, and later fields are extra data`() throws {
    let facts = try Self.image.facts()
    #expect(facts.fault == nil)
    #expect(
      facts.snapshots == [
        Self.first,
        ImageSnapshot(
          id: "2", name: "ü", machineStateSize: 0x1_0000_0000,
          date: (1_700_000_000, 123_456_789), guestClock: 5_000_000_001, instructionCount: 42),
      ])
  }

  @Test func `an image whose data is elsewhere has none, as for QEMU`() throws {
    let image = Self.image.spoiled { $0.put(4 as UInt8, at: 79) }
    #expect(try image.facts().snapshots.isEmpty)
    let broken = image.spoiled { $0.cut(to: 131_100) }
    #expect(try broken.facts().fault != nil)
  }

  @Test func `without extra data the machine state has 32 bits`() throws {
    let image = QCOW2Bytes().spoiled {
      $0.put(1 as UInt32, at: 60)
      $0.put(131_072 as UInt64, at: 64)
      $0.putSnapshot(at: 131_072, id: "1", name: "old", extra: [])
      $0.put(99 as UInt32, at: 131_104)
    }
    #expect(try image.facts().snapshots.map(\.machineStateSize) == [99])
  }

  @Test func `an instruction count of all ones is none`() throws {
    let image = Self.image.spoiled { $0.put(UInt64.max, at: 131_144 + 56) }
    #expect(try image.facts().snapshots.map(\.instructionCount) == [nil, nil])
  }

  @Test(arguments: 0..<67)
  func `a table cut short in its second entry keeps the first`(count: Int) throws {
    let facts = try Self.image.spoiled { $0.cut(to: 131_144 + count) }.facts()
    #expect(facts.snapshots == [Self.first])
    guard case .truncated(131_144, _)? = facts.fault else {
      Issue.record("\(String(describing: facts.fault))")
      return
    }
  }

  @Test func `more than 1024 bytes of extra data are refused`() throws {
    let facts = try Self.image.spoiled { $0.put(1025 as UInt32, at: 131_144 + 36) }.facts()
    #expect(
      facts.fault
        == .outOfRange(field: "snapshot extra data size", value: 1025, allowed: 0...1024))
    #expect(facts.snapshots == [Self.first])
  }

  @Test func `a table beyond the end of the image is a fault, and the backing name stays`() throws {
    let facts = try QCOW2Bytes.overlay.spoiled {
      $0.put(1 as UInt32, at: 60)
      $0.put(0x7fff_ffff_ffff_0000 as UInt64, at: 64)
    }.facts()
    #expect(facts.fault == .truncated(offset: 0x7fff_ffff_ffff_0000, needed: 40))
    #expect(facts.references.count == 1)
  }
}

extension QCOW2Bytes {
  /// Writes an entry of the snapshot table, of 2023-11-14 22:13:20.123456789 UTC.
  mutating func putSnapshot(at offset: Int, id: String, name: String, extra: [UInt64]) {
    put(UInt16(id.utf8.count), at: offset + 12)
    put(UInt16(name.utf8.count), at: offset + 14)
    put(1_700_000_000 as UInt32, at: offset + 16)
    put(123_456_789 as UInt32, at: offset + 20)
    put(5_000_000_001 as UInt64, at: offset + 24)
    put(UInt32(extra.count * 8), at: offset + 36)
    for (index, value) in extra.enumerated() { put(value, at: offset + 40 + index * 8) }
    put(Array((id + name).utf8), at: offset + 40 + extra.count * 8)
  }
}
