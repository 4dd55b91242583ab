import DiskImage
import Foundation
import Model
import Testing

@testable import Repair

/// Whether the front of an image is what an interrupted `qemu-img` left.
@Suite struct HalfDoneTests {
  static let old = Data(repeating: 1, count: 1300)
  static let new = Data(repeating: 2, count: 1300)

  @Test(
    arguments: [
      // How many bytes of the new front were written, and whether a device leaves that.
      (0, true), (512, true), (1024, true), (1300, true), (1, false), (511, false), (700, false),
      (1299, false),
    ])
  func `a front is mixed of whole sectors`(_ written: Int, _ isMixed: Bool) {
    let front = Self.new.prefix(written) + Self.old.dropFirst(written)
    #expect(HalfDone(front: Data(front), before: Self.old).isMixed(of: Self.new) == isMixed)
  }

  @Test func `a front of another length is no mixture`() {
    #expect(!HalfDone(front: Self.old.dropLast(), before: Self.old).isMixed(of: Self.new))
    #expect(!HalfDone(front: Self.old, before: Self.old).isMixed(of: Self.new.dropLast()))
  }

  @Test func `bitmaps are seen by the feature bit of version three`() {
    var front = Data([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]) + Data(count: 100)
    #expect(!HalfDone.hasBitmaps(front))
    front[95] = 1
    #expect(HalfDone.hasBitmaps(front))
    front[95] = 2
    #expect(!HalfDone.hasBitmaps(front))
    front[95] = 1
    front[7] = 2
    #expect(!HalfDone.hasBitmaps(front))
    #expect(!HalfDone.hasBitmaps(Data([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3])))
    #expect(!HalfDone.hasBitmaps(Data()))
  }

  @Test func `another reference is the same image, and another snapshot is not`() {
    var one = ImageFacts(format: .qcow2)
    one.virtualSize = 5
    one.references = [StoredReference(role: .backing, stored: [1])]
    var other = one
    other.references = [StoredReference(role: .backing, stored: [2])]
    #expect(one.isSame(as: other, but: .backing))
    #expect(!one.isSame(as: other, but: .dataFile))
    other.virtualSize = 6
    #expect(!one.isSame(as: other, but: .backing))
  }
}
