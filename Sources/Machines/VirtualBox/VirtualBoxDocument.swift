internal import DiskImage
internal import Libvirt
internal import Model

/// What a `.vbox`, or the registry `VirtualBox.xml`, says of media and who has them.
///
/// Source: VirtualBox src/VBox/Main/xml/Settings.cpp, `MachineConfigFile` and `MainConfigFile`.
struct VirtualBoxDocument: Sendable, Hashable {
  /// Media in one document; a machine with 100 snapshots of four disks has 400.
  static let mediumLimit = 50_000

  /// A medium of a registry.
  struct Medium: Sendable, Hashable {
    /// In lower case, without braces.
    var uuid: String
    /// As it is written: relative to the document's directory, or absolute.
    var location: String
    /// VirtualBox's name of the format; empty for CDs and floppies.
    var format: String
    /// `Normal`, `Shareable`, `Readonly`, …; of a child, that of its base.
    var type: String
    /// The medium under it.
    var parent: String?
    /// Where the document is.
    var directory: PathBytes
  }

  /// A medium in a drive.
  struct Attachment: Sendable, Hashable {
    /// What kind of drive: `HardDisk`, `DVD`, `Floppy`.
    var kind: String
    /// The place: controller, port and device.
    var slot: String
    /// The medium's UUID.
    var uuid: String
    /// Whether that is how it was at a snapshot.
    var isOfSnapshot: Bool
  }

  /// A file that the machine needs besides its media.
  struct State: Sendable, Hashable {
    /// As it is written.
    var location: String
    /// Whether it is a snapshot's.
    var isOfSnapshot: Bool
    /// Whether it holds the variables of the firmware, and not memory.
    var isVariables = false
  }

  /// The machine that a `.vbox` is about; `nil` for a registry.
  private(set) var machine: (uuid: String, name: String)? {
    get { machineUUID.map { ($0, machineName) } }
    set { (machineUUID, machineName) = (newValue?.uuid, newValue?.name ?? "") }
  }
  private var machineUUID: String?
  private var machineName = ""
  /// All media, parents before their children.
  private(set) var media: [Medium] = []
  private(set) var attachments: [Attachment] = []
  private(set) var states: [State] = []
  /// Directories of the host that the guest sees; and whether it may write there.
  private(set) var sharedFolders: [String: Bool] = [:]
  /// All other absolute paths that the machine's description names, whatever for.
  private(set) var others: [String] = []
  /// The machines that a registry lists: UUID and file.
  private(set) var registered: [String: String] = [:]

  private let directory: PathBytes

  /// Reads a document that stands in a directory.
  init(parsing bytes: [UInt8], in directory: PathBytes) throws(VirtualBoxFault) {
    self.directory = directory
    let root: XMLElement
    do throws(LibvirtFault) { root = try XMLTree.root(of: bytes) } catch { throw .markup(error) }
    guard root.localName == "VirtualBox" else { throw .notOfVirtualBox(root: root.localName) }
    if let element = root.inner("Machine").first {
      guard let uuid = Self.uuid(element["uuid"]) else { throw .nameless }
      machine = (uuid, element["name"] ?? uuid)
      try read(machine: element, isSnapshot: false)
      readOthers(element)
    } else if let global = root.inner("Global").first {
      for registry in global.inner("MediaRegistry") { try read(registry: registry) }
      for entry in global.inner("MachineRegistry").flatMap({ $0.inner("MachineEntry") }) {
        guard let uuid = Self.uuid(entry["uuid"]), let file = entry["src"] else { throw .nameless }
        registered[uuid] = file
      }
    } else if !root.inner("MachineEncrypted").isEmpty {
      throw .encrypted
    } else {
      throw .notOfVirtualBox(root: root.children.first?.localName ?? root.localName)
    }
  }

  private mutating func read(
    machine element: XMLElement, isSnapshot: Bool
  ) throws(VirtualBoxFault) {
    for registry in element.inner("MediaRegistry") { try read(registry: registry) }
    if let state = element["stateFile"], !state.isEmpty {
      states.append(State(location: state, isOfSnapshot: isSnapshot))
    }
    for hardware in element.inner("Hardware") {
      try read(drivesOf: hardware, isSnapshot: isSnapshot)
      for firmware in hardware.inner("BIOS") + [hardware] {
        for variables in firmware.inner("NVRAM") {
          guard let path = variables["path"], !path.isEmpty else { continue }
          states.append(State(location: path, isOfSnapshot: isSnapshot, isVariables: true))
        }
      }
    }
    // Before 6 the drives stood beside the hardware.
    try read(drivesOf: element, isSnapshot: isSnapshot)
    for snapshot in element.inner("Snapshot")
      + element.inner("Snapshots").flatMap({ $0.inner("Snapshot") })
    {
      try read(machine: snapshot, isSnapshot: true)
    }
  }

