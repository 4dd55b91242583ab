internal import Bundle
public import Foundation
internal import Model

/// What was sent, in a file of its own that goes with this value: unpacked, and no longer than it may be.
public final class BundleFile {
  /// Where it stands.
  let path: PathBytes
  private let folder: TemporaryFolder

  private static let pieceLength = 1 << 20
  private static let zstd: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]
  private static let gzip: [UInt8] = [0x1f, 0x8b]

  /// Takes all that a source gives, a file or a pipe, and unpacks it.
  /// - Parameter limit: bytes that it may have, packed and unpacked.
  public init(from source: FileHandle, limit: Int64) throws {
    do { folder = try TemporaryFolder() } catch {
      throw FleetFault.refused(
        "cannot make a folder in '\(TemporaryFolder.parent.path)', where a bundle is unpacked; name another directory by $TMPDIR"
      )
    }
    let packed = folder.file("packed")
    let unpacked = folder.file("bundle")
    path = PathBytes(unpacked.path.utf8)
    try Self.copy(source, to: packed, limit: limit)
    let start = try Self.start(of: packed)
    if start.starts(with: Self.zstd) {
      try Self.unpack(packed, with: "zstd", to: unpacked, limit: limit)
    } else if start.starts(with: Self.gzip) {
      try Self.unpack(packed, with: "gzip", to: unpacked, limit: limit)
    } else {
      try FileManager.default.moveItem(at: packed, to: unpacked)
    }
  }

  private static func copy(_ source: FileHandle, to file: URL, limit: Int64) throws {
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw FleetFault.badBundle("it cannot be kept in '\(file.path)'")
    }
    let target = try FileHandle(forWritingTo: file)
    defer { try? target.close() }
    var length: Int64 = 0
    while let piece = try source.read(upToCount: pieceLength), !piece.isEmpty {
      length += Int64(piece.count)
      guard length <= limit else {
        throw FleetFault.badBundle(
          "it is longer than \(limit) bytes, the limit of 'max-bundle' in [fleet]")
      }
      try target.write(contentsOf: piece)
    }
  }

  private static func start(of file: URL) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    return Array(try handle.read(upToCount: 4) ?? Data())
  }

  /// Unpacks a file with a program, which is ended where it makes too much of it.
  private static func unpack(
    _ packed: URL, with program: String, to file: URL, limit: Int64
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-dc"]
    let input = try FileHandle(forReadingFrom: packed)
    defer { try? input.close() }
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    do {
      try copy(output.fileHandleForReading, to: file, limit: limit)
    } catch {
      process.terminate()
      process.waitUntilExit()
      throw error
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw FleetFault.badBundle(
        process.terminationStatus == 127
          ? "it is packed with \(program), which is not installed here"
          : "\(program) cannot unpack it: it was cut or changed on the way")
    }
    try FileManager.default.removeItem(at: packed)
  }
}
