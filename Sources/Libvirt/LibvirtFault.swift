/// Why a file of libvirt's is not read. A fact about the file: it ends as one row of problems.
public enum LibvirtFault: Error, Hashable, Sendable {
  /// More bytes than are looked at.
  case tooLarge(limit: Int)
  /// Bytes that are not UTF-8, or a zero byte; libvirt writes UTF-8 only.
  case notUTF8
  /// Not well-formed; `message` is the parser's, at most 200 characters.
  case notXML(line: Int, message: String)
  /// A document type definition, which libvirt never writes; nothing of it was read.
  case docType
  /// An element nested deeper than `limit` levels.
  case tooDeep(limit: Int)
  /// More elements than `limit`.
  case tooManyElements(limit: Int)
  /// An element with more attributes than `limit`.
  case tooManyAttributes(limit: Int)
  /// XML, and something else than a domain.
  case notADomain(root: String)
  /// XML, and something else than the pool, snapshot or checkpoint that stands at such a place.
  case unexpectedRoot(String, expected: String)
  /// Something that libvirt itself insists on is not there.
  case missing(element: String, inside: String)
  /// A managed save without its header.
  case notASavedState
  /// A managed save that ends before its domain does; both numbers in bytes.
  case savedStateCutShort(needed: UInt64, found: Int)
}

extension LibvirtFault {
  /// Root elements of what libvirt writes about other things than domains.
  private static let otherKinds: Set = [
    "network", "networkstatus", "networkport", "filter", "filterbinding", "filterbindingb", "pool",
    "poolstate", "volume", "secret", "interface", "device", "domainbackup", "capabilities",
    "domainCapabilities", "cpu", "cpus", "qemuCaps", "storagepoolCapabilities", "sources",
    "sysinfo", "nodedev", "hostdev", "qemu-migration", "domainCheckpoints", "clusterInfo",
  ]

  /// Whether the file is libvirt's and about something else than a domain.
  public var isOfAnotherKind: Bool {
    if case .notADomain(let root) = self { return Self.otherKinds.contains(root) }
    return false
  }

  /// The fault in words, without the file's name: lower case, no full stop.
  public var reason: String {
    switch self {
    case .tooLarge(let limit): "it is larger than the \(limit) bytes that are read of such a file"
    case .notUTF8: "it is not UTF-8 text"
    case .notXML(let line, let message): "it is not well-formed XML: line \(line): \(message)"
    case .docType: "it holds a document type definition, which libvirt never writes; not read"
    case .tooDeep(let limit): "its elements are nested deeper than \(limit) levels"
    case .tooManyElements(let limit): "it holds more than \(limit) elements"
    case .tooManyAttributes(let limit): "an element has more than \(limit) attributes"
    case .notADomain(let root): "it is no domain: its root element is '\(root)'"
    case .unexpectedRoot(let root, let expected):
      "it is no \(expected): its root element is '\(root)'"
    case .missing(let element, let parent): "'\(parent)' has no '\(element)'"
    case .notASavedState: "it does not begin like a saved domain"
    case .savedStateCutShort(let needed, let found):
      "the saved domain's description needs \(needed) bytes, and \(found) are there"
    }
  }
}
