import DiskImage

/// What the arguments that a definition hands to QEMU (`<qemu:commandline>`) point to.
///
/// Source: QEMU's manual, "Invocation"; libvirt docs/drvqemu, "Pass-through of arbitrary QEMU commands".
package struct MachineArguments {
  /// libvirt's name for its own element.
  static let element = "{http://libvirt.org/schemas/domain/qemu/1.0}commandline"
  static let argument = "{http://libvirt.org/schemas/domain/qemu/1.0}arg"
  static let variable = "{http://libvirt.org/schemas/domain/qemu/1.0}env"

  /// Everything that the arguments point to, in their order.
  private(set) var references: [DomainReference] = []
  /// What of them cannot be read, half a sentence each; no secret is in it.
  private(set) var unread: [String] = []

  /// Images by the names of their nodes, as places in `references`.
  private var nodes: [String: [Int]] = [:]

  /// Reads the arguments of a `<domain>`.
  init(of domain: XMLElement) {
    let words = domain.children(Self.element).flatMap { $0.children(Self.argument) }
      .compactMap { $0["value"] }
    read(words)
    // What is set in its surroundings may be read by it, or by what it starts.
    let values = domain.children(Self.element).flatMap { $0.children(Self.variable) }
    addPaths(in: values.compactMap { $0["value"] }.map { ("", $0) })
  }

  /// Reads arguments, each with the one behind it where it takes one.
  init(_ words: [String]) { read(words) }

  private mutating func read(_ words: [String]) {
    var index = words.startIndex
    var layers: [(node: String, format: String, isReadOnly: Bool)] = []
    while index < words.endIndex {
      let word = words[index]
      index += 1
      guard word.hasPrefix("-"), word.count > 1 else {
        add(drive: [("file", word)], "an image without an option")
        continue
      }
      let name = String(word.drop { $0 == "-" })
      if Self.flags.contains(name) { continue }
      guard index < words.endIndex else { continue }
      let value = words[index]
      // An option that takes none is not known to: the next one follows at once.
      if value.hasPrefix("-"), value.count > 1, name != "append" { continue }
      index += 1
      if name == "blockdev" {
        add(blockdev: value, &layers)
      } else {
        take(name, value)
      }
    }
    for layer in layers {
      for place in nodes[layer.node] ?? [] {
        references[place].declaredFormat = references[place].declaredFormat ?? layer.format
        references[place].isReadOnly = references[place].isReadOnly || layer.isReadOnly
      }
    }
  }

  /// Options without a value.
  package static let flags: Set = [
    "S", "no-reboot", "no-shutdown", "nographic", "daemonize", "snapshot", "enable-kvm", "no-acpi",
    "no-hpet", "nodefaults", "no-user-config", "usb", "s", "preconfig", "only-migratable",
    "singlestep", "win2k-hack", "no-fd-bootchk", "full-screen", "no-quit", "curses", "sdl",
    "portrait", "ctrl-grab", "alt-grab", "no-frame", "localtime", "mem-prealloc", "semihosting",
    "xen-attach", "xen-domid-restrict", "perfmap", "jitdump", "no-kvm", "enable-sync-profile",
    "h", "help", "version", "old-param", "nodefconfig", "one-insn-per-tb",
  ]

  private mutating func take(_ name: String, _ value: String) {
    let pairs = Self.pairs(value)
    switch name {
    case "drive": add(drive: pairs, "'-drive'")
    case "hda", "hdb", "hdc", "hdd", "sd", "mtdblock": add(drive: [("file", value)], "'-\(name)'")
    case "fda", "fdb": add(drive: [("file", value), ("if", "floppy")], "'-\(name)'")
    case "cdrom": add(drive: [("file", value), ("media", "cdrom")], "'-cdrom'")
    case "pflash": add(drive: [("file", value), ("if", "pflash")], "'-pflash'")
    case "kernel": add(.kernel, value)
    case "initrd": for file in value.split(separator: ",") { add(.initrd, initrd: String(file)) }
    case "dtb": add(.dtb, value)
    case "shim": add(.shim, value)
    // What is no path is looked for among QEMU's own files.
    case "bios": if value.hasPrefix("/") { add(.loader, value) }
    case "mem-path": add(.memory, value, isReadOnly: false)
    case "option-rom":
      let file = Self.value("romfile", in: pairs) ?? value
      if file.hasPrefix("/") { add(.rom, file) }
    case "acpitable", "smbios", "fw_cfg":
      for key in ["file", "data"] {
        for file in Self.value(key, in: pairs)?.split(separator: ":") ?? [] {
          add(name == "acpitable" ? .acpiTable : .firmwareConfiguration, String(file))
        }
      }
    case "fsdev", "virtfs":
      if let path = Self.value("path", in: pairs) { add(fileSystem: path, pairs) }
    case "object": add(object: value, pairs)
    case "device": add(device: value, pairs)
    case "readconfig", "set", "incoming", "loadvm":
      unread.append("'-\(name)', whose value may name images")
    // The kernel's command line names devices of the guest.
    case "append": break
    default: addPaths(in: pairs)
    }
  }
}