  private mutating func readOthers(_ machine: XMLElement) {
    var waiting = [machine]
    while let element = waiting.popLast(), others.count < Self.mediumLimit {
      waiting += element.children
      if element.localName == "SharedFolder", let path = element["hostPath"], path.hasPrefix("/") {
        sharedFolders[path] = element["writable"] == "true" || sharedFolders[path] == true
      } else if !["HardDisk", "Image"].contains(element.localName) {
        others += element.attributes.map(\.value).filter { $0.hasPrefix("/") }
      }
    }
  }

  private mutating func read(
    drivesOf element: XMLElement, isSnapshot: Bool
  ) throws(VirtualBoxFault) {
    for controller in element.inner("StorageControllers").flatMap({ $0.inner("StorageController") })
    {
      let name = controller["name"] ?? controller["type"] ?? "?"
      for device in controller.inner("AttachedDevice") {
        guard let image = device.inner("Image").first else { continue }
        guard let uuid = Self.uuid(image["uuid"]) else { throw .nameless }
        attachments.append(
          Attachment(
            kind: device["type"] ?? "HardDisk",
            slot: "\(name)-\(device["port"] ?? "0")-\(device["device"] ?? "0")", uuid: uuid,
            isOfSnapshot: isSnapshot))
      }
    }
  }

  private mutating func read(registry: XMLElement) throws(VirtualBoxFault) {
    for disk in registry.inner("HardDisks").flatMap({ $0.inner("HardDisk") }) {
      try add(disk, below: nil)
    }
    for kind in ["DVDImages", "FloppyImages"] {
      for image in registry.inner(kind).flatMap({ $0.inner("Image") }) {
        try add(image, below: nil, isDisk: false)
      }
    }
  }

  /// Nesting is bounded by that of elements.
  private mutating func add(
    _ element: XMLElement, below parent: Medium?, isDisk: Bool = true
  ) throws(VirtualBoxFault) {
    guard let uuid = Self.uuid(element["uuid"]), let location = element["location"],
      !location.isEmpty
    else { throw .nameless }
    guard media.count < Self.mediumLimit else { throw .tooManyMedia }
    let medium = Medium(
      uuid: uuid, location: location,
      format: isDisk ? element["format"] ?? parent?.format ?? "" : "",
      type: parent?.type ?? element["type"] ?? "Normal", parent: parent?.uuid, directory: directory)
    media.append(medium)
    for child in element.inner("HardDisk") { try add(child, below: medium) }
  }

  private static func uuid(_ text: String?) -> String? {
    guard let text else { return nil }
    let uuid = text.lowercased().filter { $0 != "{" && $0 != "}" }
    return uuid.isEmpty ? nil : uuid
  }
}

extension XMLElement {
  /// The name without its namespace, of which VirtualBox has had two.
  fileprivate var localName: String {
    guard let end = name.lastIndex(of: "}") else { return name }
    return String(name[name.index(after: end)...])
  }

  /// The elements of a name in it, in order.
  fileprivate func inner(_ name: String) -> [XMLElement] {
    children.filter { $0.localName == name }
  }
}

/// Why a file of VirtualBox's does not say which images its machine uses. In half sentences.
enum VirtualBoxFault: Error, Hashable, Sendable {
  /// No XML that is accepted.
  case markup(LibvirtFault)
  /// XML, and something else.
  case notOfVirtualBox(root: String)
  /// A machine or a medium without UUID or place.
  case nameless
  /// More media than are read.
  case tooManyMedia
  /// The machine is encrypted.
  case encrypted
  /// A medium in a drive, which no registry lists.
  case unregistered(String)
  /// A path of Windows.
  case ofWindows(String)
  /// A machine of the registry whose file was not read.
  case unread(String)
  /// What VirtualBox kept of the file before it wrote it, and not the file.
  case onlyFormer

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .markup(.docType): "it has a document type definition; not read"
    case .markup(let fault): fault.reason
    case .notOfVirtualBox(let root): "it is not a VirtualBox file: its root element is '\(root)'"
    case .nameless: "a machine, medium or drive in it has no UUID or location"
    case .tooManyMedia: "it lists more than \(VirtualBoxDocument.mediumLimit) media"
    case .encrypted: "it is encrypted, so the machine's disks are unknown"
    case .unregistered(let uuid): "medium \(uuid) is in a drive, but in no registry"
    case .ofWindows(let path): "it names '\(path)', which is a Windows path"
    case .unread(let file): "it lists the machine '\(file)', which was not read"
    case .onlyFormer: "the machine's file is missing; only its previous version exists"
    }
  }
}
