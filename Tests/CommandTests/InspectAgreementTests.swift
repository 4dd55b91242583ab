import Foundation
import Testing

/// What `inspect` says is what `qemu-img info` says of the same file.
@Suite struct InspectAgreementTests {
  /// Keys that only `inspect` has.
  private static let ownKeys: Set<String> = ["references", "file-size", "content"]
  /// Where Debian and others put it.
  private static let qemuImg = "/usr/bin/qemu-img"

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: qemuImg), "qemu-img is not here"),
    arguments: [
      "create -f qcow2 x 64M", "create -f qcow2 -o compat=0.10,cluster_size=4k x 1G",
      "create -f qcow2 -o lazy_refcounts=on,refcount_bits=1 x 1G", "create -f raw x 1M",
      "create -f qcow2 base 1G && qemu-img create -f qcow2 -F qcow2 -b base x",
      "create -f qcow2 x 1G && qemu-img snapshot -c before x",
    ])
  func `inspect agrees with qemu-img`(making: String) throws {
    let folder = try Folder()
    let made = try Program.shell("\(Self.qemuImg) \(making)", in: folder)
    try #require(made.code == 0, "\(made.complaint)")
    let oracle = try Program.shell("\(Self.qemuImg) info --output=json ./x", in: folder)
    let theirs = try #require(
      try JSONSerialization.jsonObject(with: Data(oracle.output.utf8)) as? [String: Any])
    let run = try Program.run("inspect", "./x", "--output", "json", in: folder)
    let image = try #require(run.objects.first)
    let ours = image.filter { !Self.ownKeys.contains($0.key) }
    #expect(Set(ours.keys) == Set(theirs.keys).subtracting(["children"]))
    for (key, value) in ours {
      #expect(value as? NSObject == theirs[key] as? NSObject, "\(key)")
    }
  }
}
