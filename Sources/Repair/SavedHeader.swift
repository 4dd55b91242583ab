internal import DiskImage
internal import Foundation
internal import Host
internal import Model
internal import Scan

/// The front of an image as it was before a repair, kept in a file of its own.
struct SavedHeader: Codable {
  /// The image, in the escaped form.
  let filename: String
  /// Nanoseconds since 1970.
  let saved: Int64
  /// What was run.
  let commands: [[String]]
  /// The front before.
  let before: Data
  /// The front and the file's state after; `nil` until the repair had ended.
  var after: After?

  /// An image right after its repair.
  struct After: Codable {
    let head: Data
    let size: UInt64
    /// Nanoseconds since 1970.
    let modified: Int64
  }

  /// Where the image stands.
  var path: PathBytes? { PathBytes(escaped: filename) }
}

/// The folder of saved headers beside a database.
struct SavedHeaders {
  /// The folder: only its owner may look into it.
  let folder: URL

  init(besides database: PathBytes) {
    let place = database.directory.appending(OwnFiles.savedHeaders.utf8)
    folder = URL(fileURLWithPath: place.displayText, isDirectory: true)
  }

  /// Keeps an image's front before anything is written to it.
  /// - Returns: the file that holds it.
  func keep(_ header: SavedHeader, of image: Int64) throws -> URL {
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let name = "\(header.saved)-\(image).json"
    let file = folder.appending(path: name)
    try write(header, to: file)
    return file
  }

  /// Writes a saved header and waits until the device has it.
  func write(_ header: SavedHeader, to file: URL) throws {
    try JSONEncoder().encode(header).write(to: file, options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let handle = try FileHandle(forUpdating: file)
    defer { try? handle.close() }
    try handle.synchronize()
  }

  /// All saved headers, the newest first.
  func all() throws -> [(file: URL, header: SavedHeader)] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return
      try files.filter { $0.pathExtension == "json" }
      .map { ($0, try JSONDecoder().decode(SavedHeader.self, from: Data(contentsOf: $0))) }
      .sorted { $0.1.saved > $1.1.saved }
  }
}
