public import DiskImage

/// An internal snapshot with the keys of qemu-img's `SnapshotInfo`.
public struct StoredSnapshot: Codable, Hashable, Sendable {
  /// The snapshot's identifier.
  public var id: String
  /// The user's name for it.
  public var name: String
  /// Bytes of saved machine state; a number with a sign, as in qemu-img.
  public var machineStateSize: Int64
  /// Seconds since 1970.
  public var dateSeconds: UInt32
  /// Nanoseconds beyond `dateSeconds`.
  public var dateNanoseconds: UInt32
  /// Seconds that the guest had run.
  public var guestClockSeconds: UInt64
  /// Nanoseconds beyond `guestClockSeconds`.
  public var guestClockNanoseconds: UInt64
  /// Instruction count, where recorded; a number with a sign, as in qemu-img.
  public var instructionCount: Int64?

  /// The snapshot as an answer.
  public init(_ snapshot: ImageSnapshot) {
    id = snapshot.id
    name = snapshot.name
    machineStateSize = Int64(bitPattern: snapshot.machineStateSize)
    dateSeconds = snapshot.date.seconds
    dateNanoseconds = snapshot.date.nanoseconds
    guestClockSeconds = snapshot.guestClock / 1_000_000_000
    guestClockNanoseconds = snapshot.guestClock % 1_000_000_000
    instructionCount = snapshot.instructionCount.map(Int64.init(bitPattern:))
  }

  enum CodingKeys: String, CodingKey {
    case id
    case name
    case machineStateSize = "vm-state-size"
    case dateSeconds = "date-sec"
    case dateNanoseconds = "date-nsec"
    case guestClockSeconds = "vm-clock-sec"
    case guestClockNanoseconds = "vm-clock-nsec"
    case instructionCount = "icount"
  }
}
