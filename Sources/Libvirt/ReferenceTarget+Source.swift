import DiskImage

extension ReferenceTarget {
  /// What a `<source>` element says, by the `type` beside it; `nil` for a drive without a medium.
  ///
  /// Source: libvirt docs/formatdomain, "Hard drives, floppy disks, CDROMs", `source`.
  init?(type: String, source: XMLElement?) {
    guard let source, let target = Self.target(type: type, source: source) else { return nil }
    self = target
  }

  private static func target(type: String, source: XMLElement) -> ReferenceTarget? {
    switch type {
    case "file": source["file"].map { local(.file, $0) }
    case "block": source["dev"].map { local(.block, $0) }
    case "dir": source["dir"].map { local(.dir, $0) }
    case "vhostuser": source["path"].map { local(.vhostuser, $0) }
    case "vhostvdpa": source["dev"].map { local(.vhostvdpa, $0) }
    case "volume": volume(source)
    case "nvme": nvme(source)
    case "network": network(source)
    default: meaningless("libvirt's source type '\(type)' is not known here")
    }
  }

  /// A path of this machine, in the same normal form as a path in an image's header.
  static func local(_ type: ReferenceType, _ path: String) -> ReferenceTarget {
    guard path.utf8.first == UInt8(ascii: "/") else {
      return meaningless("the path '\(path)' is not absolute")
    }
    var target = ReferenceTarget(type: type)
    target.path = ReferenceTarget(parsing: Array(path.utf8), in: [UInt8(ascii: "/")]).path
    return target
  }

  private static func meaningless(_ reason: String) -> ReferenceTarget {
    var target = ReferenceTarget()
    target.invalid = reason
    return target
  }

  /// A pool's volume: the volume is the `name`, the pool an option.
  private static func volume(_ source: XMLElement) -> ReferenceTarget? {
    guard let pool = source["pool"], let volume = source["volume"] else { return nil }
    var target = ReferenceTarget(type: .volume)
    target.name = volume
    target.options["pool"] = pool
    target.options["mode"] = source["mode"]
    return target
  }

  /// A controller's namespace, as QEMU's `nvme://DOMAIN:BUS:SLOT.FUNCTION/NAMESPACE`.
  private static func nvme(_ source: XMLElement) -> ReferenceTarget {
    guard let address = source.child("address"), let namespace = source["namespace"],
      let domain = hexadecimal(address["domain"] ?? "0x0000", digits: 4),
      let bus = hexadecimal(address["bus"], digits: 2),
      let slot = hexadecimal(address["slot"], digits: 2),
      let function = hexadecimal(address["function"] ?? "0x0", digits: 1)
    else { return meaningless("the NVMe source has no address") }
    var target = ReferenceTarget(type: .nvme)
    target.uri = "nvme://\(domain):\(bus):\(slot).\(function)/\(namespace)"
    target.options["managed"] = source["managed"]
    return target
  }

  /// `0x1a` as `1a`, filled up with zeros.
  private static func hexadecimal(_ text: String?, digits: Int) -> String? {
    guard let text else { return nil }
    let number = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    guard let value = number.map({ String($0, radix: 16) }), value.count <= digits else {
      return nil
    }
    return String(repeating: "0", count: digits - value.count) + value
  }

  /// A server's image, with everything that tells it from another; cookies are left out.
  private static func network(_ source: XMLElement) -> ReferenceTarget? {
    guard let name = source["protocol"] else { return nil }
    var target = ReferenceTarget(type: .network)
    target.protocolName = name
    target.name = source["name"]
    target.hosts = source.children("host").map(ReferenceHost.init(element:))
    for (option, value) in NetworkOption.values(in: source) { target.options[option] = value }
    target.uri = target.normalURI
    return target
  }
}

extension ReferenceHost {
  /// A `<host>`; libvirt means `tcp` where it says nothing.
  fileprivate init(element: XMLElement) {
    self.init(
      name: element["name"], port: element["port"].flatMap { UInt16($0) },
      transport: element["transport"], socket: element["socket"])
  }
}
