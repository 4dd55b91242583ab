/// Collects output and hands it on in pieces, so that a long answer needs no memory.
public final class ByteSink {
  /// Bytes that are collected before they are handed on: as much as a pipe holds on Linux.
  public static let pieceLength = 65_536

  private var bytes: [UInt8] = []
  private let write: ([UInt8]) throws -> Void

  /// A sink that hands its pieces, in order, to `write`.
  public init(write: @escaping ([UInt8]) throws -> Void) {
    self.write = write
    bytes.reserveCapacity(Self.pieceLength * 2)
  }

  /// Adds a byte.
  @inline(__always)
  func append(_ byte: UInt8) { bytes.append(byte) }

  /// Adds text as UTF-8.
  @inline(__always)
  func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Adds what `body` appends; cheaper than to append piece by piece.
  @inline(__always)
  func collect(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  /// Takes bytes over, without a copy where nothing stands before them.
  func take(_ more: inout [UInt8]) {
    if bytes.isEmpty {
      swap(&bytes, &more)
    } else {
      bytes += more
      more.removeAll(keepingCapacity: true)
    }
  }

  /// Hands on what was collected once there is enough of it; called between elements of an answer.
  /// - Throws: what `write` throws.
  func settle() throws {
    if bytes.count >= Self.pieceLength { try flush() }
  }

  /// Hands on bytes behind what was collected.
  /// - Throws: what `write` throws.
  public func write(_ bytes: [UInt8]) throws {
    self.bytes += bytes
    try settle()
  }

  /// Hands on everything that was collected.
  /// - Throws: what `write` throws.
  public func flush() throws {
    guard !bytes.isEmpty else { return }
    try write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

extension ByteSink {
  /// What `body` puts into a sink, as text.
  static func text(_ body: (ByteSink) throws -> Void) throws -> String {
    let collected = Collected()
    let sink = ByteSink { collected.bytes += $0 }
    try body(sink)
    try sink.flush()
    return String(decoding: collected.bytes, as: UTF8.self)
  }

  private final class Collected {
    var bytes: [UInt8] = []
  }
}
