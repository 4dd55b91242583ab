internal import DiskImage
internal import Libvirt
internal import Model

/// The command line of a QEMU, as far as it names storage.
///
/// Source: QEMU qemu-options.hx and system/vl.c.
struct QEMUCommandLine: Sendable {
  /// Bytes that are read of one command line; Linux takes 2 MiB of arguments by default.
  static let byteLimit = 8 << 20
  /// Arguments that are looked at.
  static let argumentLimit = 100_000

  /// In the order of the command line.
  private(set) var uses: [MachineUse] = []
  /// Arguments that cannot be understood, in half sentences.
  private(set) var problems: [String] = []
  /// `-name`, without what else it says.
  private(set) var name: String?
  /// `-uuid` or that of `-smbios type=1`, in lower case.
  private(set) var uuid: String?
  /// The number that Proxmox VE gives with `-id`.
  private(set) var number: String?
  /// Whether it waits for a machine that comes from elsewhere: until then another one may write.
  private(set) var isIncoming = false
  /// Whether all writes are thrown away.
  private(set) var isSnapshot = false

  private static func name(_ program: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    program.lastIndex(of: UInt8(ascii: "/")).map { program[($0 + 1)...] } ?? program
  }

  /// The name of a program that serves or writes images and runs no machine; `nil` for all others.
  static func tool(_ program: ArraySlice<UInt8>) -> String? {
    let name = String(decoding: name(program), as: UTF8.self)
    return ["qemu-nbd", "qemu-storage-daemon", "qemu-img", "qemu-io"].contains(name) ? name : nil
  }

  /// Whether a program's name is one of QEMU's for machines.
  static func isQEMU(_ program: ArraySlice<UInt8>) -> Bool {
    let name = name(program)
    return name.starts(with: "qemu-system-".utf8) || name.elementsEqual("qemu-kvm".utf8)
      || name.elementsEqual("kvm".utf8) || name.elementsEqual("qemu".utf8)
  }

