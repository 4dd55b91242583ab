internal import DiskImage
internal import Libvirt

/// The `<source>` of one image of a chain.
struct SourceElement {
  /// libvirt's protocols (src/conf/storage_source_conf.c, `virStorageNetProtocol`).
  private static let protocols: Set = [
    "nbd", "rbd", "sheepdog", "gluster", "iscsi", "http", "https", "ftp", "ftps", "tftp", "ssh",
    "vxhs", "nfs",
  ]

  /// The image.
  let layer: DiskLayer
  /// Its place in the chain, for a fault.
  let level: Int

  /// The elements below a source in the order of libvirt 9.0's src/conf/domain_conf.c,
  /// `virDomainDiskSourceFormat`; what is not among them stands at the end.
  private static let order = [
    "host", "snapshot", "config", "initiator", "ssl", "cookies", "readahead", "timeout",
    "knownHosts", "identity", "reconnect", "slices", "seclabel", "auth", "encryption",
    "reservations",
  ]

  /// Elements in libvirt's order.
  static func sorted(_ children: [XMLElement]) -> [XMLElement] {
    let ranks = children.map { child in order.firstIndex(of: child.name) ?? order.count }
    return zip(ranks, children.indices).sorted { $0 < $1 }.map { children[$0.1] }
  }

  /// The element with its slice and data store.
  func element() throws(DiskElementFault) -> XMLElement {
    var element = try source(of: layer.target)
    element.children = Self.sorted(element.children + slices(layer.slice))
    guard let store = layer.dataStore else { return element }
    guard let format = store.format else { throw .formatUnknown(level: level) }
    guard format == "raw" else { throw .formatWithoutName(level: level, format: format) }
    var inner = try source(of: store.target)
    inner.children += slices(store.slice)
    element.children.append(
      XMLElement(
        "dataStore", [("type", store.target.type?.rawValue)],
        children: [XMLElement("format", [("type", format)]), inner]))
    return element
  }

  private func slices(_ slice: StorageSlice?) -> [XMLElement] {
    guard let slice else { return [] }
    let inner = XMLElement(
      "slice",
      [("type", "storage"), ("offset", "\(slice.offset)"), ("size", "\(slice.size)")])
    return [XMLElement("slices", [], children: [inner])]
  }

  private func source(of target: ReferenceTarget) throws(DiskElementFault) -> XMLElement {
    if let reason = target.invalid { throw .referenceInvalid(level: level, reason: reason) }
    switch target.type {
    case .file: return try local(target, attribute: "file")
    case .block: return try local(target, attribute: "dev")
    case .dir: return try local(target, attribute: "dir")
    case .vhostvdpa: return try local(target, attribute: "dev")
    case .vhostuser:
      var element = try local(target, attribute: "path")
      element.attributes.insert(XMLAttribute(name: "type", value: "unix"), at: 0)
      return element
    case .volume: return try volume(target)
    case .nvme: return try nvme(target)
    case .network: return try network(target)
    case .uuid: throw .notSayable(level: level, what: "a parent known by UUID alone")
    case nil: throw .referenceInvalid(level: level, reason: "its type is not known")
    }
  }

  private func local(
    _ target: ReferenceTarget, attribute: String
  ) throws(DiskElementFault) -> XMLElement {
    try expect(target.options, among: [])
    guard let path = target.path, path.first == UInt8(ascii: "/") else {
      throw .referenceInvalid(level: level, reason: "it has no absolute path")
    }
    do {
      return XMLElement("source", [(attribute, try XMLText.text(path))])
    } catch {
      throw .text(error)
    }
  }

  private func volume(_ target: ReferenceTarget) throws(DiskElementFault) -> XMLElement {
    try expect(target.options, among: ["pool", "mode"])
    guard let pool = target.options["pool"], let volume = target.name else {
      throw .referenceInvalid(level: level, reason: "it names no pool and volume")
    }
    return XMLElement(
      "source", [("pool", pool), ("volume", volume), ("mode", target.options["mode"])])
  }

  /// From `nvme://DOMAIN:BUS:SLOT.FUNCTION/NAMESPACE`.
  private func nvme(_ target: ReferenceTarget) throws(DiskElementFault) -> XMLElement {
    try expect(target.options, among: ["managed"])
    let form = /nvme:\/\/([0-9a-f]{4}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])\/([0-9]+)/
    guard let address = try? form.wholeMatch(in: target.uri ?? "") else {
      throw .referenceInvalid(level: level, reason: "it is no NVMe address")
    }
    let (_, domain, bus, slot, function, namespace) = address.output
    let inner = XMLElement(
      "address",
      [
        ("domain", "0x\(domain)"), ("bus", "0x\(bus)"), ("slot", "0x\(slot)"),
        ("function", "0x\(function)"),
      ])
    return XMLElement(
      "source",
      [
        ("type", "pci"), ("managed", target.options["managed"]), ("namespace", String(namespace)),
      ], children: [inner])
  }

  /// Nothing that tells one disk from another may be left out without a word.
  private func expect(
    _ options: [String: String], among known: Set<String>
  ) throws(DiskElementFault) {
    if let option = options.keys.sorted().first(where: { !known.contains($0) }) {
      throw .notSayable(level: level, what: "the option '\(option)'")
    }
  }
}

extension SourceElement {
  private func network(_ target: ReferenceTarget) throws(DiskElementFault) -> XMLElement {
    try expect(target.options, among: Set(NetworkOption.all.map(\.option)))
    guard let name = target.protocolName, Self.protocols.contains(name) else {
      throw .notSayable(level: level, what: "the protocol '\(target.protocolName ?? "")'")
    }
    // Credentials are a secret of libvirt's; an image's header has at best the password itself.
    let secrets = ["secret-uuid", "secret-usage"].compactMap { target.options[$0] }
    guard target.options["user"] == nil || !secrets.isEmpty else {
      throw .notSayable(level: level, what: "a user without a secret")
    }
    var element = XMLElement("source", [("protocol", name), ("name", target.name)])
    for option in NetworkOption.all where option.path.isEmpty {
      option.put(target.options[option.option], in: &element)
    }
    element.children += target.hosts.map(host)
    for option in NetworkOption.all where !option.path.isEmpty {
      option.put(target.options[option.option], in: &element)
    }
    return element
  }

  /// libvirt names the transport of a socket, and leaves out TCP.
  private func host(_ host: ReferenceHost) -> XMLElement {
    let transport = host.socket == nil ? host.transport : host.transport ?? "unix"
    return XMLElement(
      "host",
      [
        ("name", host.name), ("port", host.port.map(String.init)),
        ("transport", transport), ("socket", host.socket),
      ])
  }
}

extension NetworkOption {
  /// Puts a value where it belongs below a `<source>`, making the elements on the way.
  fileprivate func put(_ value: String?, in source: inout XMLElement) {
    guard let value else { return }
    put(value, in: &source, along: path[...])
  }

  private func put(_ value: String, in element: inout XMLElement, along path: ArraySlice<String>) {
    guard let name = path.first else {
      element.attributes.append(XMLAttribute(name: attribute, value: value))
      return
    }
    if !element.children.contains(where: { $0.name == name }) {
      element.children.append(XMLElement(name: name))
    }
    guard let index = element.children.firstIndex(where: { $0.name == name }) else { return }
    put(value, in: &element.children[index], along: path.dropFirst())
  }
}
