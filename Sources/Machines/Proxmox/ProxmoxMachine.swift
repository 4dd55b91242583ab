internal import DiskImage
internal import Model

/// Makes a machine out of a file of Proxmox VE.
struct ProxmoxMachine {
  /// Which kind of machine a directory holds.
  enum Kind: String, CaseIterable { case qemu = "qemu-server", container = "lxc" }

  /// The machine, with all that it uses.
  var machine: Machine
  /// What in the file cannot be understood, in half sentences.
  var problems: [String] = []

  let stores: ProxmoxStores
  let node: ProxmoxNode
  private let kind: Kind
  let mappings: ProxmoxMappings

  /// - Parameters:
  ///   - node: the node that keeps the machine.
  init(
    _ guest: ProxmoxGuest, number: String, kind: Kind, file: PathBytes, stores: ProxmoxStores,
    node: ProxmoxNode, mappings: ProxmoxMappings = ProxmoxMappings(parsing: [])
  ) {
    self.stores = stores
    self.mappings = mappings
    self.node = node
    self.kind = kind
    let now = guest.sections.first
    let name = now.flatMap { $0["name"] ?? $0["hostname"] }.map {
      String(decoding: $0, as: UTF8.self)
    }
    machine = Machine(
      kind: "pve", identity: number, name: name.flatMap { $0.isEmpty ? nil : $0 } ?? number,
      file: file)
    machine.uuid = now.flatMap { Self.uuid($0["smbios1"]) }
    let isTemplate = now?["template"]?.elementsEqual("1".utf8) == true
    for section in guest.sections { add(section, isTemplate: isTemplate) }
    if let now { expectSnapshots(guest.sections, now) }
    if let line = guest.oddLines.first {
      problems.append("line \(line) is invalid")
    } else if guest.isEmpty {
      problems.append("it is empty, unlike any machine's file")
    }
  }

  private static func uuid(_ smbios: ArraySlice<UInt8>?) -> String? {
    smbios.flatMap { ProxmoxDrive(parsing: $0).options["uuid"]?.lowercased() }
      .flatMap { $0.isEmpty ? nil : $0 }
  }

  private mutating func add(_ section: ProxmoxGuest.Section, isTemplate: Bool) {
    for entry in section.entries {
      switch Meaning(of: entry.key, kind) {
      case .disk(let slot): add(drive: entry.value, slot, section.kind, isTemplate: isTemplate)
      case .detached(let slot): add(drive: entry.value, slot, section.kind, isDetached: true)
      case .volumes:
        let isBreak = { (byte: UInt8) in ",; \t".utf8.contains(byte) }
        for volume in entry.value.split(whereSeparator: isBreak) {
          add(drive: volume, entry.key, section.kind)
        }
      case .memory: add(drive: entry.value, entry.key, section.kind, role: .memory)
      case .arguments: add(arguments: entry.value, section.kind)
      case .mapping(let slot): add(mapping: entry.value, slot, section.kind)
      case .mount: add(mount: entry.value, section.kind)
      case .other:
        for path in NamedPaths.inText(entry.value) {
          add(MachineUse(named: path), entry.key, section.kind)
        }
      }
    }
  }

  /// What a key is about.
  private enum Meaning {
    case disk(String), detached(String)
    case volumes, memory, arguments, mount, other
    case mapping(String)

    init(of key: String, _ kind: Kind) {
      let stem = String(key.reversed().drop { $0.isASCII && $0.isNumber }.reversed())
      let hasNumber = stem.count < key.count
      switch (kind, stem, hasNumber) {
      case (_, "unused", true): self = .detached(key)
      case (.qemu, "ide", true), (.qemu, "sata", true), (.qemu, "scsi", true),
        (.qemu, "virtio", true), (.qemu, "efidisk", true), (.qemu, "tpmstate", true):
        self = .disk(key)
      case (.qemu, "virtiofs", true): self = .mapping(key)
      case (.qemu, "cdrom", false): self = .disk("ide2")
      case (.container, "mp", true), (.container, "rootfs", false): self = .disk(key)
      case (.qemu, "vmstate", false): self = .memory
      case (.qemu, "args", false): self = .arguments
      case (.container, "lxc.mount.entry", false): self = .mount
      case (_, "fleecing-images", false): self = .volumes
      default: self = .other
      }
    }
  }

  private mutating func add(
    drive value: ArraySlice<UInt8>, _ slot: String, _ section: ProxmoxGuest.Section.Kind,
    isTemplate: Bool = false, isDetached: Bool = false, role: ReferenceRole = .disk
  ) {
    let drive = ProxmoxDrive(parsing: value)
    guard !drive.isNone else { return }
    guard !drive.volume.isEmpty else { return problems.append("'\(slot)' names no volume") }
    var use = MachineUse(role, ReferenceTarget(), format: drive.format)
    use.slot = slot
    use.occasion = isDetached ? .detached : Self.occasion(section)
    use.isCDROM = drive.isCDROM
    use.isTransient = drive.options["snapshot"] == "1"
    use.isReadOnly = drive.isCDROM || isTemplate || drive.options["ro"] == "1"
    if drive.volume.first == UInt8(ascii: "/") {
      return add(path: Array(drive.volume), use)
    }
    guard let volume = ProxmoxVolume(parsing: drive.volume) else {
      return problems.append("'\(slot)' names a volume that cannot be parsed")
    }
    add(volume, use, section, isSharedByWord: drive.options["shared"] == "1")
  }

