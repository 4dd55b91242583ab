extension ReferenceGrammar {
  /// `[POOL/]IMAGE[@SNAPSHOT][:KEY=VALUE]…`, where a backslash takes the meaning of the next byte.
  ///
  /// The name is `POOL/IMAGE` as one string. `id`, `conf` and `mon_host` become user, configuration
  /// and hosts; other keys are options with `rbd.` before them, `key` included.
  ///
  /// Source: QEMU block/rbd.c, `qemu_rbd_parse_filename`; libvirt
  /// src/storage_file/storage_source_backingstore.c, `virStorageSourceParseRBDColonString`.
  func rbd(_ rest: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    var target = ReferenceTarget(.rbd)
    var parts = Self.split(rest, at: ":")[...]
    let image = Self.split(parts.popFirst() ?? [], at: "@")
    target.name = try ReferenceText.text(Self.unescaped(image.first ?? []))
    guard target.name?.isEmpty == false else { throw InvalidReference("it names no rbd image") }
    if image.count > 1 {
      let snapshot = Array(image.dropFirst().joined(separator: "@".utf8))
      target.options["snapshot"] = try ReferenceText.text(Self.unescaped(snapshot[...]))
    }
    for part in parts where !part.isEmpty { try Self.addRBD(setting: part, to: &target) }
    return target.settled(.rbd)
  }

  private static func addRBD(
    setting: ArraySlice<UInt8>, to target: inout ReferenceTarget
  ) throws(InvalidReference) {
    let pair = split(setting, at: "=")
    let key = try ReferenceText.text(unescaped(pair.first ?? []))
    guard pair.count > 1 else {
      throw InvalidReference("the rbd option \(ReferenceText.quoted(key)) has no value")
    }
    let value = unescaped(setting.dropFirst((pair.first?.count ?? 0) + 1))
    let option =
      switch key {
      case "id": "user"
      case "conf": "config"
      case "mon_host": ""
      default: "rbd.\(key)"
      }
    guard !option.isEmpty else {
      target.hosts += try monitors(value)
      return
    }
    guard target.options[option] == nil else {
      throw InvalidReference("the rbd option \(ReferenceText.quoted(key)) is given twice")
    }
    target.options[option] = try ReferenceText.text(value)
  }

  /// Servers with commas, semicolons or spaces between them.
  private static func monitors(_ list: [UInt8]) throws(InvalidReference) -> [ReferenceHost] {
    var hosts: [ReferenceHost] = []
    for entry in list.split(whereSeparator: { ",; ".utf8.contains($0) }) {
      let isBareIPv6 =
        entry.first != UInt8(ascii: "[") && entry.filter { $0 == UInt8(ascii: ":") }.count > 1
      let (name, port) = isBareIPv6 ? (entry, nil) : try URIText.server(entry)
      hosts.append(ReferenceHost(name: try ReferenceText.text(name), port: port))
    }
    return hosts
  }

  /// Splits at separators without a backslash before them; backslashes stay.
  static func split(
    _ text: ArraySlice<UInt8>, at separator: Unicode.Scalar
  ) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    var index = start
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "\\") {
        index += 1
      } else if text[index] == UInt8(ascii: separator) {
        parts.append(text[start..<index])
        start = index + 1
      }
      index += 1
    }
    parts.append(text[start...])
    return parts
  }

  /// Without the backslashes that take another byte's meaning; one at the end stays.
  static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "\\"), index + 1 < text.endIndex { index += 1 }
      plain.append(text[index])
      index += 1
    }
    return plain
  }
}
