import Foundation
import Host
import Model
import Sighting
import Storage
import Testing

/// Random nights of a directory beside a model that knows which names there are: nothing is missed, and nothing that
/// is there is gone.
@Suite struct WalkNightsTests {
  private let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  private func text(_ names: some Sequence<[UInt8]>) -> Set<String> {
    Set(names.map { String(decoding: $0, as: UTF8.self) })
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `each night sees what is there, and takes for gone what is not`(seed: UInt64) throws {
    var state = seed
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    var standing: Set<String> = []
    var walker = Walker(tree.root)
    for night in 1...8 {
      let before = standing
      var changes: [String] = []
      for _ in 0..<random(6) {
        let name = "f\(random(10))"
        switch random(4) {
        case 0 where standing.contains(name):
          changes.append("rm \(name)")
          standing.remove(name)
        case 1 where standing.contains(name):
          let other = "f\(random(10))"
          guard other != name else { continue }
          changes.append("mv \(name) \(other)")
          standing.remove(name)
          standing.insert(other)
        default:
          changes.append("printf %s \(night) >>\(name)")
          standing.insert(name)
        }
      }
      try tree.shell(changes.joined(separator: "\n"))
      // All that was known is read again: the times of this moment prove nothing.
      walker.known[tree.root] = KnownDirectory(before.map { ($0, Int64(1)) })
      let outcome = try walker.run()
      let seen = text(outcome.reports.flatMap(\.files).map(\.name))
      let gone = text(outcome.reports.flatMap(\.goneNames))
      #expect(seen == standing, "seed \(seed), night \(night)")
      #expect(gone == before.subtracting(standing), "seed \(seed), night \(night)")
      let known = outcome.reports.flatMap(\.files).filter { $0.knownImage != nil }.map(\.name)
      #expect(text(known) == before.intersection(standing), "seed \(seed), night \(night)")
      #expect(outcome.whole == [tree.root])
    }
  }

  @Test func `a file that is not as it was is told with what was known of it, its neighbours not`()
    throws
  {
    for name in ["a", "b", "c"] { try tree.write([1], name) }
    try tree.age()
    Thread.sleep(forTimeInterval: 2.1)
    let first = try Walker(tree.root).run()
    var walker = Walker(tree.root)
    walker.known[tree.root] = try KnownDirectory(
      after: #require(first.reports.first { !$0.files.isEmpty }))
    for change in ["chmod 600 b", "touch -d '1 hour ago' b", "cp b x; mv x b", "truncate -s 9 b"] {
      try tree.shell(change)
      let outcome = try walker.run()
      #expect(text(outcome.reports.flatMap(\.files).map(\.name)) == ["b"], "\(change)")
      #expect(outcome.file("b")?.knownImage == 2)
      #expect(outcome.unchangedCount == 2, "\(change)")
    }
  }
}
