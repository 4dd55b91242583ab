/// A URI with an authority, in its pieces, nothing decoded yet.
///
/// Source: RFC 3986, section 3; the piece before a `+` in the scheme and the one behind it are
/// QEMU's and libvirt's protocol and transport.
struct URIText {
  /// Before the `:`, such as `nbd+unix`.
  let scheme: String
  /// Behind the `+` of the scheme.
  let transport: String?
  /// Before the `@` of the authority.
  let userInformation: ArraySlice<UInt8>?
  /// The server, an IPv6 address without its brackets; empty where there is none.
  let host: ArraySlice<UInt8>
  /// The server's port, where one is given.
  let port: UInt16?
  /// From the slash behind the authority, or empty.
  let path: ArraySlice<UInt8>
  /// Behind the `?`.
  let query: ArraySlice<UInt8>?
  /// Behind the `#`.
  let fragment: ArraySlice<UInt8>?

  /// Takes a URI apart; it has to have a scheme and `://`.
  init(parsing text: ArraySlice<UInt8>) throws(InvalidReference) {
    let (head, tail) = text.cut(at: ":")
    guard !head.isEmpty, let tail, tail.starts(with: "//".utf8) else {
      throw InvalidReference("it is not a URI")
    }
    let (schemeName, transportName) = head.cut(at: "+")
    scheme = String(decoding: schemeName, as: UTF8.self)
    transport = transportName.map { String(decoding: $0, as: UTF8.self) }
    let rest = tail.dropFirst(2)
    let end = rest.firstIndex(where: Self.endsAuthority) ?? rest.endIndex
    let authority = rest[..<end]
    let (withoutFragment, fragment) = rest[end...].cut(at: "#")
    self.fragment = fragment
    (path, query) = withoutFragment.cut(at: "?")
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    userInformation = at.map { authority[..<$0] }
    (host, port) = try Self.server(at.map { authority[($0 + 1)...] } ?? authority)
  }

  /// Whether a byte ends the part of a URI that names user and server.
  static func endsAuthority(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }

  /// `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`.
  static func server(
    _ text: ArraySlice<UInt8>
  ) throws(InvalidReference) -> (host: ArraySlice<UInt8>, port: UInt16?) {
    guard text.first == UInt8(ascii: "[") else {
      let (host, port) = text.cut(at: ":")
      guard let port, !port.isEmpty else { return (host, nil) }
      return (host, try ReferenceText.port(port))
    }
    let (host, tail) = text.dropFirst().cut(at: "]")
    guard let tail, !host.isEmpty, tail.isEmpty || tail.first == UInt8(ascii: ":") else {
      throw InvalidReference("an address in brackets is not closed")
    }
    return (host, tail.count < 2 ? nil : try ReferenceText.port(tail.dropFirst()))
  }
}
