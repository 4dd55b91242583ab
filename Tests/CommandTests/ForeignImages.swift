import Foundation
import Testing

/// Images that other programs made; `Scripts/fetch-foreign-images` puts them where they are looked for.
enum ForeignImages: String, CaseIterable {
  /// Of Hyper-V, Parallels, ESXi and QEMU: the test data of dissect.hypervisor.
  case dissect
  /// Of VirtualBox and VMware's ovftool: the test data of COT.
  case cot
  /// Of Hyper-V, Virtual PC, Disk2vhd, VMware and others: the sample images of QEMU.
  case qemu

  /// The folder of all of them.
  private static let place: URL = {
    if let given = ProcessInfo.processInfo.environment["BACKSTORY_FOREIGN_IMAGES"] {
      return URL(fileURLWithPath: given)
    }
    let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return package.appending(path: ".build/foreign-images")
  }()

  /// The folder of these.
  var url: URL { Self.place.appending(path: rawValue) }

  /// Whether they were fetched; a folder is there whole, or not at all.
  var isHere: Bool { FileManager.default.fileExists(atPath: url.path) }

  /// That a test needs these.
  var areNeeded: ConditionTrait {
    .enabled(
      if: isHere, "the images of \(rawValue) are not here; Scripts/fetch-foreign-images says why")
  }

  /// The path of one of them.
  func path(_ name: String) -> String { url.appending(path: name).path }
}