  /// The arguments in the bytes of `/proc/PID/cmdline`.
  static func arguments(in bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0, maxSplits: argumentLimit, omittingEmptySubsequences: false)
      .prefix(argumentLimit).map(Array.init)
  }

  /// Reads arguments, the program's name first; `directory` is where relative names begin, where it is known.
  init(parsing arguments: [[UInt8]], in directory: [UInt8]?) {
    var graph = BlockGraph()
    var rest = arguments.dropFirst().prefix(Self.argumentLimit)
    while let argument = rest.popFirst() {
      guard Self.isOption(argument) else {
        if !argument.isEmpty { add(plain: argument, directory, slot: "hda") }
        continue
      }
      let option = String(decoding: argument.drop { $0 == UInt8(ascii: "-") }, as: UTF8.self)
      guard !MachineArguments.flags.contains(option) else {
        if option == "snapshot" { isSnapshot = true }
        continue
      }
      // One that is not known has a value, unless the next option follows at once.
      guard let next = rest.first else { break }
      guard Self.valued.contains(option) || !Self.isOption(next) else { continue }
      rest.removeFirst()
      take(option, next, directory, &graph)
    }
    uses += graph.uses(in: directory)
    // Descriptors that somebody handed to it; what is open says which files they are.
    uses.removeAll { $0.target.path?.starts(with: "/dev/fdset/".utf8) == true }
    for index in uses.indices {
      uses[index].isTransient = uses[index].isTransient || isSnapshot
      uses[index].isShareable = uses[index].isShareable || isIncoming
    }
  }

  private static func isOption(_ argument: [UInt8]) -> Bool {
    argument.first == UInt8(ascii: "-") && argument.count > 1
  }

  /// Options whose value is one disk.
  private static let disks: Set<String> = [
    "hda", "hdb", "hdc", "hdd", "cdrom", "fda", "fdb", "mtdblock", "pflash", "sd",
  ]
  /// Options with a value, whatever it begins with.
  private static let valued = disks.union([
    "drive", "blockdev", "kernel", "initrd", "dtb", "bios", "incoming", "name", "uuid", "smbios",
    "id", "fsdev", "virtfs", "append",
  ])

  private mutating func take(
    _ option: String, _ value: [UInt8], _ directory: [UInt8]?, _ graph: inout BlockGraph
  ) {
    let text = { String(decoding: value, as: UTF8.self) }
    switch option {
    case "drive": add(drive: QEMUOptions(parsing: value), directory, &graph)
    case "blockdev":
      if let problem = graph.add(value) { problems.append("a -blockdev: \(problem)") }
    case "kernel": add(plain: value, directory, role: .kernel)
    case "initrd": add(plain: value, directory, role: .initrd)
    case "dtb": add(plain: value, directory, role: .dtb)
    case "bios": add(plain: value, directory, role: .loader)
    case "incoming": isIncoming = true
    case "name":
      name = QEMUOptions(parsing: value, implied: "guest").text("guest").flatMap(Self.some)
    case "uuid": uuid = Self.some(text().lowercased())
    case "id": number = Self.some(text())
    case "smbios":
      uses += NamedPaths.inOption(value).map { MachineUse(named: $0) }
      let options = QEMUOptions(parsing: value)
      if uuid == nil, options.text("type") == "1" {
        uuid = options.text("uuid").flatMap { Self.some($0.lowercased()) }
      }
    case "fsdev", "virtfs":
      if let path = QEMUOptions(parsing: value, implied: "fsdriver")["path"] {
        var use = MachineUse(
          .filesystem, Self.target(ofPlainName: path, isDevice: false, in: directory))
        if use.target.path != nil { use.target.type = .dir }
        uses.append(use)
      }
    // The kernel's command line names devices of the guest.
    case "append": break
    case _ where Self.disks.contains(option): add(plain: value, directory, slot: option)
    default: uses += NamedPaths.inOption(value).map { MachineUse(named: $0) }
    }
  }

  private static func some(_ text: String) -> String? { text.isEmpty ? nil : text }

  private mutating func add(
    drive options: QEMUOptions, _ directory: [UInt8]?, _ graph: inout BlockGraph
  ) {
    let isReadOnly = ["readonly", "read-only"].contains(where: options.isOn)
    let isCDROM = options.text("media") == "cdrom"
    var named = options.pairs.filter { $0.key.hasSuffix(".filename") || $0.key == "filename" }
    if let file = options["file"], !file.isEmpty { named.insert(("file", file), at: 0) }
    for (key, file) in named {
      let target =
        key == "file"
        ? Self.target(of: file, in: directory)
        : Self.target(ofPlainName: file, isDevice: false, in: directory)
      var use = MachineUse(
        .disk, target, format: (options.text("format") ?? options.text("driver")).flatMap(Self.some)
      )
      use.slot = options.text("id")
      use.isCDROM = isCDROM
      use.isReadOnly = isReadOnly || isCDROM
      use.isTransient = options.isOn("snapshot")
      if key.hasPrefix("backing.") {
        (use.role, use.occasion, use.format, use.isReadOnly) = (.backing, .below, nil, true)
      }
      uses.append(use)
    }
  }

  private mutating func add(
    plain name: [UInt8], _ directory: [UInt8]?, role: ReferenceRole = .disk, slot: String? = nil
  ) {
    let target =
      role == .disk
      ? Self.target(of: name, in: directory)
      : Self.target(ofPlainName: name, isDevice: false, in: directory)
    var use = MachineUse(role, target)
    use.slot = slot
    use.isCDROM = slot == "cdrom"
    use.isReadOnly = use.isCDROM || role != .disk
    uses.append(use)
  }

  /// What QEMU opens for a name with a protocol or without one.
  static func target(of name: [UInt8], in directory: [UInt8]?) -> ReferenceTarget {
    let target = ReferenceTarget(parsing: name, in: directory ?? unknown)
    return directory == nil ? unresolved(target, name) : target
  }

  /// What QEMU opens for a name that is one, whatever it looks like.
  static func target(
    ofPlainName name: [UInt8], isDevice: Bool, in directory: [UInt8]?
  ) -> ReferenceTarget {
    guard !name.isEmpty, !name.contains(0) else { return ReferenceTarget(parsing: [], in: unknown) }
    if name.first == UInt8(ascii: "/") { return .local(name, isDevice ? .block : nil) }
    let target = ReferenceTarget.local(PathBytes(directory ?? unknown).appending(name).bytes)
    return directory == nil ? unresolved(target, name) : target
  }

  /// Stands for a directory that is not known.
  private static let unknown = Array("/\u{0}".utf8)

  /// A relative name whose directory is not known means nothing that could be looked for.
  private static func unresolved(_ target: ReferenceTarget, _ name: [UInt8]) -> ReferenceTarget {
    guard target.path?.starts(with: unknown) == true else { return target }
    var target = ReferenceTarget(type: .volume)
    target.name = String(decoding: name, as: UTF8.self)
    return target
  }
}