  private mutating func add(path: [UInt8], _ use: MachineUse) {
    var use = use
    // What is mounted into a container is a directory, unless it is a device.
    let isMount = kind == .container && !path.starts(with: "/dev/".utf8)
    use.target = .local(path, isMount ? .dir : nil)
    if isMount { use.role = .filesystem } else { use.format = use.format ?? "raw" }
    machine.uses.append(use)
  }

  private mutating func add(
    _ volume: ProxmoxVolume, _ use: MachineUse, _ section: ProxmoxGuest.Section.Kind,
    isSharedByWord: Bool
  ) {
    guard let store = stores[volume.store] else {
      return problems.append("store '\(volume.store)' is not in storage.cfg")
    }
    var use = use
    use.format = ProxmoxVolume.format(volume.name)
    use.isReadOnly = use.isReadOnly || volume.isBase
    // Proxmox VE recreates it when the machine starts.
    use.mayBeMissing =
      volume.name.hasSuffix("-cloudinit.qcow2") || volume.name.hasSuffix("-cloudinit.raw")
    guard let target = volume.target(in: store) else {
      // A volume of LVM, ZFS, Ceph: no file.
      use.target = ReferenceTarget(type: .volume)
      use.target.options["pool"] = store.name
      use.target.name = String(decoding: volume.name, as: UTF8.self)
      return machine.uses.append(use)
    }
    use.target = target
    if target.type == .dir {
      use.role = .filesystem
      use.format = nil
    }
    if use.occasion == .now, !node.isSeen(store, isSharedByWord: isSharedByWord) {
      use.occasion = .elsewhere
    }
    machine.uses.append(use)
    addRelatives(of: volume, use, store, section)
  }

  /// What a volume stands on by its name, and what it was at a snapshot.
  private mutating func addRelatives(
    of volume: ProxmoxVolume, _ use: MachineUse, _ store: ProxmoxStore,
    _ section: ProxmoxGuest.Section.Kind
  ) {
    if let base = volume.baseTarget(in: store), let name = volume.base?.name {
      var below = MachineUse(.backing, base, format: ProxmoxVolume.format(name))
      (below.occasion, below.slot, below.isReadOnly) = (.below, use.slot, true)
      machine.uses.append(below)
    }
    if case .snapshot(let name) = section, let file = volume.snapshotTarget(name, in: store) {
      var snapshot = MachineUse(.snapshot, file, format: use.format)
      (snapshot.occasion, snapshot.slot, snapshot.mayBeMissing) = (.snapshot, use.slot, true)
      machine.uses.append(snapshot)
    }
  }

  private mutating func add(
    arguments value: ArraySlice<UInt8>, _ section: ProxmoxGuest.Section.Kind
  ) {
    guard let words = ShellWords.split(value) else {
      return problems.append("the quotes in 'args' do not match")
    }
    let line = QEMUCommandLine(parsing: [Array("kvm".utf8)] + words, in: nil)
    problems += line.problems.map { "'args': \($0)" }
    for var use in line.uses {
      if use.occasion == .now { use.occasion = Self.occasion(section) }
      machine.uses.append(use)
    }
  }

  /// Adds what a line as of fstab puts into a container: a directory, unless it says that it is a file.
  private mutating func add(
    mount value: ArraySlice<UInt8>, _ section: ProxmoxGuest.Section.Kind
  ) {
    let words = value.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let source = words.first, source.first == UInt8(ascii: "/") else { return }
    let options = (words.dropFirst(3).first ?? []).split(separator: UInt8(ascii: ","))
    var use = MachineUse(named: Array(source))
    let isFile = options.contains { $0.elementsEqual("create=file".utf8) }
    if !isFile, use.target.type != .block {
      (use.role, use.target) = (.filesystem, .local(Array(source), .dir))
    }
    use.isReadOnly = options.contains { $0.elementsEqual("ro".utf8) }
    add(use, "lxc.mount.entry", section)
  }

  private mutating func add(
    _ use: MachineUse, _ slot: String, _ section: ProxmoxGuest.Section.Kind
  ) {
    var use = use
    (use.slot, use.occasion) = (slot, Self.occasion(section))
    machine.uses.append(use)
  }

  static func occasion(_ section: ProxmoxGuest.Section.Kind) -> MachineUse.Occasion {
    switch section {
    case .now: .now
    case .pending, .special: .pending
    case .snapshot: .snapshot
    }
  }
}

/// Words of a line as a shell tells them apart: blanks between them, quotes and backslashes.
enum ShellWords {
  /// The words; `nil` where a quote is left open.
  static func split(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var isWord = false
    var quote: UInt8?
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'"), let next = rest.popFirst() {
        word.append(next)
        isWord = true
      } else if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        isWord = true
      } else if quote == nil, byte == 0x20 || (0x09...0x0d).contains(byte) {
        if isWord { words.append(word) }
        (word, isWord) = ([], false)
      } else {
        word.append(byte)
        isWord = true
      }
    }
    if quote != nil { return nil }
    if isWord { words.append(word) }
    return words
  }
}
