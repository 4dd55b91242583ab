extension ReferenceGrammar {
  /// `nbd:unix:PATH[:exportname=NAME]` or `nbd:HOST:PORT[:exportname=NAME]`, `rest` without `nbd:`.
  ///
  /// The first `:exportname=` ends PATH, which may hold other colons; NAME is what is left. With a
  /// `://` anywhere QEMU and libvirt take the whole for a URI, and it is none.
  ///
  /// Source: QEMU block/nbd.c, `nbd_parse_filename`; libvirt
  /// src/storage_file/storage_source_backingstore.c, `virStorageSourceParseNBDColonString`.
  func nbd(_ rest: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    guard rest.firstPlace(of: "://") == nil else {
      throw InvalidReference("'://' makes it a URI, and it is none")
    }
    var target = ReferenceTarget(.nbd)
    let mark = rest.firstPlace(of: ":exportname=")
    let place = rest[..<(mark?.lowerBound ?? rest.endIndex)]
    if let mark, mark.upperBound < rest.endIndex {
      target.name = try ReferenceText.text(rest[mark.upperBound...])
    }
    if place.starts(with: "unix:".utf8) {
      let socket = try ReferenceText.text(place.dropFirst(5))
      guard !socket.isEmpty else { throw InvalidReference("it names no socket") }
      target.hosts = [ReferenceHost(transport: "unix", socket: socket)]
    } else {
      let (host, port) = try Self.nbdServer(place)
      target.hosts = [ReferenceHost(name: host, port: port)]
    }
    return target.settled(.nbd)
  }

  private static func nbdServer(
    _ place: ArraySlice<UInt8>
  ) throws(InvalidReference) -> (host: String, port: UInt16?) {
    var (host, port) = place.cut(at: ":")
    if place.first == UInt8(ascii: "[") {
      let (address, tail) = place.dropFirst().cut(at: "]")
      host = address
      port = tail?.first == UInt8(ascii: ":") ? tail?.dropFirst() : nil
    }
    guard !host.isEmpty else { throw InvalidReference("it names no server") }
    guard let port, !port.isEmpty else { throw InvalidReference("it names no port") }
    return (try ReferenceText.text(host), try ReferenceText.port(port))
  }

  /// `[HOST:PORT:]VDI[:SNAPSHOT]`, `rest` without `sheepdog:`; a server needs two colons or more.
  ///
  /// Source: QEMU 6.0 block/sheepdog.c, `parse_vdiname`; libvirt does not read this form.
  func sheepdog(_ rest: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.sheepdog)
    var parts = rest.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)[...]
    if parts.count > 2, let host = parts.popFirst(), let port = parts.popFirst() {
      target.hosts = [
        ReferenceHost(name: try ReferenceText.text(host), port: try ReferenceText.port(port))
      ]
    }
    guard let name = parts.popFirst(), !name.isEmpty else {
      throw InvalidReference("it names no sheepdog image")
    }
    target.name = try ReferenceText.text(name)
    if !parts.isEmpty {
      target.options["snapshot"] = try ReferenceText.text(
        Array(parts.joined(separator: ":".utf8)))
    }
    return target.settled(.sheepdog)
  }
}

/// The drivers with a prefix that stand before a file, a directory or a device.
extension ReferenceGrammar {
  /// A host directory shown as a FAT disk: `[12:|16:|32:][floppy:][rw:]DIRECTORY`.
  ///
  /// Source: QEMU block/vvfat.c, `vvfat_parse_filename`: the directory follows the last colon.
  func directory(asFAT rest: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    let colon = rest.lastIndex(of: UInt8(ascii: ":"))
    var target = try local(.dir, colon.map { rest[($0 + 1)...] } ?? rest)
    for word in rest[..<(colon ?? rest.startIndex)].split(separator: UInt8(ascii: ":")) {
      switch String(decoding: word, as: UTF8.self) {
      case "12": target.options["fat-type"] = "12"
      case "16": target.options["fat-type"] = "16"
      case "32": target.options["fat-type"] = "32"
      case "floppy": target.options["floppy"] = "on"
      case "rw": target.options["rw"] = "on"
      default: break  // A label is for the guest's eyes, and QEMU skips what it does not know.
      }
    }
    return target
  }

  /// `//DOMAIN:BUS:SLOT.FUNCTION/NAMESPACE`.
  ///
  /// Source: QEMU block/nvme.c, `nvme_parse_filename`.
  func nvme(_ rest: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    guard rest.starts(with: "//".utf8) else {
      throw InvalidReference("an nvme reference is a URI and has '://'")
    }
    let (device, namespace) = rest.dropFirst(2).cut(at: "/")
    return try Self.nvme(
      device: String(decoding: device, as: UTF8.self),
      namespace: namespace.map { String(decoding: $0, as: UTF8.self) })
  }

  /// A namespace of a PCI device; every number is filled up with zeros.
  static func nvme(
    device: String, namespace: String?
  ) throws(InvalidReference) -> ReferenceTarget {
    let parts = device.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    let isAddress = device.utf8.filter { $0 == UInt8(ascii: ".") }.count == 1
    let ahead: [Substring] = parts.count == 3 ? ["0000"] : []
    let numbers = (ahead + parts).map { UInt32($0, radix: 16) }
    guard isAddress, numbers.count == 4, let domain = numbers[0], let bus = numbers[1],
      let slot = numbers[2], let function = numbers[3], domain <= 0xffff, bus <= 0xff,
      slot <= 0x1f, function <= 7
    else { throw InvalidReference("it has no PCI address of an nvme device") }
    guard let namespace, let number = UInt32(namespace), number > 0 else {
      throw InvalidReference("it has no number of an nvme namespace")
    }
    func hexadecimal(_ value: UInt32, digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    var target = ReferenceTarget(type: .nvme)
    target.uri =
      "nvme://\(hexadecimal(domain, digits: 4)):\(hexadecimal(bus, digits: 2)):"
      + "\(hexadecimal(slot, digits: 2)).\(function)/\(number)"
    return target
  }

  /// `blkdebug:[CONFIGURATION]:IMAGE` or `blkverify:RAW:IMAGE`: what IMAGE means, with the filter
  /// as an option.
  ///
  /// Source: QEMU block/blkdebug.c, `blkdebug_parse_filename`; block/blkverify.c,
  /// `blkverify_parse_filename`.
  func filtered(
    by filter: String, _ rest: ArraySlice<UInt8>, depth: Int
  ) throws(InvalidReference) -> ReferenceTarget {
    let (setting, image) = rest.cut(at: ":")
    guard let image, !image.isEmpty else {
      throw InvalidReference("\(filter) has no image behind its setting")
    }
    if filter == "blkverify", setting.isEmpty {
      throw InvalidReference("blkverify has no raw image to compare with")
    }
    var target = try target(of: image, depth: depth + 1)
    if ReferenceTarget.protocolEnd(of: image) == nil, image.first != UInt8(ascii: "/") {
      target.options["relative-to"] = "working-directory"
    }
    target.add(filter: filter)
    return target
  }
}

extension ReferenceTarget {
  /// Notes a driver that stands before the target, outermost first.
  mutating func add(filter: String) {
    options["filter"] = options["filter"].map { "\(filter),\($0)" } ?? filter
  }
}
