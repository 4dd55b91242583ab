/// The network drivers of a `json:` reference.
///
/// Source: QEMU qapi/block-core.json, `BlockdevOptions*`; libvirt
/// src/storage_file/storage_source_backingstore.c, `jsonParsers`.
extension ReferenceGrammar {
  func networkTarget(
    _ driver: String, _ options: DriverOptions
  ) throws(InvalidReference) -> ReferenceTarget {
    guard let name = NetworkProtocol(rawValue: driver) else {
      throw InvalidReference("unknown driver \(ReferenceText.quoted(driver))")
    }
    let target =
      switch name {
      case .http, .https, .ftp, .ftps, .tftp: try web(name, options)
      case .nbd: try nbd(options)
      case .rbd: try rbd(options)
      case .iscsi: try iscsi(options)
      case .ssh: try ssh(options)
      case .gluster: try gluster(options)
      case .sheepdog: try sheepdog(options)
      case .nfs: try nfs(options)
      case .vxhs: try vxhs(options)
      case .nullCo, .nullAIO: ReferenceTarget(name)
      case .iser: throw InvalidReference("unknown driver 'iser'")
      }
    return target.settled(name)
  }

  private func uri(
    _ text: String, _ name: NetworkProtocol
  ) throws(InvalidReference) -> ReferenceTarget {
    let parts = try URIText(parsing: Array(text.utf8)[...])
    guard parts.scheme == name.rawValue else {
      throw InvalidReference("the driver is '\(name.rawValue)' and the URI is of another protocol")
    }
    guard !text.utf8.contains(0) else { throw InvalidReference("a URI contains a NUL byte") }
    return try uri(parts, name)
  }

  private func web(
    _ name: NetworkProtocol, _ options: DriverOptions
  ) throws(InvalidReference) -> ReferenceTarget {
    let url = try required("url", options)
    var target = try uri(url, name)
    if name == .https || name == .ftps, options.has("sslverify") {
      switch options.text("sslverify") {
      case "on": target.options["ssl-verify"] = "yes"
      case "off": target.options["ssl-verify"] = "no"
      default: throw InvalidReference("malformed 'sslverify'")
      }
    }
    if name == .http || name == .https, options.has("cookie") {
      guard let cookie = options.string("cookie"),
        cookie.split(separator: ";").allSatisfy({ $0.contains("=") })
      else { throw InvalidReference("malformed 'cookie'") }
      target.options["cookie"] = cookie
    }
    for key in ["readahead", "timeout"] { target.options[key] = try options.number(key) }
    target.take(["cookie-secret", "password-secret"], from: options)
    target.take(["user": "username"], from: options)
    return target
  }

