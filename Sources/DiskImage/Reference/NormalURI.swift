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
    let transport = host?.socket != nil ? "unix" : host?.transport
    let suffix = transport.map { "+\($0)" } ?? ""
    let text = "\(scheme)\(suffix)://\(authority(host))\(uriPath)" + uriQuery(host)
    return String(decoding: Self.redacting(Array(text.utf8)), as: UTF8.self)
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
  private var uriPath: String {
    guard let name else { return "" }
    let path =
      protocolName == NetworkProtocol.nbd.rawValue ? name[...] : name.drop { $0 == "/" }
    return "/" + Self.percentEncoded(path.utf8, allowing: "/:@!$'()*,;=&+")
  }

  private func uriQuery(_ host: ReferenceHost?) -> String {
    let socket = host?.socket.map { "socket=" + Self.percentEncoded($0.utf8, allowing: "/:@") }
    let parts = [socket, options["query"]].compactMap(\.self)
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }

  private static func percentEncoded(
    _ bytes: some Sequence<UInt8>, allowing others: String
  ) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~".utf8.contains(byte) || others.utf8.contains(byte):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }
}
