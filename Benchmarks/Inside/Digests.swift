import Database
import Foundation
import Model
import Query
import Record
import Rules
import Sighting
import Storage
import Workflow

/// What it costs to know content again.
func measureDigests() {
  measureDigest("digest: of a header's 1 KiB", byteCount: SeenHeader.digestedLength)
  measureDigest("digest: of a block of 4 KiB", byteCount: 4096)
  let folder = TemporaryFolder()
  measure("digest: of a base with 16 MiB of data, read from a warm cache", in: folder) {
    let base = folder.url("base.img")
    try Data((0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) | 1 }).write(to: base)
    let attributes = try FileManager.default.attributesOfItem(atPath: base.path)
    let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0
    let file = BaseFile(path: folder.path("base.img"), inode: inode, filesystem: "")
    let layer = BaseLayer(image: 1, format: "raw", file: file, parts: [], start: 0)
    return BaseToRead(image: 1, layers: [layer], isWhole: true, purpose: .content)
  } before: { base in
    base
  } call: { base in
    guard let content = try BaseContent().content(of: base) else {
      throw Unexpected("the base was not read whole")
    }
    return content
  }
}

private func measureDigest(_ name: String, byteCount: Int) {
  measureThousands(name) {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  } call: { bytes in
    var digest = ContentDigest()
    digest.combine(bytes)
    return digest.value
  }
}
