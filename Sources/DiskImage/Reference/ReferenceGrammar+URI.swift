extension ReferenceGrammar {
  /// The transports that libvirt knows.
  private static let transports = ["tcp", "unix", "rdma"]

  /// A URI of a network protocol, with libvirt's conventions: one slash before the path is not part
  /// of the name, the name is percent-decoded, and an NBD export without a name has none.
  ///
  /// Source: libvirt src/storage_file/storage_source_backingstore.c,
  /// `virStorageSourceParseBackingURI`.
  func uri(
    _ uri: URIText, _ name: NetworkProtocol
  ) throws(InvalidReference) -> ReferenceTarget {
    if let transport = uri.transport, !Self.transports.contains(transport) {
      throw InvalidReference("unknown transport \(ReferenceText.quoted(transport))")
    }
    var target = ReferenceTarget(name)
    target.name = try Self.name(of: uri, name)
    let (socket, query) = try Self.settings(of: uri, name)
    target.options["query"] = query
    target.hosts = try Self.hosts(of: uri, name, socket: socket)
    try Self.credentials(of: uri, name, into: &target)
    if let fragment = uri.fragment {
      let text = try ReferenceText.text(ReferenceText.percentDecoded(fragment))
      target.options[name == .sheepdog ? "snapshot" : "fragment"] = text
    }
    return target.settled(name)
  }

  private static func name(
    of uri: URIText, _ name: NetworkProtocol
  ) throws(InvalidReference) -> String? {
    let path = ReferenceText.percentDecoded(
      uri.path.first == UInt8(ascii: "/") ? uri.path.dropFirst() : uri.path)
    guard !path.contains(0) else { throw InvalidReference("a name contains a NUL byte") }
    switch name {
    case .nbd where path.isEmpty: return nil
    case .nullCo, .nullAIO: return nil
    case .gluster:
      guard let slash = path.firstIndex(of: UInt8(ascii: "/")), slash > 0 else {
        throw InvalidReference("a gluster reference names a volume and a file")
      }
    case .nbd, .rbd, .sheepdog, .iscsi, .iser, .http, .https, .ftp, .ftps, .tftp, .ssh, .vxhs,
      .nfs:
      break
    }
    // A name that is not UTF-8 stays the way the URI spells it.
    return String(validating: path, as: UTF8.self)
      ?? String(decoding: uri.path.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
  }

  /// The socket that the query names, and the rest of the query as it stands.
  private static func settings(
    of uri: URIText, _ name: NetworkProtocol
  ) throws(InvalidReference) -> (socket: String?, query: String?) {
    guard let query = uri.query, !query.isEmpty else { return (nil, nil) }
    guard !name.sendsQuery else { return (nil, try ReferenceText.text(query)) }
    var socket: String?
    var others: [UInt8] = []
    for setting in query.split(separator: UInt8(ascii: "&")) {
      let (key, value) = setting.cut(at: "=")
      if key.elementsEqual("socket".utf8), let value, !value.isEmpty {
        socket = try ReferenceText.text(ReferenceText.percentDecoded(value))
      } else {
        if !others.isEmpty { others.append(UInt8(ascii: "&")) }
        others += setting
      }
    }
    let rest = try ReferenceText.text(others)
    return (socket, rest.isEmpty ? nil : rest)
  }

  private static func hosts(
    of uri: URIText, _ name: NetworkProtocol, socket: String?
  ) throws(InvalidReference) -> [ReferenceHost] {
    guard uri.transport != "unix" else {
      guard let socket else { throw InvalidReference("it names no socket") }
      return [ReferenceHost(transport: "unix", socket: socket)]
    }
    guard !uri.host.isEmpty else {
      guard name.worksWithoutServer else { throw InvalidReference("it names no server") }
      return []
    }
    let host = try ReferenceText.text(ReferenceText.percentDecoded(uri.host))
    guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw InvalidReference("the name of a server has a space or a control character")
    }
    return [ReferenceHost(name: host, port: uri.port, transport: uri.transport, socket: socket)]
  }

  /// `USER:PASSWORD`, and `USER%PASSWORD` for iSCSI (QEMU docs, "iSCSI").
  private static func credentials(
    of uri: URIText, _ name: NetworkProtocol, into target: inout ReferenceTarget
  ) throws(InvalidReference) {
    guard let whole = uri.userInformation, !whole.isEmpty else { return }
    let isISCSI = name == .iscsi || name == .iser
    let end = whole.firstIndex {
      $0 == UInt8(ascii: ":") || (isISCSI && $0 == UInt8(ascii: "%"))
    }
    let user = ReferenceText.percentDecoded(whole[..<(end ?? whole.endIndex)])
    target.options["user"] = try ReferenceText.text(user)
    guard let end else { return }
    let password = ReferenceText.percentDecoded(whole[(end + 1)...])
    target.options["password"] = try ReferenceText.text(password)
  }
}
