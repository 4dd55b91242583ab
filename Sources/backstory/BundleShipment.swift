import Bundle
import Database
import DiskImage
import Foundation
import Host
import Model
import Presentation

/// A bundle in a folder of its own, which is gone with this value.
final class BundleShipment {
  /// What is in it.
  let summary: BundleSummary
  private let folder: TemporaryFolder
  private let file: PathBytes

  /// Bytes that are handed on at a time.
  private static let pieceLength = 1 << 18

  /// Writes a bundle of a database.
  init(_ start: BundleStart, of database: PathBytes) throws {
    do { folder = try TemporaryFolder() } catch {
      throw CommandFailure(
        "cannot make a folder in '\(TemporaryFolder.parent.path)', where a bundle is made; name another directory by $TMPDIR"
      )
    }
    file = PathBytes(folder.file("bundle").path.utf8)
    let writer = BundleWriter(try Inventory(reading: database), agent: BackstoryCommand.version)
    do {
      summary = try writer.write(start, to: file, now: .now)
    } catch StoreFault.full(file) {
      throw CommandFailure(
        "there is no room for the bundle in '\(file.directory.directory.displayText)'; make room, or name another "
          + "directory by $TMPDIR")
    }
  }

  /// The command that makes it smaller, by what this host has; `nil` where it has nothing.
  static var packing: String? {
    let environment = ProcessInfo.processInfo.environment
    if environment.hasProgram("zstd") { return "zstd -q -c -9" }
    return environment.hasProgram("gzip") ? "gzip -q -c" : nil
  }

  /// What it is of, in words.
  var inWords: String {
    let scans =
      summary.fromScan == 0
      ? "everything up to scan \(summary.toScan)"
      : summary.fromScan == summary.toScan
        ? "nothing but words since scan \(summary.toScan)"
        : summary.fromScan + 1 == summary.toScan
          ? "scan \(summary.toScan)" : "scans \(summary.fromScan + 1) to \(summary.toScan)"
    return "\(summary.hostName): \(scans), \(summary.rows) rows, token \(summary.toToken.text)"
  }

  /// Writes it to standard output.
  func writeToOutput() throws {
    guard let packing = Self.packing else {
      return try Console.write { sink in
        try copy { try sink.write($0) }
        try sink.flush()
      }
    }
    let program = try FedProgram(ontoOutput: "exec \(packing)")
    switch try feed(program) {
    case 0: return
    // What a shell shows for a writer that SIGPIPE ended.
    case 141: throw OutputFailure.readerGone
    case let code: throw OutputFailure.refused(reason: "'\(packing)' ended with \(code)")
    }
  }

  /// Puts it in the place of a file.
  func write(to place: PathBytes) throws {
    let draft = try DraftFile(for: place)
    if let packing = Self.packing {
      let code = try feed(try FedProgram("exec \(packing)", into: draft))
      guard code == 0 else {
        throw CommandFailure(
          "cannot write '\(place.displayText)': '\(packing)' ended with \(code) and said why; nothing was changed"
        )
      }
    } else {
      try copy { try draft.write($0) }
    }
    try draft.takePlace(mode: 0o600)
  }

  /// Hands it to a command of the shell.
  /// - Returns: its exit code, and the beginning of what it printed.
  func send(to command: String) throws -> (code: Int32, output: String) {
    let place = PathBytes(folder.file("answer").path.utf8)
    let draft = try DraftFile(for: place)
    let line = Self.packing.map { "\($0) | \(command)" } ?? command
    let code = try feed(try FedProgram(line, into: draft))
    try draft.takePlace(mode: 0o600)
    let answer = try Self.bytes(of: OpenFile(opening: place), at: 0, count: Self.answerLimit)
    return (code, String(decoding: answer, as: UTF8.self))
  }

  /// Bytes of an answer that are looked at.
  private static let answerLimit = 1 << 16

  /// A program that has heard enough ends, and says in its exit code what of it.
  private func feed(_ program: consuming FedProgram) throws -> Int32 {
    let input = program.input
    var failure: HostFault?
    try eachPiece { piece in
      switch input.write(piece) {
      case .written: return true
      case .readerGone: return false
      case .failed(let fault):
        failure = fault
        return false
      }
    }
    let code = try program.finish()
    if let failure { throw failure }
    return code
  }

  private func eachPiece(_ body: ([UInt8]) throws -> Bool) throws {
    let source = try OpenFile(opening: file)
    var position: UInt64 = 0
    while position < source.byteCount {
      let piece = try Self.bytes(of: source, at: position, count: Self.pieceLength)
      guard !piece.isEmpty, try body(piece) else { return }
      position += UInt64(piece.count)
    }
  }

  private func copy(_ body: ([UInt8]) throws -> Void) throws {
    try eachPiece { piece in
      try body(piece)
      return true
    }
  }

  private static func bytes(
    of file: borrowing OpenFile, at position: UInt64, count: Int
  ) throws(HostFault) -> [UInt8] {
    do throws(ReadFault) {
      return try file.bytes(at: position, count: count)
    } catch {
      throw HostFault(operation: "read", path: file.path, code: error.code)
    }
  }
}
