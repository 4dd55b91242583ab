public import DiskImage
internal import Foundation
public import Model

/// How a domain uses what one of its references points to: what the database keeps beside the
/// reference, as JSON.
public struct DomainUse: Codable, Hashable, Sendable {
  /// The kinds of document that say so.
  public enum Document: String, Codable, Hashable, Sendable, CaseIterable {
    /// The XML that the domain starts from.
    case definition
    /// The status file of a running domain.
    case live
    /// A managed save: what the domain goes on with.
    case saved
    /// Metadata of a snapshot or checkpoint.
    case snapshot
    /// A process that runs: its command line, and what it has open.
    case process
  }

  /// The documents, in the order of their cases, each once.
  public var documents: [Document]
  /// The files that hold them, in byte order, escaped where they are not UTF-8.
  public var sources: [String]
  /// Which place of the XML says so: `source`, `mirror`, `backup`, `template`, `overlay`, …; of other machines
  /// than libvirt's the occasion: `source` for what is used now, `pending`, `detached`, `below`,
  /// `elsewhere`, `kept`, `open`, `deleted`.
  public var part: String
  /// The disk's name in the guest (`vda`); `nil` for what is no disk.
  public var target: String?
  /// libvirt's `device`: `disk`, `cdrom`, `floppy`, `lun`; `nil` for what is no disk.
  public var device: String?
  /// libvirt's `bus`, where it is stated.
  public var bus: String?
  /// 0 for the image itself, 1 for the image under it in the XML, and so on down.
  public var level = 0
  /// Whether the domain leaves the target unwritten.
  public var isReadOnly = false
  /// Whether several domains may write to the target at once.
  public var isShareable = false
  /// Whether writes are thrown away when the guest ends.
  public var isTransient = false
  /// `startupPolicy`, where it is stated.
  public var startupPolicy: String?
  /// Whether the XML says what lies under this image: a next one, or the chain's end.
  public var isContinued = false
  /// Whether an empty `<backingStore/>` ends the chain under this image.
  public var isChainEnd = false
  /// What else the XML says of the disk, each as an element; `nil` for nothing.
  public var others: [String]?
  /// What libvirt's metadata expect inside the image, in order; `nil` for nothing.
  public var expects: [Expectation]?
  /// Whether it is a volume of a pool that libvirt does not define; `nil` where it does, or nobody knows.
  public var isOfUnknownPool: Bool?
  /// A unix socket of this host over which the target is reached, and that is not there.
  public var missingSocket: String?
  /// The part of the target that is used; `nil` for all of it.
  public var slice: StorageSlice?
  /// What the reference means, where it is no plain file of this host.
  public var elsewhere: Elsewhere?

  /// A use that one document states.
  public init(document: Document, source: PathBytes, part: String) {
    documents = [document]
    sources = [source.displayText]
    self.part = part
  }

  enum CodingKeys: String, CodingKey {
    case documents, sources, part, target, device, bus, level
    case isReadOnly = "read-only"
    case isShareable = "shareable"
    case isTransient = "transient"
    case startupPolicy = "startup-policy"
    case isContinued = "continued"
    case isChainEnd = "chain-end"
    case others, expects
    case isOfUnknownPool = "pool-unknown"
    case missingSocket = "missing-socket"
    case slice, elsewhere
  }

  /// Something inside an image that the metadata of a snapshot or checkpoint name.
  public struct Expectation: Codable, Hashable, Sendable, Comparable {
    /// What an image has inside.
    public enum Kind: String, Codable, Hashable, Sendable {
      /// A dirty bitmap.
      case bitmap
      /// An internal snapshot.
      case snapshot
    }

    /// What it is.
    public var kind: Kind
    /// Its name inside the image.
    public var name: String
    /// The checkpoint or snapshot that needs it.
    public var owner: String

    /// Something inside an image.
    public init(kind: Kind, name: String, owner: String) {
      self.kind = kind
      self.name = name
      self.owner = owner
    }

    /// By kind, name and owner.
    public static func < (left: Self, right: Self) -> Bool {
      (left.kind.rawValue, left.name, left.owner) < (right.kind.rawValue, right.name, right.owner)
    }
  }
}

extension DomainUse {
  /// A target that is no plain file, spelled out so that libvirt's XML can be made from it again.
  public struct Elsewhere: Codable, Hashable, Sendable {
    /// libvirt's word for the kind of source.
    public var type: String
    /// A URI in normal form.
    public var uri: String?
    /// libvirt's name of the protocol.
    public var protocolName: String?
    /// Volume, image, export or path.
    public var name: String?
    /// Where to connect.
    public var hosts: [Server]
    /// What else the XML says.
    public var options: [String: String]

    /// One server.
    public struct Server: Codable, Hashable, Sendable {
      /// Host name or address.
      public var name: String?
      /// The port, where one is given.
      public var port: UInt16?
      /// `unix` or `rdma`; `nil` for TCP.
      public var transport: String?
      /// The path of a unix socket.
      public var socket: String?
    }
  }
}

extension DomainUse.Elsewhere {
  /// A target of any type but `file`; `nil` for a file, whose path says all.
  public init?(_ target: ReferenceTarget) {
    guard let type = target.type, type != .file else { return nil }
    self.init(
      type: type.rawValue, uri: target.uri, protocolName: target.protocolName, name: target.name,
      hosts: target.hosts.map {
        Server(name: $0.name, port: $0.port, transport: $0.transport, socket: $0.socket)
      }, options: target.options)
  }

  /// The target as it was; `path` is its local path, where it has one.
  package func target(path: [UInt8]?) -> ReferenceTarget {
    var target = ReferenceTarget(type: ReferenceType(rawValue: type))
    target.path = path
    target.uri = uri
    target.protocolName = protocolName
    target.name = name
    target.hosts = hosts.map {
      ReferenceHost(name: $0.name, port: $0.port, transport: $0.transport, socket: $0.socket)
    }
    target.options = options
    return target
  }
}

extension DomainUse {
  package init(json: String) throws {
    self = try JSONDecoder().decode(DomainUse.self, from: Data(json.utf8))
  }

  /// The same text for the same use, always.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