extension MachineArguments {
  /// Keys and values of `a=1,b=2`; a comma that belongs to a value stands there twice.
  static func pairs(_ text: String) -> [(key: String, value: String)] {
    var words: [String] = [""]
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character != "," {
        words[words.count - 1].append(character)
      } else if rest.first == "," {
        rest.removeFirst()
        words[words.count - 1].append(",")
      } else {
        words.append("")
      }
    }
    return words.map { word in
      guard let sign = word.firstIndex(of: "=") else { return (word, "") }
      return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }
  }

  /// The last value of a key.
  private static func value(_ key: String, in pairs: [(key: String, value: String)]) -> String? {
    pairs.last { $0.key == key }?.value
  }

  private mutating func add(drive pairs: [(key: String, value: String)], _ option: String) {
    let format = Self.value("format", in: pairs)
    let isCDROM = Self.value("media", in: pairs) == "cdrom"
    let isReadOnly =
      isCDROM || ["on", "true"].contains(Self.value("readonly", in: pairs) ?? "")
      || ["on", "true"].contains(Self.value("read-only", in: pairs) ?? "")
    var images: [BlockOptions.Image] = []
    if let file = Self.value("file", in: pairs) {
      if file.isEmpty { return }
      let driver = Self.value("driver", in: pairs)
      images = [BlockOptions.Image(named: file, format: format ?? driver, isReadOnly: isReadOnly)]
    } else {
      let options = pairs.filter { $0.key.hasPrefix("file.") || $0.key == "driver" }
      // A drive without a medium.
      if !options.contains(where: { $0.key.hasPrefix("file.") }) { return }
      images = BlockOptions(options + (format.map { [("driver", $0)] } ?? [])).images
    }
    let interface = Self.value("if", in: pairs)
    for var image in images {
      image.isReadOnly = image.isReadOnly || isReadOnly
      let role: ReferenceRole =
        interface == "pflash" ? (image.isReadOnly ? .loader : .nvram) : .disk
      let kind: DiskKind = isCDROM ? .cdrom : interface == "floppy" ? .floppy : .disk
      add(image, role, kind, option)
    }
  }

  private mutating func add(
    blockdev text: String, _ layers: inout [(node: String, format: String, isReadOnly: Bool)]
  ) {
    let options =
      text.hasPrefix("{") ? BlockOptions(json: Array(text.utf8)) : BlockOptions(Self.pairs(text))
    for image in options.images {
      if let node = image.nodeName, image.target.invalid == nil {
        nodes[node, default: []].append(references.count)
      }
      add(image, image.isDataFile ? .dataFile : .disk, .disk, "'-blockdev'")
    }
    if let layer = options.before { layers.append(layer) }
  }

  private mutating func add(
    _ image: BlockOptions.Image, _ role: ReferenceRole, _ kind: DiskKind, _ option: String
  ) {
    if let reason = image.target.invalid { return unread.append("\(option): \(reason)") }
    references.append(
      DomainReference(
        role: role, part: .commandLine, target: image.target, declaredFormat: image.format,
        kind: role == .disk ? kind : nil, isReadOnly: image.isReadOnly))
  }

  private mutating func add(_ role: ReferenceRole, _ path: String, isReadOnly: Bool = true) {
    let target = ReferenceTarget.local(.file, path)
    if target.invalid != nil {
      return unread.append("the \(role.rawValue): its path is not absolute")
    }
    references.append(
      DomainReference(role: role, part: .commandLine, target: target, isReadOnly: isReadOnly))
  }

  /// A file with its arguments behind a space, as of modules for multiboot.
  private mutating func add(_ role: ReferenceRole, initrd text: String) {
    add(role, text.split(separator: " ").first.map(String.init) ?? text)
  }

  private mutating func add(fileSystem path: String, _ pairs: [(key: String, value: String)]) {
    guard path.hasPrefix("/") else {
      return unread.append("the filesystem: its path is not absolute")
    }
    references.append(
      DomainReference(
        role: .filesystem, part: .commandLine, target: .local(.dir, path),
        isReadOnly: ["on", "true"].contains(Self.value("readonly", in: pairs) ?? "")))
  }

  private mutating func add(object text: String, _ pairs: [(key: String, value: String)]) {
    var pairs = pairs
    if text.hasPrefix("{") {
      guard let object = BlockOptions.strings(ofJSON: Array(text.utf8)) else {
        return unread.append("'-object': its JSON cannot be read")
      }
      pairs = object.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    guard let path = Self.value("mem-path", in: pairs) else { return }
    let isReadOnly = ["on", "true"].contains(Self.value("readonly", in: pairs) ?? "")
    add(.memory, path, isReadOnly: isReadOnly)
  }

  private mutating func add(device text: String, _ pairs: [(key: String, value: String)]) {
    var pairs = pairs
    if text.hasPrefix("{") {
      guard let object = BlockOptions.strings(ofJSON: Array(text.utf8)) else {
        return unread.append("'-device': its JSON cannot be read")
      }
      pairs = object.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    // What is no path is looked for among QEMU's own files.
    for key in ["romfile", "file"] {
      guard let path = Self.value(key, in: pairs), path.hasPrefix("/") else { continue }
      add(.rom, path)
    }
  }

  /// The paths of an option that is not known here: somebody needs what is there, whatever for.
  private mutating func addPaths(in pairs: [(key: String, value: String)]) {
    for pair in pairs {
      let value = pair.value.isEmpty ? pair.key : pair.value
      references += PathsInText.all(inValue: value.utf8).map {
        DomainReference(
          role: .argument, part: .commandLine,
          target: .local(.file, String(decoding: $0, as: UTF8.self)), isReadOnly: true)
      }
    }
  }
}
