/// What a stored reference means: where it points, by its own grammar and the holder's directory.
///
/// Nothing is opened and no link is followed to find out.
public struct ReferenceTarget: Hashable, Sendable {
  /// libvirt's word for the kind of source; `nil` where the reference means nothing.
  public var type: ReferenceType?
  /// For `file`, `block` and `dir`: the absolute path, bytes, without `.`, `..` left as written
  /// (a `..` after a symbolic link cannot be folded without looking), without doubled slashes.
  public var path: [UInt8]?
  /// For everything that is not local: a URI in normal form, or the UUID.
  public var uri: String?
  /// For `network`: libvirt's protocol name (`nbd`, `rbd`, `iscsi`, …).
  public var protocolName: String?
  /// For `network`: volume, image, export or path.
  public var name: String?
  /// For `network`: where to connect, in the order of the string.
  public var hosts: [ReferenceHost] = []
  /// What else the string says, secrets included; `redacted` has none.
  ///
  /// The names are those of the contract and of libvirt's XML: `query`, `user`, `password`,
  /// `snapshot`, `config`, `ssl-verify`, `initiator`, `identity-user`, `identity-group`; those of
  /// QEMU's options otherwise: `offset` and `size` in bytes, `cookie`, `timeout`. Options of `rbd:`
  /// have `rbd.` before their names. `filter` lists drivers that stand before the target, outermost
  /// first; `relative-to` is explained at `init(parsing:in:)`.
  public var options: [String: String] = [:]
  /// The format that a `json:` reference itself states with its outer driver.
  public var formatInReference: String?
  /// Why the reference means nothing, where it does.
  public var invalid: String?

  /// A target of a type, or of none yet.
  public init(type: ReferenceType? = nil) { self.type = type }
}

/// The kinds of source that libvirt knows, and `uuid` for parents without a path.
public enum ReferenceType: String, Sendable, Hashable {
  case file, block, dir, network, nvme, vhostuser, vhostvdpa, volume, uuid
}

/// One server of a network source.
public struct ReferenceHost: Hashable, Sendable {
  /// Host name or address; `nil` for a unix socket.
  public var name: String?
  /// The TCP port that the string gives, or the one that libvirt fills in where it gives none.
  public var port: UInt16?
  /// `unix` or `rdma`; `nil` for TCP, which goes without saying in libvirt's XML.
  public var transport: String?
  /// The path of a unix socket.
  public var socket: String?

  /// A server, of which everything may be left open; a transport `tcp` is none.
  public init(
    name: String? = nil, port: UInt16? = nil, transport: String? = nil, socket: String? = nil
  ) {
    self.name = name
    self.port = port
    self.transport = transport == "tcp" ? nil : transport
    self.socket = socket
  }
}
