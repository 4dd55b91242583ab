internal import Libvirt

/// A `.unl`: a lab of EVE-NG or UNetLab, as far as it names storage.
///
/// Source: unetlab html/includes/__lab.php and __node.php.
struct EVELab: Sendable, Hashable {
  /// Bytes of one file that are read; pictures are in it.
  static let byteLimit = 16 << 20
  /// Nodes of one lab; EVE-NG allows 1,024.
  static let nodeLimit = 20_000

  /// A node that QEMU runs.
  struct Node: Sendable, Hashable {
    var id: String
    var name: String
    /// The directory of its bases below `addons/qemu`; `nil` where the lab leaves it open.
    var image: String?
    var uuid: String?
  }

  private(set) var id: String
  private(set) var name: String
  private(set) var nodes: [Node] = []

  /// Reads the text of a lab.
  init(parsing bytes: [UInt8]) throws(EVEFault) {
    let root: XMLElement
    do throws(LibvirtFault) { root = try XMLTree.root(of: bytes, limit: Self.byteLimit) } catch {
      throw .markup(error)
    }
    guard root.name == "lab" else { throw .notALab(root: root.name) }
    guard let id = root["id"]?.lowercased(), Self.isPlain(id) else { throw .nameless }
    self.id = id
    name = root["name"].flatMap { $0.isEmpty ? nil : $0 } ?? id
    let found =
      root.children("topology").flatMap { $0.children("nodes") }.flatMap { $0.children("node") }
    guard found.count <= Self.nodeLimit else { throw .tooManyNodes }
    for node in found where node["type"] == "qemu" {
      guard let id = node["id"], Self.isPlain(id) else { throw .nameless }
      let image = node["image"].flatMap { $0.isEmpty ? nil : $0 }
      if let image, !Self.isPlain(image) { throw .nameless }
      nodes.append(
        Node(
          id: id, name: node["name"].flatMap { $0.isEmpty ? nil : $0 } ?? id, image: image,
          uuid: node["uuid"].flatMap { $0.isEmpty ? nil : $0.lowercased() }))
    }
  }

  /// Whether a text is a name in a directory.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.contains("/")
  }
}

/// Why a lab, or what stands where labs run, does not say who uses what. In half sentences.
enum EVEFault: Error, Hashable, Sendable {
  /// No XML that is accepted.
  case markup(LibvirtFault)
  /// XML, and something else.
  case notALab(root: String)
  /// A lab or a node without its number, or with a name that leaves its directory.
  case nameless
  /// More nodes than are read.
  case tooManyNodes
  /// A directory that is none of a lab's.
  case unknownLayout

  /// The fault in words: lower case, no full stop.
  var reason: String {
    switch self {
    case .markup(.docType): "it has a document type definition; not read"
    case .markup(let fault): fault.reason
    case .notALab(let root): "it is not a lab: its root element is '\(root)'"
    case .nameless: "the lab or one of its nodes has no number or no valid name"
    case .tooManyNodes: "it has more than \(EVELab.nodeLimit) nodes"
    case .unknownLayout: "it is not the directory of a lab, so it is unknown whose nodes run there"
    }
  }
}
