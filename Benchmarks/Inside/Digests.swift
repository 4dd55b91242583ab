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
    let base = folder.path("base.img")
    try Data((0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) | 1 })
      .write(to: folder.url("base.img"))
    return base
  } before: { base in
    base
  } call: { base in
    guard let digest = BaseContent().digest(of: base, from: 0), digest.isWhole else {
      throw Unexpected("the base was not read whole")
    }
    return digest
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
