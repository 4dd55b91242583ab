import DiskImage
import Testing

/// Strings that nobody meant: they are answered, and never end the process.
@Suite struct HostileReferenceTests {
  private static let pieces =
    [
      "json:", "{", "}", "[", "]", "\"", "'", ":", ",", "\\", "\\u", "//", "://", "/", "..", ".",
      "@",
      "%", "%4", "%00", "?", "&", "=", "#", ";", "+", "-", "nbd", "unix", "rbd", "blkdebug:",
      "fat:",
      "nvme:", "iscsi", "gluster", "sheepdog", "http", "exportname=", "mon_host=", "socket=",
      "key=",
      "\"driver\"", "\"file\"", "\"filename\"", "\"server\"", "\"raw\"", "\"port\"", "1", "65536",
      "-1",
      "1e999", "18446744073709551616", "null", "true", "0000:01:00.0", "\u{0}", "\u{1b}", "\n", "ü",
      "a",
    ].map { Array($0.utf8) } + [[0xff], [0xc3], [0xed, 0xa0, 0x80]]

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `a random string is answered`(seed: UInt64) {
    var random = SplitMix(state: seed)
    for _ in 0..<5_000 {
      let stored = (0..<Int.random(in: 0...24, using: &random)).flatMap { _ in
        Self.pieces.randomElement(using: &random) ?? []
      }
      expectAnswer(stored, seed: seed)
    }
  }

  @Test(arguments: [5, 6] as [UInt64])
  func `a mutated published case is answered`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let cases =
      PublishedCase.uris + PublishedCase.colons + PublishedCase.jsonFiles
      + PublishedCase.jsonServers
      + PublishedCase.jsonOthers
    for _ in 0..<5_000 {
      var stored = Array((cases.randomElement(using: &random)?.stored ?? "").utf8)
      for _ in 0..<3 where !stored.isEmpty {
        let index = Int.random(in: stored.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: stored[index] = UInt8.random(in: 0...255, using: &random)
        case 1: stored.remove(at: index)
        default:
          stored.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: index)
        }
      }
      expectAnswer(stored, seed: seed)
    }
  }

  @Test(arguments: [
    "json:", "nbd:", "nbd://", "rbd:", "http://", "iscsi://", "gluster://", "sheepdog:", "fat:",
    "nvme://", "blkdebug:", "blkverify:", "file:", "host_device:", "", "/", "json:{\"driver\":\"",
  ])
  func `any byte 1023 times over is answered`(prefix: String) {
    for byte in UInt8.min...UInt8.max {
      expectAnswer(Array(prefix.utf8) + [UInt8](repeating: byte, count: 1023), seed: 0)
    }
  }

  /// Either there is a reason, or a type and a place; redacting twice is redacting once.
  private func expectAnswer(_ stored: [UInt8], seed: UInt64) {
    let target = ReferenceTarget(parsing: stored, in: Array("/d".utf8))
    let isAnswer =
      target.invalid == nil
      ? target.type != nil && (target.path != nil || target.uri != nil) : target.type == nil
    let isAbsolute = target.path?.first ?? UInt8(ascii: "/") == UInt8(ascii: "/")
    let redacted = ReferenceTarget.redacting(stored)
    if !isAnswer || !isAbsolute || ReferenceTarget.redacting(redacted) != redacted {
      Issue.record("seed \(seed): \(String(reflecting: String(decoding: stored, as: UTF8.self)))")
    }
    _ = ReferenceTarget.fullName(of: stored, in: Array("/d".utf8))
    _ = target.redacted
  }
}

/// A small generator of random numbers with a seed (Steele and others, 2014, "SplitMix").
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