  private func nbd(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.nbd)
    target.name = try options.word("export").flatMap { $0.isEmpty ? nil : $0 }
    if let server = options.options("server") {
      target.hosts = [try socketAddress(server)]
    } else if let path = options.string("path") {
      target.hosts = [ReferenceHost(transport: "unix", socket: path)]
    } else {
      target.hosts = [try internetAddress(options)]
    }
    target.take(["tls-creds", "tls-hostname"], from: options)
    return target
  }

  private func rbd(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    if let legacy = options.string("filename") {
      let text = Array(legacy.utf8)
      return try rbd(text.starts(with: "rbd:".utf8) ? text.dropFirst(4) : text[...])
    }
    var target = ReferenceTarget(.rbd)
    let pool = try required("pool", options)
    let space = try options.word("namespace").map { $0.isEmpty ? "" : "\($0)/" } ?? ""
    target.name = "\(pool)/\(space)\(try required("image", options))"
    target.hosts = try (options.list("server") ?? []).map(internetAddress)
    target.take(["snapshot", "user", "key-secret"], from: options)
    target.take(["config": "conf"], from: options)
    return target
  }

  private func iscsi(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    if let legacy = options.string("filename") { return try uri(legacy, .iscsi) }
    var target = ReferenceTarget(.iscsi)
    guard options.string("transport") == "tcp" else {
      throw InvalidReference("the transport of iscsi is not 'tcp'")
    }
    let portal = try required("portal", options)
    let (name, port) = try Self.portal(portal)
    target.hosts = [ReferenceHost(name: name, port: port)]
    target.name = "\(try required("target", options))/\(options.text("lun") ?? "0")"
    target.take(["user", "password", "password-secret"], from: options)
    target.take(["initiator": "initiator-name"], from: options)
    return target
  }

  /// `HOST[:PORT]`; libvirt leaves the brackets of an IPv6 address in the name.
  private static func portal(
    _ text: String
  ) throws(InvalidReference) -> (name: String, port: UInt16?) {
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") else {
      return (text, nil)
    }
    return (String(text[..<colon]), try ReferenceText.port(text[colon...].dropFirst().utf8))
  }

  private func ssh(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.ssh)
    target.name = try required("path", options)
    target.hosts = [try internetAddress(options.options("server") ?? options)]
    target.take(["user", "host_key_check"], from: options)
    return target
  }

  private func gluster(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    if let legacy = options.string("filename") { return try uri(legacy, .gluster) }
    var target = ReferenceTarget(.gluster)
    target.name = "\(try required("volume", options))/\(try required("path", options))"
    guard let servers = try options.list("server"), !servers.isEmpty else {
      throw InvalidReference("it has no 'server'")
    }
    target.hosts = try servers.map(socketAddress)
    return target
  }

  private func sheepdog(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    if let legacy = options.string("filename") { return try uri(legacy, .sheepdog) }
    var target = ReferenceTarget(.sheepdog)
    target.name = try required("vdi", options)
    guard let server = options.options("server") else {
      throw InvalidReference("it has no 'server'")
    }
    target.hosts = [try socketAddress(server)]
    target.options["snapshot"] =
      options.string("tag").flatMap { $0.isEmpty ? nil : $0 } ?? options.text("snap-id")
    return target
  }

  /// User and group are numbers, written with a plus as in libvirt's XML; QEMU needs neither.
  private func nfs(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.nfs)
    target.name = try required("path", options)
    guard let server = options.options("server") else {
      throw InvalidReference("it has no 'server'")
    }
    target.hosts = [try internetAddress(server)]
    target.options["identity-user"] = try options.number("user").map { "+\($0)" }
    target.options["identity-group"] = try options.number("group").map { "+\($0)" }
    return target
  }

  private func vxhs(_ options: DriverOptions) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.vxhs)
    target.name = try required("vdisk-id", options)
    guard let server = options.options("server") else {
      throw InvalidReference("it has no 'server'")
    }
    target.hosts = [try internetAddress(server)]
    target.take(["tls-creds"], from: options)
    return target
  }

  private func required(
    _ key: String, _ options: DriverOptions
  ) throws(InvalidReference) -> String {
    guard let text = options.string(key) else { throw InvalidReference("it has no '\(key)'") }
    guard !text.utf8.contains(0) else { throw InvalidReference("'\(key)' contains a NUL byte") }
    return text
  }

  /// `host` and `port`; a port may be a string or a number.
  private func internetAddress(
    _ options: DriverOptions
  ) throws(InvalidReference) -> ReferenceHost {
    let name = try required("host", options)
    let port = try options.text("port").map { text throws(InvalidReference) in
      try ReferenceText.port(text.utf8)
    }
    return ReferenceHost(name: name, port: port ?? nil)
  }

  /// An address with a `type`; `tcp` and the key `socket` are old spellings of gluster's.
  private func socketAddress(_ options: DriverOptions) throws(InvalidReference) -> ReferenceHost {
    switch try required("type", options) {
    case "inet", "tcp": return try internetAddress(options)
    case "unix":
      guard let path = options.string("path") ?? options.string("socket") else {
        throw InvalidReference("it names no socket")
      }
      return ReferenceHost(transport: "unix", socket: path)
    case let type: throw InvalidReference("unknown type \(ReferenceText.quoted(type)) of a server")
    }
  }
}

extension ReferenceTarget {
  /// Takes values over under their own names.
  fileprivate mutating func take(_ keys: [String], from options: DriverOptions) {
    for key in keys { if let text = options.text(key) { self.options[key] = text } }
  }

  /// Takes values over, each under its new name.
  fileprivate mutating func take(_ keys: [String: String], from options: DriverOptions) {
    for (name, key) in keys { if let text = options.text(key) { self.options[name] = text } }
  }
}
