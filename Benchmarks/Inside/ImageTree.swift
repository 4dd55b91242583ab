import Foundation
import Model

/// 10,000 sparse qcow2 images in 100 directories.
struct ImageTree {
  static let directories = 100
  static let imagesEach = 100
  static var count: Int { directories * imagesEach }

  let path: PathBytes

  /// Makes the tree in a folder.
  init(in folder: TemporaryFolder) throws {
    path = folder.path("pool")
    let image = try Seed(name: "qcow2-plain").image()
    let head = Data(image.prefix(4096))
    for directory in 0..<Self.directories {
      let place = folder.url("pool").appending(path: "d\(directory)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in 0..<Self.imagesEach {
        let file = place.appending(path: "disk-\(number).qcow2")
        try head.write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: UInt64(image.count))
        try handle.close()
      }
    }
  }
}
