import Foundation
import Model

/// A folder for the files of one benchmark; it is there from `make` to `remove`.
struct TemporaryFolder: Sendable {
  private let root = FileManager.default.temporaryDirectory
    .appending(path: "backstory-inside-\(UUID().uuidString)")

  func make() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  func remove() throws { try FileManager.default.removeItem(at: root) }

  func url(_ name: String) -> URL { root.appending(path: name) }

  func path(_ name: String) -> PathBytes { PathBytes(url(name).path.utf8) }

  /// A name for a database that is not there yet.
  func newDatabase() -> PathBytes { path("\(UUID().uuidString).sqlite") }

  /// Removes a database with what SQLite keeps beside it.
  func removeDatabase(_ file: PathBytes) throws {
    let name = String(decoding: file.name, as: UTF8.self)
    for entry in try FileManager.default.contentsOfDirectory(atPath: root.path)
    where entry.hasPrefix(name) {
      try FileManager.default.removeItem(at: url(entry))
    }
  }
}
