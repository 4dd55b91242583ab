extension ReferenceTarget {
  /// A network target as one string, for eyes and for comparing two targets.
  ///
  /// `PROTOCOL[+TRANSPORT]://HOST[:PORT]/NAME[?QUERY]`, of the first server, without a port that
  /// goes without saying; `rbd:POOL/IMAGE[@SNAPSHOT]`, escaped; `nil` without a protocol. Users and passwords
  /// never enter it, and a secret in the query is `***`.
  public var normalURI: String? {
    guard let scheme = protocolName else { return nil }
    if scheme == NetworkProtocol.rbd.rawValue {
      let snapshot = options["snapshot"].map { "@\(Self.escapedForRBD($0))" } ?? ""
      return "rbd:\(Self.escapedForRBD(name ?? ""))\(snapshot)"
    }
    let host = hosts.first
    var text = Array(scheme.utf8)
    if let transport = host?.socket != nil ? "unix" : host?.transport {
      text.append(UInt8(ascii: "+"))
      text += transport.utf8
    }
    text += "://".utf8
    text += authority(host).utf8
    appendPath(to: &text)
    appendQuery(host, to: &text)
    return String(decoding: Self.redacting(text), as: UTF8.self)
  }

  /// With a backslash before what ends a name of `rbd:`.
  private static func escapedForRBD(_ name: String) -> String {
    String(name.flatMap { "\\:@".contains($0) ? ["\\", $0] : [$0] })
  }

  private func authority(_ host: ReferenceHost?) -> String {
    guard let host, let name = host.name else { return "" }
    let bracketed = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
    let usual = protocolName.flatMap(NetworkProtocol.init(rawValue:))?.defaultPort
    return bracketed + (host.port.map { $0 == usual ? "" : ":\($0)" } ?? "")
  }

  /// Only an NBD export may begin with a slash of its own.
  private func appendPath(to text: inout [UInt8]) {
    guard let name else { return }
    let path = name.utf8[...]
    let isExport = protocolName == NetworkProtocol.nbd.rawValue
    text.append(UInt8(ascii: "/"))
    Self.append(
      isExport ? path : path.drop { $0 == UInt8(ascii: "/") }, allowing: "/:@!$'()*,;=&+", to: &text
    )
  }

  private func appendQuery(_ host: ReferenceHost?, to text: inout [UInt8]) {
    var mark = UInt8(ascii: "?")
    if let socket = host?.socket {
      text.append(mark)
      text += "socket=".utf8
      Self.append(socket.utf8, allowing: "/:@", to: &text)
      mark = UInt8(ascii: "&")
    }
    guard let query = options["query"] else { return }
    text.append(mark)
    text += query.utf8
  }

  /// Appends bytes, percent-encoded where they are none of those that always stand for themselves and no others.
  private static func append(
    _ bytes: some Sequence<UInt8>, allowing others: String, to text: inout [UInt8]
  ) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.append(byte)
      case _ where others.utf8.contains(byte): text.append(byte)
      case _:
        text.append(UInt8(ascii: "%"))
        for digit in [byte >> 4, byte & 15] {
          text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
        }
      }
    }
  }
}
