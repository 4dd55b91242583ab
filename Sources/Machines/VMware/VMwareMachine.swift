internal import DiskImage
internal import Model

/// Makes a machine out of a `.vmx`, with the `.vmsd` beside it.
struct VMwareMachine {
  /// The machine, with all that it uses.
  private(set) var machine: Machine
  /// What does not say which images it uses.
  private(set) var faults: [VMwareFault] = []

  private let folder: PathBytes
  private let names: Set<[UInt8]>
  private let seenAs: [PathBytes]
  private let isTemplate: Bool

  /// A machine that uses nothing yet.
  ///
  /// - Parameters:
  ///   - names: what stands beside the file.
  ///   - seenAs: paths at which machines see pools of this host.
  init(file: PathBytes, names: Set<[UInt8]>, seenAs: [PathBytes]) {
    folder = file.directory
    self.names = names
    self.seenAs = seenAs
    isTemplate = file.name.hasSuffix(".vmtx")
    let stem = file.name.prefix(
      upTo: file.name.lastIndex(of: UInt8(ascii: ".")) ?? file.name.endIndex)
    let path = file.displayText
    machine = Machine(
      kind: MachineSourceKind.vmware.rawValue, identity: path,
      name: stem.isEmpty ? path : PathBytes(stem).displayText, file: file)
  }

  /// Adds what the machine's own file says.
  mutating func add(_ dictionary: VMwareDictionary) {
    if let name = dictionary.text("displayname"), !name.isEmpty { machine.name = name }
    machine.uuid = dictionary.text("uuid.bios").flatMap(UUIDText.parse)
    if dictionary.keys.contains(where: { $0 == "encryption.data" || $0 == "encryption.keysafe" }) {
      return faults.append(.encrypted)
    }
    if dictionary.keys.isEmpty { return faults.append(.nothing) }
    for slot in dictionary.keys.compactMap(Slot.init).sorted() { add(slot, dictionary) }
    if let state = dictionary["checkpoint.vmstate"], !state.isEmpty {
      add(state, MachineUse(.memory, ReferenceTarget()))
    }
    if let name = dictionary["nvram"], !name.isEmpty {
      var use = MachineUse(.nvram, ReferenceTarget())
      // It is made where it is not there.
      use.mayBeMissing = true
      add(name, use)
    }
    addOthers(dictionary)
  }

  /// Directories that the guest sees, and files that any other key names: whatever for, they may be needed.
  private mutating func addOthers(_ dictionary: VMwareDictionary) {
    let known = Set(machine.uses.compactMap(\.target.path))
    for key in dictionary.keys.sorted() {
      guard let value = dictionary[key], value.first == UInt8(ascii: "/"), !known.contains(value)
      else { continue }
      if key.hasPrefix("sharedfolder"), key.hasSuffix(".hostpath") {
        var use = MachineUse(.filesystem, .local(value, .dir))
        (use.slot, use.mayBeMissing) = (String(key.dropLast(".hostpath".count)), true)
        machine.uses.append(use)
      } else {
        machine.uses += NamedPaths.inText(value).map { MachineUse(named: $0) }
      }
    }
  }

  /// Adds what its snapshots need.
  mutating func add(_ snapshots: VMwareSnapshots) {
    for entry in snapshots.entries {
      var use = MachineUse(entry.slot == nil ? .memory : .disk, ReferenceTarget())
      (use.occasion, use.slot, use.isReadOnly, use.mayBeMissing) = (
        .snapshot, entry.slot, true, entry.slot == nil
      )
      add(entry.name, use)
    }
  }

  /// Adds a fault of a file that the machine stands in.
  mutating func add(_ fault: VMwareFault) { faults.append(fault) }

  /// A place for a disk: `scsi0:1`, `floppy0`.
  private struct Slot: Comparable {
    let bus: String
    let numbers: [Int]

    /// The slot of a key that names a file.
    init?(_ key: String) {
      guard key.hasSuffix(".filename") else { return nil }
      let name = key.dropLast(".filename".count)
      let digits = name.drop { !$0.isNumber }
      bus = String(name.dropLast(digits.count))
      let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
      numbers = parts.compactMap { Int($0) }
      let isDisk = ["ide", "scsi", "sata", "nvme"].contains(bus) && parts.count == 2
      guard isDisk || bus == "floppy" && parts.count == 1, numbers.count == parts.count else {
        return nil
      }
    }

