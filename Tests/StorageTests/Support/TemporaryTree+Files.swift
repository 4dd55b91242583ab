import Foundation
import Host
import Model

extension TemporaryTree {
  /// Writes a file of these bytes.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> PathBytes {
    let path = "\(rootText)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return PathBytes(path)
  }

  /// Makes a directory.
  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(rootText)/\(name)", withIntermediateDirectories: true)
  }

  /// Makes a symbolic link.
  func link(_ name: String, to text: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(rootText)/\(name)", withDestinationPath: text)
  }

  /// Says of everything in the tree that it was written to long ago.
  func age() throws { try shell("sleep 0.01; find . -exec touch -h -d '2 hours ago' {} +") }
}
