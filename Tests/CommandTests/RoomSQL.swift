import Foundation

/// Where the SQL of the rooms stands.
enum RoomSQL {
  /// The rooms that have any, as folders.
  static var rooms: [URL] {
    let sources = RecordedSessions.url("Sources")
    let found = try? FileManager.default.contentsOfDirectory(
      at: sources, includingPropertiesForKeys: nil)
    return (found ?? []).filter {
      FileManager.default.fileExists(atPath: $0.appending(path: "SQL").path)
    }
  }

  /// Every file by its path in its room's folder.
  static func files() -> [String: URL] {
    var files: [String: URL] = [:]
    for room in rooms {
      let folder = room.appending(path: "SQL")
      for file in self.files(in: folder, ending: "sql") {
        let path = file.pathComponents.suffix(
          file.pathComponents.count - folder.pathComponents.count)
        files[path.joined(separator: "/")] = file
      }
    }
    return files
  }

  /// The files anywhere in a folder whose names end so.
  static func files(in folder: URL, ending: String) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var files: [URL] = []
    while let file = found?.nextObject() as? URL {
      if file.pathExtension == ending { files.append(file) }
    }
    return files
  }
}
