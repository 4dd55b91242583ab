internal import DiskImage
internal import Model

/// Makes a machine out of a `.vbox`, with what all registries know of media.
struct VirtualBoxMachine {
  /// The machine, with all that it uses.
  private(set) var machine: Machine
  /// What does not say which images it uses.
  private(set) var faults: [VirtualBoxFault] = []

  private let document: VirtualBoxDocument
  private let media: [String: VirtualBoxDocument.Medium]
  /// Media that are in a drive, or stand under one that is.
  private var reached: Set<String> = []

  /// - Parameter media: what is known of every medium by its UUID; that of the document goes first.
  init(
    _ document: VirtualBoxDocument, file: PathBytes, media: [String: VirtualBoxDocument.Medium]
  ) {
    self.document = document
    self.media = media.merging(
      document.media.map { ($0.uuid, $0) }, uniquingKeysWith: { $1 })
    let path = file.displayText
    if let known = document.machine {
      machine = Machine(
        kind: MachineSourceKind.virtualBox.rawValue, identity: path,
        name: known.name.isEmpty ? path : known.name, file: file)
      machine.uuid = known.uuid
    } else {
      machine = Machine(kind: Machine.keeper, identity: path, name: path, file: file)
    }
    for attachment in document.attachments { add(attachment) }
    for state in document.states { add(state, in: file.directory) }
    for (path, isWritable) in document.sharedFolders.sorted(by: { $0.key < $1.key }) {
      var use = MachineUse(.filesystem, .local(Array(path.utf8), .dir))
      (use.isReadOnly, use.mayBeMissing) = (!isWritable, true)
      machine.uses.append(use)
    }
    let known = Set(machine.uses.compactMap(\.target.path))
    machine.uses += Set(document.others).map { Array($0.utf8) }
      .filter { !known.contains($0) }.sorted { $0.lexicographicallyPrecedes($1) }
      .flatMap { NamedPaths.inText($0) }.map { MachineUse(named: $0) }
    // A medium that is registered and in no drive: known, and not used.
    for medium in document.media where !reached.contains(medium.uuid) {
      var use = MachineUse(.disk, ReferenceTarget())
      (use.occasion, use.isReadOnly, use.mayBeMissing) = (.detached, true, true)
      add(medium, use)
    }
  }

  private mutating func add(_ attachment: VirtualBoxDocument.Attachment) {
    guard let medium = media[attachment.uuid] else {
      return add(.unregistered(attachment.uuid))
    }
    var use = MachineUse(.disk, ReferenceTarget())
    use.slot = attachment.slot
    use.isCDROM = attachment.kind == "DVD"
    use.occasion = attachment.isOfSnapshot ? .snapshot : .now
    use.isReadOnly = use.isCDROM || attachment.isOfSnapshot || medium.type == "Readonly"
    use.isShareable = medium.type == "Shareable"
    use.mayBeMissing = attachment.kind != "HardDisk"
    reached.insert(medium.uuid)
    add(medium, use)
    var above = medium
    // Each medium is walked once: a registry that leads in a circle ends.
    while let under = above.parent.flatMap({ media[$0] }), reached.insert(under.uuid).inserted {
      var below = MachineUse(.backing, ReferenceTarget())
      (below.occasion, below.slot, below.isReadOnly) = (.below, attachment.slot, true)
      add(under, below)
      above = under
    }
  }

  /// Says once what may be so in every snapshot.
  private mutating func add(_ fault: VirtualBoxFault) {
    if !faults.contains(fault) { faults.append(fault) }
  }

  private mutating func add(_ medium: VirtualBoxDocument.Medium, _ use: MachineUse) {
    var use = use
    use.format = Self.formats[medium.format.uppercased()]
    if medium.format.uppercased() == "ISCSI" {
      use.target = ReferenceTarget(type: .network)
      (use.target.protocolName, use.target.name) = ("iscsi", medium.location)
      return machine.uses.append(use)
    }
    let name = Array(medium.location.utf8)
    guard !ReferenceTarget.isAbsoluteOnWindows(name) else {
      if use.occasion != .detached { add(.ofWindows(medium.location)) }
      return
    }
    use.target = .named(name, in: medium.directory)
    machine.uses.append(use)
  }

  private mutating func add(_ state: VirtualBoxDocument.State, in directory: PathBytes) {
    let name = Array(state.location.utf8)
    guard !ReferenceTarget.isAbsoluteOnWindows(name) else { return }
    var use = MachineUse(state.isVariables ? .nvram : .memory, .named(name, in: directory))
    use.occasion = state.isOfSnapshot ? .snapshot : .now
    use.mayBeMissing = state.isVariables
    machine.uses.append(use)
  }

  /// QEMU's names of VirtualBox's formats; of QCOW there are two, of which the header says which.
  private static let formats = [
    "VDI": "vdi", "VMDK": "vmdk", "VHD": "vpc", "VHDX": "vhdx", "PARALLELS": "parallels",
    "QED": "qed", "RAW": "raw",
  ]
}
