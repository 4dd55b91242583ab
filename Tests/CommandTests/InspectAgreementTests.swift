import Foundation
import Testing

/// What `inspect` says is what `qemu-img info` says of the same file.
@Suite(RealPool.needsQemuImg) struct InspectAgreementTests {
  @Test(arguments: [
    "create -f qcow2 x 64M", "create -f qcow2 -o compat=0.10,cluster_size=4k x 1G",
    "create -f qcow2 -o lazy_refcounts=on,refcount_bits=1 x 1G", "create -f raw x 1M",
    "create -f qcow2 base 1G && qemu-img create -f qcow2 -F qcow2 -b base x",
    "create -f qcow2 x 1G && qemu-img snapshot -c before x",
  ])
  func `inspect agrees with qemu-img`(making: String) throws {
    let folder = try Folder()
    let made = try Program.shell("qemu-img \(making)", in: folder)
    try #require(made.code == 0, "\(made.complaint)")
    try InspectAgreement.expect(on: "./x", in: folder)
  }
}

enum InspectAgreement {
  /// Keys that only `inspect` has.
  private static let ownKeys: Set<String> = ["references", "file-size", "content"]

  /// Expects that `inspect` says of a file all that `qemu-img info` says, and nothing but that and its own.
  static func expect(
    on file: String, in folder: Folder, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let oracle = try Program.shell("qemu-img info -U --output=json '\(file)'", in: folder)
    let theirs = try #require(
      try JSONSerialization.jsonObject(with: Data(oracle.output.utf8)) as? [String: Any],
      "\(oracle.complaint)", sourceLocation: sourceLocation)
    let run = try Program.run("inspect", file, "--output", "json", in: folder)
    let image = try #require(run.objects.first, sourceLocation: sourceLocation)
    let ours = image.filter { !ownKeys.contains($0.key) }
    #expect(
      Set(ours.keys) == Set(theirs.keys).subtracting(["children"]), sourceLocation: sourceLocation)
    for (key, value) in ours {
      #expect(
        value as? NSObject == theirs[key] as? NSObject, "\(key)", sourceLocation: sourceLocation)
    }
  }
}
