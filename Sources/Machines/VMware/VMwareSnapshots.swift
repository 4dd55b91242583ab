internal import DiskImage

/// The snapshots in a `.vmsd`.
struct VMwareSnapshots: Sendable, Hashable {
  /// Snapshots of one machine; VMware allows 496 disks' worth of them at most, and 32 in a chain.
  static let limit = 1000
  /// Disks of one snapshot; a machine has 256 at most.
  static let diskLimit = 1000

  /// A file of a snapshot.
  struct Entry: Sendable, Hashable {
    /// The name, as it is written.
    var name: [UInt8]
    /// The disk's place in the machine; `nil` for the machine's state.
    var slot: String?
  }

  /// In the order of the snapshots.
  private(set) var entries: [Entry] = []

  /// What of a dictionary still holds: blocks beyond the count are what deleted snapshots left behind.
  init(_ dictionary: VMwareDictionary) throws(VMwareFault) {
    guard let text = dictionary.text("snapshot.numsnapshots") else {
      if dictionary.keys.contains(where: { $0.hasPrefix("snapshot0.") }) {
        throw .uncountedSnapshots
      }
      return
    }
    guard let count = Int(text), count >= 0 else { throw .uncountedSnapshots }
    guard count <= Self.limit else { throw .tooManySnapshots }
    for number in 0..<count {
      let snapshot = "snapshot\(number)."
      guard dictionary[snapshot + "uid"] != nil else { throw .missingSnapshot(number) }
      if let name = dictionary[snapshot + "filename"], !name.isEmpty {
        entries.append(Entry(name: name))
      }
      for disk in 0..<Self.diskLimit {
        guard let name = dictionary[snapshot + "disk\(disk).filename"], !name.isEmpty else { break }
        let slot = dictionary.text(snapshot + "disk\(disk).node") ?? "disk\(disk)"
        entries.append(Entry(name: name, slot: slot))
      }
    }
  }
}
