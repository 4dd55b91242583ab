import Database
import DiskImage
import Model
import Query
import Record
import Rules
import Sighting

/// 10,000 images that exist nowhere else: 100 directories of 100, in chains of four.
struct SyntheticPool {
  static let root: PathBytes = "/pool"
  static let directories = 100
  static let imagesEach = 100
  /// The image of each directory that changes in a night: 1 %.
  static let changing = 50
  static var count: Int { directories * imagesEach }

  private let facts: ImageFacts
  /// How many images of each directory stand on one that is not there.
  private let broken: Int

  /// A pool in which so many images of each directory, of 25 at most, have lost their base.
  init(broken: Int = 0) throws {
    facts = try ImageFacts.reading(try Seed(name: "qcow2-plain").image())
    self.broken = broken
  }

  static func path(directory: Int) -> PathBytes {
    root.appending("d\(directory)".utf8)
  }

  static func path(directory: Int, image: Int) -> PathBytes {
    path(directory: directory).appending("disk-\(image).qcow2".utf8)
  }

  /// What a walk of everything brings; in each night after the first, one image of each directory is not
  /// as it was.
  func whole(night: Int64, known: KnownInventory? = nil) throws -> [DirectoryReport] {
    try reports(of: 0..<Self.imagesEach, night, known)
  }

  /// What a walk brings that reads only what is not as it was.
  func changed(night: Int64, known: KnownInventory) throws -> [DirectoryReport] {
    try reports(of: Self.changing..<(Self.changing + 1), night, known)
  }

  private func reports(
    of images: Range<Int>, _ night: Int64, _ known: KnownInventory?
  ) throws -> [DirectoryReport] {
    try (0..<Self.directories).map { directory in
      let path = Self.path(directory: directory)
      let known = try known?.directory(path)
      var report = DirectoryReport(
        path: path, canonicalPath: path, poolPath: Self.root, filesystem: "uuid:1")
      report.files = images.map { image(directory, $0, night, known) }
      report.unchangedCount = Self.imagesEach - images.count
      return report
    }
  }

  private func image(
    _ directory: Int, _ number: Int, _ night: Int64, _ known: KnownDirectory?
  ) -> SeenFile {
    let name = Array("disk-\(number).qcow2".utf8)
    let inode = directory * Self.imagesEach + number + 1
    let growth = number == Self.changing ? UInt64(night) << 20 : 0
    var facts = facts
    facts.virtualSize = 10 << 30 + growth
    facts.references = reference(of: number)
    return SeenFile(
      name: name, knownImage: known?.position(of: name[...]).flatMap { known?[$0].image },
      inode: UInt64(inode), birthTime: Int64(inode), mayStandElsewhere: false, fileSize: 196_616,
      actualSize: 196_608 + growth, modified: Int64(growth), changed: Int64(growth),
      signature: Int64(inode) << 32 + Int64(growth), isInUse: false, hasDiskName: true,
      header: SeenHeader(
        facts, digest: Int64(inode) << 32 + Int64(growth), in: Self.path(directory: directory)))
  }

  private func reference(of number: Int) -> [StoredReference] {
    let base: String
    if number % 4 != 0 {
      base = "disk-\(number - 1).qcow2"
    } else if number / 4 < broken {
      base = "gone-\(number).qcow2"
    } else {
      return []
    }
    return [
      StoredReference(
        role: .backing, stored: Array(base.utf8), recordedFormat: Array("qcow2".utf8))
    ]
  }
}
