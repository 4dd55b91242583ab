import Foundation
import Testing

/// What a clock that is wrong, or was, must not make anybody believe.
@Suite struct FleetClockTests {
  private let shared: Folder
  private let centre: FleetCentre
  private let one: SharingHost
  private let other: SharingHost

  init() throws {
    shared = try Folder()
    centre = try FleetCentre()
    for name in ["own-kvm01", "own-kvm02", "lone"] {
      let made = try Program.shell("qemu-img create -q -f qcow2 \(name).qcow2 1M", in: shared)
      #expect(made.code == 0)
    }
    one = try SharingHost("kvm01", pools: shared.url.path)
    other = try SharingHost("kvm02", pools: shared.url.path)
  }

  /// What a host sends whose clock is two days behind, or was in one scan.
  private func behind(scan: Int? = nil) -> String {
    let days = 2 * 86_400_000
    let bundle = scan == nil ? "UPDATE bundle SET created = created - \(days); " : ""
    return bundle + "UPDATE scan SET started = started - \(days), finished = finished - \(days)"
      + (scan.map { " WHERE id = \($0)" } ?? "")
  }

  private func declare() throws {
    let storage = try centre.sql(
      "SELECT DISTINCT identity FROM filesystem JOIN image ON image.source = filesystem.source AND image.filesystem = filesystem.id"
    )
    let run = try centre.ask("storage", "declare", storage, "--viewers", "kvm01,kvm02", "--closed")
    #expect(run.code == 0, "\(run.complaint)")
  }

  private func orphans() throws -> [Substring] {
    try centre.ask("orphans", "--output", "json").objects.compactMap {
      ($0["filename"] as? String)?.split(separator: "/").last
    }
  }

  private func night(_ host: SharingHost, changed change: String? = nil) throws {
    Thread.sleep(forTimeInterval: 0.6)
    try host.night(to: centre, changed: change)
  }

  /// A machine that went from one to the other in between would have been missed by both.
  @Test(arguments: [true, false]) func `A scan by a wrong clock is no first round`(isTold: Bool)
    throws
  {
    try night(one)
    try declare()
    try night(one)
    // Two days ago, it says: before the first scan of the other.
    if isTold {
      try night(other, changed: behind())
      #expect(
        try centre.ask("check", "--output", "json").objects.compactMap { $0["kind"] as? String }
          == ["clock-skew"])
      #expect(
        try centre.ask("hosts", "--output", "json").objects.allSatisfy {
          $0["state"] as? String == "complete"
        })
      try night(other)
    } else {
      // The clock was put right before both went in one bundle.
      try other.scan()
      Thread.sleep(forTimeInterval: 0.6)
      try night(other, changed: behind(scan: 1))
    }
    #expect(try orphans().isEmpty)
    for _ in 0..<4 where try orphans() != ["lone.qcow2"] {
      try night(one)
      try night(other)
    }
    #expect(try orphans() == ["lone.qcow2"])
  }
}
