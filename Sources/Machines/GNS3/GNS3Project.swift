internal import DiskImage
internal import FoundationEssentials
internal import Model

/// A `.gns3`, as far as it names storage.
///
/// Source: gns3-server gns3server/controller/topology.py and gns3server/schemas/qemu.py.
struct GNS3Project: Sendable {
  /// Bytes of one file that are read; a node takes 3 KiB.
  static let byteLimit = 64 << 20
  /// Nodes of one project.
  static let nodeLimit = 20_000
  /// The first revision that has the nodes as they are read here: GNS3 2.0.
  static let oldestRevision = 5

  /// What a node, or a template, says of its images.
  struct Images: Sendable, Decodable {
    var disks: [String: String] = [:]
    var cdrom: String?
    var bios: String?
    var kernel: String?
    var initrd: String?
    /// More arguments for QEMU.
    var options: String?
    /// Whether overlays are made, and the bases only read.
    var isLinked = true
    /// Whether GNS3 gives the node a disk with its configuration; before 2.2 it did so without a word.
    var hasConfigurationDisk = true

    /// The letters of the disks, in order.
    static let letters = ["hda", "hdb", "hdc", "hdd"]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: GNS3Key.self)
      let text = { (key: String) throws -> String? in
        let text = try container.decodeIfPresent(String.self, forKey: GNS3Key(key))
        return text?.isEmpty == true ? nil : text
      }
      for letter in Self.letters { disks[letter] = try text("\(letter)_disk_image") }
      cdrom = try text("cdrom_image")
      bios = try text("bios_image")
      kernel = try text("kernel_image")
      initrd = try text("initrd")
      options = try text("options")
      isLinked =
        try container.decodeIfPresent(Bool.self, forKey: GNS3Key("linked_clone"))
        ?? container.decodeIfPresent(Bool.self, forKey: GNS3Key("linked_base")) ?? true
      hasConfigurationDisk =
        try container.decodeIfPresent(Bool.self, forKey: GNS3Key("create_config_disk")) ?? true
    }
  }

  /// A machine of a project that QEMU runs.
  struct Node: Sendable {
    var id: String
    var name: String
    /// Which server runs it.
    var compute: String
    var images: Images
  }

  private(set) var id = ""
  private(set) var name = ""
  private(set) var nodes: [Node] = []

  /// Reads the text of a project.
  init(parsing bytes: [UInt8]) throws(GNS3Fault) {
    let file: ProjectText
    do { file = try ForeignJSON.decode(ProjectText.self, from: bytes[...]) } catch {
      throw GNS3Fault(error)
    }
    guard (file.revision ?? 0) >= Self.oldestRevision else { throw .tooOld(file.revision ?? 0) }
    guard let id = file.project_id, Self.isPlain(id) else { throw .notUnderstood("project_id") }
    self.id = id
    name = file.name.flatMap { $0.isEmpty ? nil : $0 } ?? id
    let found = file.topology?.nodes ?? []
    guard found.count <= Self.nodeLimit else { throw .tooManyNodes }
    for node in found where node.node_type == "qemu" {
      guard let id = node.node_id, Self.isPlain(id), let images = node.images else {
        throw .notUnderstood("node_id")
      }
      nodes.append(
        Node(
          id: id.lowercased(), name: node.name.flatMap { $0.isEmpty ? nil : $0 } ?? id,
          compute: node.compute_id ?? "local", images: images))
    }
  }

  /// Whether a text is a name in a directory, as UUIDs are.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.contains("/")
  }

  private struct ProjectText: Decodable {
    var project_id: String?
    var name: String?
    var revision: Int?
    var topology: Topology?

    struct Topology: Decodable { var nodes: [NodeText]? }
  }

  private struct NodeText: Decodable {
    var node_id: String?
    var name: String?
    var node_type: String?
    var compute_id: String?
    var images: Images?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: GNS3Key.self)
      node_type = try container.decodeIfPresent(String.self, forKey: GNS3Key("node_type"))
      // Others have properties of other kinds.
      guard node_type == "qemu" else { return }
      node_id = try container.decodeIfPresent(String.self, forKey: GNS3Key("node_id"))
      name = try container.decodeIfPresent(String.self, forKey: GNS3Key("name"))
      compute_id = try container.decodeIfPresent(String.self, forKey: GNS3Key("compute_id"))
      images = try container.decodeIfPresent(Images.self, forKey: GNS3Key("properties"))
    }
  }
}

