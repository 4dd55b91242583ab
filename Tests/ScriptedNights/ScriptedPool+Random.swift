import DiskImage
import Model
package import Sighting

/// Names in the pool; an image may refer to any of them, itself included, and to some that are not
/// there.
private let randomNames = (0..<40).map { "i\($0)" }

extension ScriptedPool {
  /// Files of every sort: overlays, other formats, odd headers, several names of one file.
  package func randomFiles(_ numbers: inout SeededNumbers) -> [SeenFile] {
    var files = randomNames.prefix(36).enumerated().map { index, name in
      randomFile(name, inode: UInt64(1000 + index), &numbers)
    }
    // Names of one file: seen with others between them, and with another content than the first.
    for (one, other) in [(3, 20), (4, 5), (20, 31)] {
      files[other].inode = files[one].inode
      files[other].birthTime = files[one].birthTime
      files[one].mayStandElsewhere = true
      files[other].mayStandElsewhere = true
      files[other].header = files[one].header
    }
    files.append(plain("notes"))
    files[7].header = nil
    return files
  }

  private func randomFile(
    _ name: String, inode: UInt64, _ numbers: inout SeededNumbers
  ) -> SeenFile {
    let kind = Int.random(in: 0..<14, using: &numbers)
    let target = randomNames.randomElement(using: &numbers) ?? name
    let format = ["qcow2", "raw", nil].randomElement(using: &numbers) ?? nil
    switch kind {
    case 0...5: return image(name, backing: target, format: format, inode: inode)
    case 6: return image(name, backing: "../else/\(target)", format: format, inode: inode)
    case 7: return image(name, backing: "nbd://host/export", format: format, inode: inode)
    case 8: return image(name, backing: "/out/" + target, format: format, inode: inode)
    case 9:
      let long = String(repeating: "x/../", count: 180) + target
      return image(name, backing: long, format: format, inode: inode)
    case _: return image(name, inode: inode) { odd(&$0, kind, target) }
    }
  }

  private func odd(_ facts: inout ImageFacts, _ kind: Int, _ target: String) {
    switch kind {
    case 10:
      facts.isDirty = true
      facts.unknownFeatures = ["bit 9"]
    case 11:
      facts.isCorrupt = true
      facts.fault = .truncated(offset: 4, needed: 8)
    case 12:
      facts = ImageFacts(format: .vmdk)
      facts.identifiers = [ImageIdentifier(.own, "\(target)"), ImageIdentifier(.parent, "aaaa")]
      facts.references = [
        StoredReference(role: .parent, stored: Array(target.utf8)),
        StoredReference(role: .extent, stored: Array("notes".utf8)),
      ]
    case _:
      facts.references = [StoredReference(role: .dataFile, stored: Array(target.utf8))]
    }
  }
}
