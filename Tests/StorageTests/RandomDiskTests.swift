import DiskImage
import Foundation
import Host
import Model
import Sighting
import Testing

@testable import Storage

/// Random chains of images beside a model that knows only what a guest sees: one letter a block.
@Suite struct RandomDiskTests {
  private static let blocksOfCluster = 16
  private static let clusters = 6

  private let tree: TemporaryTree

  init() throws { tree = try TemporaryTree() }

  /// The letters of a disk's blocks; 0 where there are zeros.
  private struct Model {
    var blocks: [UInt8]

    func bytes(of block: Int) -> [UInt8] {
      let letter = blocks.indices.contains(block) ? blocks[block] : 0
      return [UInt8](repeating: letter, count: 4096)
    }
  }

  /// A chain of a raw base and so many overlays, with what the guest of each sees.
  private func chain(
    _ overlays: Int, _ numbers: inout some RandomNumberGenerator
  ) throws -> [(name: String, format: String, model: Model)] {
    var model = Model(
      blocks: (0..<Self.clusters * Self.blocksOfCluster).map { _ in
        Bool.random(using: &numbers) ? 0 : UInt8.random(in: 1...3, using: &numbers)
      })
    let name = "base-\(UUID().uuidString)"
    try writeSparse(model, name)
    var chain = [(name: name, format: "raw", model: model)]
    for _ in 0..<overlays {
      var disk = QCOW2Disk()
      // Some are shorter than what they stand on, some longer.
      let length = Int.random(in: 3...Self.clusters + 2, using: &numbers)
      disk.size = length * QCOW2Disk.cluster
      var seen = Array(model.blocks.prefix(length * Self.blocksOfCluster))
      seen += Array(repeating: 0, count: length * Self.blocksOfCluster - seen.count)
      for cluster in 0..<length {
        let range = cluster * Self.blocksOfCluster..<(cluster + 1) * Self.blocksOfCluster
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0:
          let letters = range.map { _ in UInt8.random(in: 0...3, using: &numbers) }
          disk.clusters[cluster] = letters.flatMap { [UInt8](repeating: $0, count: 4096) }
          seen.replaceSubrange(range, with: letters)
        case 1:
          disk.zeros.insert(cluster)
          seen.replaceSubrange(range, with: Array(repeating: 0, count: range.count))
        default: break
        }
      }
      model = Model(blocks: seen)
      let name = "over-\(UUID().uuidString)"
      try tree.write(disk.bytes, name)
      chain.append((name: name, format: "qcow2", model: model))
    }
    return chain
  }

  /// A raw disk with holes where all is zeros.
  private func writeSparse(_ model: Model, _ name: String) throws {
    let path = try tree.write([], name).displayText
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    for (block, letter) in model.blocks.enumerated() where letter != 0 {
      try file.seek(toOffset: UInt64(block) * 4096)
      try file.write(contentsOf: [UInt8](repeating: letter, count: 4096))
    }
    try file.truncate(atOffset: UInt64(model.blocks.count) * 4096)
  }

  private func disk(
    _ chain: some Collection<(name: String, format: String, model: Model)>
  ) throws -> GuestDisk {
    var disk: GuestDisk?
    for (number, layer) in chain.enumerated() {
      let file = GuestFile(try OpenFile(opening: tree.path(layer.name)))
      let format = try #require(ImageFormat(rawValue: layer.format))
      disk = GuestDisk(Int64(number) + 1, try GuestLayer(format, [file]), below: disk)
    }
    return try #require(disk)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `every block is what the guest sees, at every height of the chain`(seed: UInt64) throws {
    var numbers = RandomNumbers(seed: seed)
    let chain = try chain(3, &numbers)
    for height in chain.indices {
      let disk = try disk(chain[...height])
      let model = chain[height].model
      #expect(disk.size == UInt64(model.blocks.count) * 4096, "seed \(seed)")
      var bytes = [UInt8](repeating: 255, count: 4096)
      // In an order of its own: what was read last must not show through.
      for block in model.blocks.indices.shuffled(using: &numbers) {
        try disk.read(block: UInt64(block), into: &bytes)
        #expect(bytes == model.bytes(of: block), "seed \(seed), height \(height), block \(block)")
      }
      try disk.read(block: UInt64(model.blocks.count), into: &bytes)
      #expect(bytes.allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `no block that differs from the base is left out of an image's own`(seed: UInt64) throws {
    var numbers = RandomNumbers(seed: seed)
    let chain = try chain(2, &numbers)
    for height in chain.indices.dropFirst() {
      var own: [UInt64] = []
      try disk(chain[...height]).forEachOwnBlock { own.append($0) }
      #expect(own == own.sorted() && Set(own).count == own.count, "seed \(seed)")
      let (here, below) = (chain[height].model, chain[height - 1].model)
      for block in here.blocks.indices where here.bytes(of: block) != below.bytes(of: block) {
        #expect(own.contains(UInt64(block)), "seed \(seed), block \(block)")
      }
    }
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `no block of a disk that is not zeros is left out, from any start`(seed: UInt64) throws {
    var numbers = RandomNumbers(seed: seed)
    let chain = try chain(2, &numbers)
    let disk = try disk(chain)
    let model = try #require(chain.last).model
    for start in [0, 1, 17, model.blocks.count - 1, model.blocks.count] {
      var found: [UInt64] = []
      try disk.forEachBlock(from: UInt64(start)) { found.append($0) }
      let needed = model.blocks.indices.filter { $0 >= start && model.blocks[$0] != 0 }
      #expect(Set(needed.map { UInt64($0) }).isSubset(of: found), "seed \(seed), from \(start)")
      #expect(found.allSatisfy { $0 >= start && $0 < model.blocks.count }, "seed \(seed)")
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `a chain has the content of the raw disk that shows the same, and of no other`(
    seed: UInt64
  ) throws {
    var numbers = RandomNumbers(seed: seed)
    let chain = try chain(3, &numbers)
    let measure = GuestMeasure()
    let content = try measure.content(of: try disk(chain)) { false }
    var flat = try #require(chain.last).model
    try writeSparse(flat, "flat-\(seed)")
    let whole = try GuestMeasure().content(
      of: disk([(name: "flat-\(seed)", format: "raw", model: flat)])
    ) { false }
    #expect(content.isSame(as: whole) == true, "seed \(seed)")
    let changed = Int.random(in: flat.blocks.indices, using: &numbers)
    flat.blocks[changed] = flat.blocks[changed] == 9 ? 8 : 9
    try writeSparse(flat, "other-\(seed)")
    let other = try GuestMeasure().content(
      of: disk([(name: "other-\(seed)", format: "raw", model: flat)])
    ) { false }
    #expect(content.isSame(as: other) == false, "seed \(seed)")
  }
}

/// SplitMix64: the same numbers from the same seed.
private struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
