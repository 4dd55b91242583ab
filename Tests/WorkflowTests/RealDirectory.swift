import Foundation
import Host
import Model

/// A directory of this host for one test, without symbolic links on the way to it.
final class RealDirectory {
  let path: PathBytes

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "backstory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = try canonicalPath(PathBytes(folder.path.utf8))
  }

  deinit { try? FileManager.default.removeItem(atPath: path.displayText) }

  func callAsFunction(_ name: String) -> PathBytes { path.appending(name.utf8) }

  private func url(_ name: String) -> URL { URL(filePath: self(name).displayText) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(at: url(name), withIntermediateDirectories: true)
  }

  func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: url(name)) }

  /// An image of qcow2.
  func image(_ name: String, on base: String = "", as format: String = "qcow2") throws {
    try write(
      name, QCOW2Sample(backing: base, backingFormat: base.isEmpty ? "" : format).bytes)
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: self(name).displayText, withDestinationPath: target)
  }

  func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(at: url(name), to: url(other))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

  func contents(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }

  func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: self(name).displayText)
  }
}
