import Database
import DiskImage
import Model
import Query
import Record
import Rules
import ScriptedNights
import Sighting
import Testing

/// What one scan sees, and all that it finds of it.
struct VerdictCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let night: ScriptedNight
  /// Kind and subject of each finding but orphans, in order.
  let finds: [String]

  init(_ description: String, _ night: ScriptedNight, finds: String...) {
    testDescription = description
    self.night = night
    self.finds = finds.sorted()
  }

  /// A pool without machines.
  init(
    _ description: String, finds: String...,
    files: @escaping @Sendable (ScriptedPool) -> [SeenFile]
  ) {
    testDescription = description
    night = ScriptedNight(files: files)
    self.finds = finds.sorted()
  }
}

/// Each rule by the cases that it tells apart: what is found at once, what is not, and what lies beside it.
@Suite struct VerdictTableTests {
  private func found(_ one: VerdictCase, inBulk isBulk: Bool) throws -> [String] {
    let pool = try ScriptedPool()
    pool.isFirstInBulk = isBulk
    try pool.live(one.night)
    let found = try pool.view().findings(kinds: [], pool: nil, since: nil)
      .filter { $0.kind != .orphan }
    #expect(found.allSatisfy { !$0.message.isEmpty && $0.message.hasSuffix(".") })
    return found.map {
      let subject = $0.domain ?? String(decoding: $0.filename?.name ?? [], as: UTF8.self)
      return "\($0.kind.rawValue) \(subject)"
    }.sorted()
  }

  @Test(arguments: VerdictCase.ofLinks) func `links`(one: VerdictCase) throws { try check(one) }

  @Test(arguments: VerdictCase.ofFormats) func `formats`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofHeaders) func `headers`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofChains) func `chains`(one: VerdictCase) throws { try check(one) }

  @Test(arguments: VerdictCase.ofDisks) func `disks of machines`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofUses) func `who writes to what`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofRefusals) func `what libvirt refuses`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofTransients) func `transient disks`(one: VerdictCase) throws {
    try check(one)
  }

  @Test(arguments: VerdictCase.ofExpectations)
  func `what metadata expect`(one: VerdictCase) throws { try check(one) }

  @Test(arguments: VerdictCase.ofIdentities) func `identities`(one: VerdictCase) throws {
    try check(one)
  }

  /// By either way of writing a first scan.
  private func check(_ one: VerdictCase) throws {
    #expect(try found(one, inBulk: true) == one.finds)
    #expect(try found(one, inBulk: false) == one.finds)
  }
}