/// The templates of a controller: `gns3_controller.conf`.
struct GNS3Templates: Sendable, Decodable {
  /// Bytes of the file that are read.
  static let byteLimit = 64 << 20

  /// A template.
  struct Template: Sendable, Decodable {
    var id: String?
    var name: String?
    var images: GNS3Project.Images?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: GNS3Key.self)
      let type = try container.decodeIfPresent(String.self, forKey: GNS3Key("template_type"))
      guard type == "qemu" else { return }
      id = try container.decodeIfPresent(String.self, forKey: GNS3Key("template_id"))
      name = try container.decodeIfPresent(String.self, forKey: GNS3Key("name"))
      images = try GNS3Project.Images(from: decoder)
    }
  }

  private(set) var templates: [Template]

  /// Reads the text of a controller's settings.
  init(parsing bytes: [UInt8]) throws(GNS3Fault) {
    do { self = try ForeignJSON.decode(Self.self, from: bytes[...]) } catch {
      throw GNS3Fault(error)
    }
  }
}

/// Any key.
struct GNS3Key: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ text: String) { stringValue = text }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// The settings of a server, `gns3_server.conf`: lines `key = value` below `[Server]`.
struct GNS3Settings: Sendable, Hashable {
  /// Bytes of the file that are read.
  static let byteLimit = 1 << 20

  /// Where images are; as it is written.
  private(set) var images: [UInt8]?
  /// Where else.
  private(set) var others: [[UInt8]] = []

  /// Reads the text of a file; what is not known in it is passed over.
  init(parsing bytes: [UInt8]) {
    var isOfServer = false
    for line in bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 100_000) {
      let text = line.trimmed
      if text.first == UInt8(ascii: "[") {
        isOfServer = text.elementsEqual("[Server]".utf8)
        continue
      }
      guard isOfServer,
        let sign = text.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") })
      else { continue }
      let value = Array(text[(sign + 1)...].trimmed)
      switch String(decoding: text[..<sign].trimmed, as: UTF8.self).lowercased() {
      case "images_path" where !value.isEmpty: images = value
      case "additional_images_path", "additional_images_paths":
        others = value.split(separator: UInt8(ascii: ";")).prefix(100).map { Array($0.trimmed) }
          .filter { !$0.isEmpty }
      default: break
      }
    }
  }
}

/// Why a file of GNS3's does not say which images there are in use. In half sentences.
enum GNS3Fault: Error, Hashable, Sendable {
  /// A key that stands twice, so that readers differ on what it says; or no UTF-8.
  case ambiguous
  /// No JSON, or of another shape; which key is wrong, where that is known.
  case notUnderstood(String)
  /// A project of a revision that GNS3 itself converts before it opens it.
  case tooOld(Int)
  /// More nodes than are read.
  case tooManyNodes
  /// Arguments for QEMU whose quotes do not match, or that mean nothing.
  case arguments(String)

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .ambiguous: "a key in it occurs twice, or it is not in UTF-8"
    case .notUnderstood(let key):
      key.isEmpty ? "it is not JSON" : "'\(key)' in it is missing or of another type"
    case .tooOld(let revision):
      "it is of revision \(revision); open the project once with GNS3 2 or newer"
    case .tooManyNodes: "it has more than \(GNS3Project.nodeLimit) nodes"
    case .arguments(let why): "the options of a node are not understood: \(why)"
    }
  }

  /// Why a text could not be decoded.
  init(_ error: any Error) {
    self = error is ForeignJSON.Ambiguous ? .ambiguous : .notUnderstood(Self.place(of: error))
  }

  /// The key that could not be decoded; empty for what is no JSON.
  static func place(of error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.last?.stringValue ?? "?"
    case DecodingError.keyNotFound(let key, _): key.stringValue
    default: ""
    }
  }
}
