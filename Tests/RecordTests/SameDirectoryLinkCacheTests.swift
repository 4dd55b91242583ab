import Model
import Testing

@testable import Record

@Suite struct SameDirectoryLinkCacheTests {
  private static func place(_ directory: Int64, _ name: String) -> SameDirectoryLinkCache.Place {
    .init(directory: directory, name: Array(name.utf8)[...])
  }

  private static func link(_ holder: Int64, to place: SameDirectoryLinkCache.Place)
    -> SameDirectoryLinkCache.Link
  {
    .init(holder: holder, ordinal: 0, isBacking: true, place: place)
  }

  private static func nobody(_: SameDirectoryLinkCache.Link) { Issue.record("there is room") }

  @Test func `a link leads to what was seen before it`() {
    var links = SameDirectoryLinkCache()
    links.note(7, at: Self.place(1, "base"), leaving: Self.nobody) { _ in
      Issue.record("nobody waits")
    }
    #expect(links.target(of: Self.link(8, to: Self.place(1, "base")), leaving: Self.nobody) == 7)
  }

  @Test func `links wait for what is seen after them, in the same directory alone`() {
    var links = SameDirectoryLinkCache()
    #expect(links.target(of: Self.link(8, to: Self.place(1, "base")), leaving: Self.nobody) == nil)
    #expect(links.target(of: Self.link(9, to: Self.place(1, "base")), leaving: Self.nobody) == nil)
    links.note(6, at: Self.place(2, "base"), leaving: Self.nobody) { _ in
      Issue.record("another directory")
    }
    links.note(5, at: Self.place(1, "bas"), leaving: Self.nobody) { _ in
      Issue.record("another name")
    }
    var holders: [Int64] = []
    links.note(7, at: Self.place(1, "base"), leaving: Self.nobody) { holders.append($0.holder) }
    #expect(holders.sorted() == [8, 9])
    links.forget { _ in Issue.record("nobody waits any more") }
  }

  @Test func `what is forgotten is handed over once, and known no more`() {
    var links = SameDirectoryLinkCache()
    links.note(7, at: Self.place(1, "base"), leaving: Self.nobody) { _ in }
    #expect(links.target(of: Self.link(8, to: Self.place(1, "gone")), leaving: Self.nobody) == nil)
    var left: [Int64] = []
    links.forget { left.append($0.holder) }
    #expect(left == [8])
    #expect(links.target(of: Self.link(9, to: Self.place(1, "base")), leaving: Self.nobody) == nil)
    links.note(10, at: Self.place(1, "gone"), leaving: Self.nobody) { _ in
      Issue.record("it was handed over")
    }
  }

  /// Whatever the order, a link leads to the image at its place or is handed over.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `of many links none is lost and none leads astray`(seed: UInt64) {
    var links = SameDirectoryLinkCache()
    var state = seed
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var settled: [Int64: Int64] = [:]
    var left: Set<Int64> = []
    var wanted: [Int64: Int] = [:]
    for step in 0..<60_000 {
      let number = random(20_000)
      let place = Self.place(Int64(number % 7), "disk-\(number)")
      if step % 3 == 0 {
        links.note(Int64(number), at: place, leaving: { left.insert($0.holder) }) {
          settled[$0.holder] = Int64(number)
        }
      } else {
        let holder = Int64(100_000 + step)
        wanted[holder] = number
        if let target = links.target(
          of: Self.link(holder, to: place), leaving: { left.insert($0.holder) })
        {
          settled[holder] = target
        }
      }
    }
    links.forget { left.insert($0.holder) }
    #expect(left.isDisjoint(with: settled.keys))
    #expect(settled.count + left.count == wanted.count)
    #expect(!left.isEmpty && !settled.isEmpty)
    #expect(settled.allSatisfy { wanted[$0.key] == Int($0.value) })
  }

  @Test func `one image may hold more links than there is room for`() {
    var links = SameDirectoryLinkCache()
    var left: Set<Int64> = []
    for number in 0..<20_000 as Range<Int64> {
      let link = Self.link(number, to: Self.place(1, "extent-\(number)"))
      let target = links.target(of: link, leaving: { left.insert($0.holder) })
      #expect(target == nil)
    }
    links.forget { left.insert($0.holder) }
    #expect(left == Set(0..<20_000))
  }
}