    var name: String { bus + numbers.map(String.init).joined(separator: ":") }
    /// What it is plugged into; IDE and floppies have none that is written.
    var controller: String? {
      bus == "ide" || bus == "floppy" ? nil : numbers.first.map { "\(bus)\($0)" }
    }

    static func < (left: Slot, right: Slot) -> Bool {
      left.bus == right.bus
        ? left.numbers.lexicographicallyPrecedes(right.numbers) : left.bus < right.bus
    }
  }

  private mutating func add(_ slot: Slot, _ dictionary: VMwareDictionary) {
    let key = slot.name + "."
    guard let name = dictionary[key + "filename"], !name.isEmpty else { return }
    let type = dictionary.text(key + "devicetype")?.lowercased() ?? ""
    // The host's own drive, and what only looks like a name.
    let isHostDrive =
      type.hasSuffix("-raw") || type.hasPrefix("atapi") || type.hasSuffix("passthru")
      || dictionary.flag(key + "clientdevice") == true
      || slot.bus == "floppy" && dictionary.text(key + "filetype")?.lowercased() != "file"
    let isNoName = ["auto detect", "emptybackingstring"].contains(
      String(decoding: name, as: UTF8.self).lowercased())
    if isHostDrive || isNoName { return }
    var use = MachineUse(.disk, ReferenceTarget())
    use.slot = slot.name
    use.isCDROM = type.hasPrefix("cdrom") || name[...].hasSuffix(".iso")
    use.isReadOnly = use.isCDROM || isTemplate || dictionary.flag(key + "readonly") == true
    use.mayBeMissing = use.isCDROM || slot.bus == "floppy"
    use.isTransient = dictionary.text(key + "mode")?.lowercased().contains("nonpersistent") == true
    let sharing = dictionary.text(key + "sharing")?.lowercased() ?? "none"
    let bus = slot.controller.flatMap { dictionary.text($0 + ".sharedbus") }?.lowercased() ?? "none"
    use.isShareable = !["none", "nomultiwriter"].contains(sharing) || bus != "none"
    let isPlugged =
      dictionary.flag(key + "present") == true
      && slot.controller.flatMap { dictionary.flag($0 + ".present") } != false
    if !isPlugged { use.occasion = .detached }
    add(name, use)
    if let redo = dictionary[key + "redo"], !redo.isEmpty {
      var log = MachineUse(.disk, ReferenceTarget())
      (log.slot, log.occasion, log.mayBeMissing) = (slot.name, .pending, true)
      add(redo, log)
    }
  }

  private mutating func add(_ name: [UInt8], _ use: MachineUse) {
    var use = use
    if ReferenceTarget.isAbsoluteOnWindows(name) {
      if use.occasion != .detached { faults.append(.ofWindows(PathBytes(name).displayText)) }
      return
    }
    let isOfWindows = !name.contains(UInt8(ascii: "/")) && name.contains(UInt8(ascii: "\\"))
    let plain = isOfWindows ? name.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 } : name
    use.target = .named(plain, in: folder)
    if let path = use.target.path.map({ PathBytes($0) }), path.bytes.starts(with: "/vmfs/".utf8),
      !seenAs.contains(where: path.isWithin)
    {
      // What it is here nobody says: it may be any image.
      use.occasion = .elsewhere
      faults.append(.unmapped(path.displayText))
    }
    machine.uses.append(use)
    if use.role == .disk { addParts(of: plain, use) }
  }

  /// The data of a disk whose descriptor is gone: it stands in no header then, and is the disk's all the same.
  private mutating func addParts(of name: [UInt8], _ use: MachineUse) {
    guard !name.contains(UInt8(ascii: "/")), name[...].hasSuffix(".vmdk"), !names.contains(name)
    else { return }
    for part in Self.parts {
      let other = name.dropLast(".vmdk".utf8.count) + Array("-\(part).vmdk".utf8)
      guard names.contains(other) else { continue }
      var below = MachineUse(.disk, .named(other, in: folder))
      (below.slot, below.occasion, below.isReadOnly) = (use.slot, .below, true)
      machine.uses.append(below)
    }
  }

  private static let parts = ["flat", "delta", "sesparse", "ctk", "rdm", "rdmp"]
}
