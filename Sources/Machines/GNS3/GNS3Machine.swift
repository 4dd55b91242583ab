internal import DiskImage
internal import Model

/// Makes machines out of nodes and templates.
struct GNS3Machine {
  /// The machine, with all that it uses.
  private(set) var machine: Machine
  /// What cannot be understood of it.
  private(set) var faults: [GNS3Fault] = []

  private let project: PathBytes
  private let library: GNS3Library

  /// A node of a project, which stands in a directory.
  init(
    _ node: GNS3Project.Node, of project: GNS3Project, file: PathBytes, library: GNS3Library
  ) {
    self.project = file.directory
    self.library = library
    machine = Machine(
      kind: MachineSourceKind.gns3.rawValue, identity: node.id,
      name: "\(project.name)/\(node.name)", file: file)
    // The number of a node is that of its machine, which QEMU gets.
    machine.uuid = node.id
    let folder = file.directory.appending("project-files/qemu/\(node.id)".utf8)
    for letter in GNS3Project.Images.letters {
      guard let image = node.images.disks[letter] else { continue }
      add(disk: image, letter, in: folder, isLinked: node.images.isLinked)
    }
    if node.images.hasConfigurationDisk {
      // GNS3 makes and fills it when the node starts.
      var configuration = MachineUse(
        .disk, .local(folder.appending("config.img".utf8).bytes), format: "raw")
      (configuration.slot, configuration.mayBeMissing) = ("config", true)
      machine.uses.append(configuration)
    }
    add(othersOf: node.images)
    if let options = node.images.options { add(options, in: folder) }
    // What another server runs it keeps at its own paths.
    if node.compute != "local" {
      for index in machine.uses.indices where machine.uses[index].occasion == .now {
        machine.uses[index].occasion = .elsewhere
      }
    }
  }

  /// A template: it keeps its images, and nothing runs on it.
  init(
    _ template: GNS3Templates.Template, images: GNS3Project.Images, file: PathBytes,
    library: GNS3Library
  ) {
    project = file.directory
    self.library = library
    let id = template.id ?? template.name ?? "?"
    machine = Machine(
      kind: MachineSourceKind.gns3.rawValue, identity: "template \(id)",
      name: "template \(template.name ?? id)", file: file)
    for letter in GNS3Project.Images.letters {
      guard let image = images.disks[letter] else { continue }
      var use = MachineUse(.disk, library.target(of: image, in: project))
      use.slot = letter
      machine.uses.append(use)
    }
    add(othersOf: images)
    for index in machine.uses.indices {
      (machine.uses[index].isReadOnly, machine.uses[index].mayBeMissing) = (true, true)
    }
  }

  /// The project says which base an overlay has: GNS3 sets it on that at every start, whatever its header says.
  private mutating func add(
    disk image: String, _ letter: String, in folder: PathBytes, isLinked: Bool
  ) {
    var base = MachineUse(.disk, library.target(of: image, in: project))
    base.slot = letter
    guard isLinked else { return machine.uses.append(base) }
    var overlay = MachineUse(
      .disk, .local(folder.appending("\(letter)_disk.qcow2".utf8).bytes), format: "qcow2")
    // It is made when the node starts for the first time.
    (overlay.slot, overlay.mayBeMissing) = (letter, true)
    machine.uses.append(overlay)
    (base.role, base.isReadOnly) = (.backing, true)
    machine.uses.append(base)
  }

  private mutating func add(othersOf images: GNS3Project.Images) {
    let others: [(String?, ReferenceRole)] = [
      (images.cdrom, .disk), (images.bios, .loader), (images.kernel, .kernel),
      (images.initrd, .initrd),
    ]
    for (name, role) in others {
      guard let name else { continue }
      var use = MachineUse(role, library.target(of: name, in: project))
      (use.isReadOnly, use.isCDROM) = (true, role == .disk)
      if use.isCDROM { use.slot = "cdrom" }
      machine.uses.append(use)
    }
  }

  private mutating func add(_ options: String, in folder: PathBytes) {
    guard let words = ShellWords.split(Array(options.utf8)[...]) else {
      return faults.append(.arguments("their quotes do not match"))
    }
    let line = QEMUCommandLine(parsing: [Array("qemu".utf8)] + words, in: folder.bytes)
    faults += line.problems.map { .arguments($0) }
    machine.uses += line.uses
  }
}
