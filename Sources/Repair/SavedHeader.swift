internal import Foundation
internal import Host
internal import Model
internal import Query
internal import Storage

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
  /// The file before, and what was to be written; `nil` where an older version saved the header.
  var start: Start?
  /// The front and the file's state after; `nil` until `qemu-img` had ended, however it ended.
  var after: After?
  /// The front over which an undo has begun to write.
  var overwritten: Data?

  /// An image right before its repair.
  struct Start: Codable {
    let file: FileMark
    /// How many names the file had.
    let linkCount: UInt32
    let size: UInt64
    let rest: Rest
    let planned: Planned
    /// What takes it back, where a command can.
    let undo: [[String]]
  }

  /// All that stands behind the front.
  struct Rest: Codable, Equatable {
    let digest: Int64
    /// Whether all of it was read; else blocks of it were.
    let isWhole: Bool
  }

  /// A reference as it was to be.
  struct Planned: Codable {
    let role: String
    /// In the escaped form.
    let stored: String
    let format: String?
  }

  /// An image right after its repair.
  struct After: Codable {
    let head: Data
    let size: UInt64
    /// Nanoseconds since 1970.
    let modified: Int64
    /// `nil` where an older version saved the header, or it could not be read.
    var rest: Rest?
  }

  /// Where the image stands.
  var path: PathBytes? { PathBytes(escaped: filename) }
}

/// The folder of saved headers beside a database.
struct SavedHeaders {
  /// A header that is kept, and the file that holds it.
  struct Kept {
    let name: [UInt8]
    /// The header, or why it cannot be read.
    let header: Result<SavedHeader, Unreadable>
  }

  /// Why a file holds no header.
  struct Unreadable: Error {
    let reason: String
  }

  /// The folder: only its owner may look into it.
  let folder: PrivateFolder

  private static let ending = Array(".json".utf8)
  private static let endingOfUndone = Array(".undone".utf8)

  init(besides database: PathBytes) {
    folder = PrivateFolder(database.directory.appending(OwnFiles.savedHeaders.utf8))
  }

  /// Keeps an image's front before anything is written to it.
  /// - Returns: the name of the file that holds it.
  func keep(_ header: SavedHeader, of image: Int64) throws -> [UInt8] {
    let name = Array("\(header.saved)-\(image)".utf8) + Self.ending
    try write(header, to: name)
    return name
  }

  /// Writes a saved header and waits until the device has it.
  func write(_ header: SavedHeader, to name: [UInt8]) throws {
    try folder.write(Array(JSONEncoder().encode(header)), to: name)
  }

  /// Lays a header aside that has been put back.
  func layAside(_ name: [UInt8]) throws {
    try folder.rename(name, to: name.dropLast(Self.ending.count) + Self.endingOfUndone)
  }

  /// All saved headers, the newest first, behind those that cannot be read.
  /// - Throws: `HostFault` where nobody can say what there is.
  func all() throws(HostFault) -> [Kept] {
    try folder.names().filter { $0.suffix(Self.ending.count).elementsEqual(Self.ending) }
      .map { Kept(name: $0, header: read($0)) }
      .sorted { $0.time > $1.time }
  }

  private func read(_ name: [UInt8]) -> Result<SavedHeader, Unreadable> {
    do {
      let text = try folder.contents(of: name)
      return .success(try JSONDecoder().decode(SavedHeader.self, from: Data(text)))
    } catch {
      let fault = error as? HostFault
      return .failure(Unreadable(reason: fault?.reason ?? "it is not a saved header"))
    }
  }
}

extension SavedHeaders.Kept {
  /// Nanoseconds since 1970; the greatest number where that cannot be read.
  fileprivate var time: Int64 {
    switch header {
    case .success(let header): header.saved
    case .failure: .max
    }
  }
}
