/// One file of libvirt's, read.
public enum LibvirtDocument: Hashable, Sendable {
  case pool(PoolFacts)
  case domain(DomainFacts)
  case snapshot(SnapshotFacts)
  case checkpoint(CheckpointFacts)
  case savedState(SavedStateFacts)
}

extension LibvirtDocument {
  /// The domain that the file defines, or has saved; `nil` where it is about something else.
  public var domainFacts: DomainFacts? {
    switch self {
    case .domain(let facts): facts
    case .savedState(let facts): facts.domain
    case .snapshot(let facts): facts.definition
    case .pool, .checkpoint: nil
    }
  }

  /// How many bytes of a file are worth reading; a longer XML file is refused by its size.
  public static let byteLimit = SavedStateFacts.byteLimit

  /// Whether the first bytes of a file are those of a domain's XML, behind a declaration and comments at most.
  public static func beginsAsDomain(_ head: [UInt8]) -> Bool {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]
    let start = text.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    if start.starts(with: "<dom".utf8) { return true }
    return (start.starts(with: "<?xml".utf8) || start.starts(with: "<!--".utf8))
      && head.firstRange(of: Array("<domain".utf8)) != nil
  }

  /// Reads a file that was found where `holding` is kept.
  /// - Throws: a fault where it is something else, or no XML that is accepted.
  public init(parsing bytes: [UInt8], holding: LibvirtHolding) throws(LibvirtFault) {
    switch holding {
    case .pool: self = .pool(try PoolFacts(parsing: bytes))
    case .domain, .liveDomain: self = .domain(try DomainFacts(parsing: bytes))
    case .snapshot: self = .snapshot(try SnapshotFacts(parsing: bytes))
    case .checkpoint: self = .checkpoint(try CheckpointFacts(parsing: bytes))
    case .savedState: self = .savedState(try SavedStateFacts(parsing: bytes))
    case .anyDomain: try self.init(domainFrom: XMLTree.root(of: bytes))
    }
  }

  /// Exported XML, which says itself what it is.
  private init(domainFrom root: XMLElement) throws(LibvirtFault) {
    switch root.name {
    case "domainsnapshot": self = .snapshot(try SnapshotFacts(root: root))
    case "domaincheckpoint": self = .checkpoint(try CheckpointFacts(root: root))
    default: self = .domain(try DomainFacts(root: root))
    }
  }
}
