/// Writes rows as PostgreSQL's binary COPY takes them ("COPY", File Formats, Binary Format).
struct CopyWriter {
  private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]
  /// Bytes that are collected before they are sent.
  private static let pieceLength = 64 << 10

  private var bytes = Self.signature + [0, 0, 0, 0, 0, 0, 0, 0]

  /// Whether enough is collected to be sent.
  var isFull: Bool { bytes.count >= Self.pieceLength }

  /// What is collected; it begins anew.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Begins a row of so many values.
  mutating func begin(_ count: Int) { append(UInt16(truncatingIfNeeded: count)) }

  mutating func addNull() { append(UInt32.max) }

  mutating func add(_ value: Int16) {
    append(UInt32(2))
    append(UInt16(bitPattern: value))
  }

  mutating func add(_ value: Int32) {
    append(UInt32(4))
    append(UInt32(bitPattern: value))
  }

  mutating func add(_ value: Int64) {
    append(UInt32(8))
    append(UInt64(bitPattern: value))
  }

  mutating func add(_ value: some Collection<UInt8>) {
    append(UInt32(clamping: value.count))
    bytes.append(contentsOf: value)
  }

  /// Ends the rows.
  mutating func finish() { append(UInt16.max) }

  private mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

/// Reads the rows of a binary COPY, piece by piece.
struct CopyReader {
  private var bytes: [UInt8] = []
  private var position = 0
  private var isBegun = false

  /// Takes a piece, and calls `body` with the values of every row that is whole by then.
  mutating func read(
    _ piece: some Sequence<UInt8>, _ body: ([ArraySlice<UInt8>?]) throws -> Void
  ) throws {
    bytes.append(contentsOf: piece)
    if !isBegun {
      guard bytes.count >= 19, let extra = number(at: 15, bytes: 4) else { return }
      guard bytes.count >= 19 + extra else { return }
      position = 19 + extra
      isBegun = true
    }
    while let row = next() { try body(row) }
    bytes.removeFirst(position)
    position = 0
  }

  /// The next row, where all of it is there; none after the last.
  private mutating func next() -> [ArraySlice<UInt8>?]? {
    guard let count = number(at: position, bytes: 2), count != 0xffff else { return nil }
    var at = position + 2
    var row: [ArraySlice<UInt8>?] = []
    for _ in 0..<count {
      guard let length = number(at: at, bytes: 4) else { return nil }
      at += 4
      guard length != 0xffff_ffff else {
        row.append(nil)
        continue
      }
      guard bytes.count - at >= length else { return nil }
      row.append(bytes[at..<(at + length)])
      at += length
    }
    position = at
    return row
  }

  private func number(at start: Int, bytes count: Int) -> Int? {
    guard bytes.count - start >= count else { return nil }
    return bytes[start..<(start + count)].reduce(0) { $0 << 8 | Int($1) }
  }

  /// A number of any width.
  static func number(_ value: ArraySlice<UInt8>) -> Int64 {
    switch value.count {
    case 2: Int64(Int16(truncatingIfNeeded: value.reduce(0) { $0 << 8 | Int64($1) }))
    case 4: Int64(Int32(truncatingIfNeeded: value.reduce(0) { $0 << 8 | Int64($1) }))
    default: Int64(bitPattern: value.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }
}
