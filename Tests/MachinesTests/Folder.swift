import DiskImage
import Foundation
import Machines
import Model

/// A directory of its own for one test; it goes with the value.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "machines-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: PathBytes { PathBytes(url.path) }

  func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

  func write(_ bytes: Data, _ name: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  func fifo(_ name: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/mkfifo")
    process.arguments = [url.appending(path: name).path]
    try process.run()
    process.waitUntilExit()
  }

  func link(_ name: String, to target: String) throws {
    let link = url.appending(path: name)
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: target)
  }
}

extension MachineUse {
  /// The use in a line: what, when, where.
  var line: String {
    let place = target.path.map { PathBytes($0).displayText } ?? target.name ?? target.uri ?? "?"
    var words = [slot ?? "-", occasion.rawValue, role.rawValue, format ?? "-", place]
    if isReadOnly { words.append("read-only") }
    if isTransient { words.append("transient") }
    if isShareable { words.append("shareable") }
    return words.joined(separator: " ")
  }
}
