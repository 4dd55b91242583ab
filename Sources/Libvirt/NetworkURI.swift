import DiskImage

/// A network target as one string, the way QEMU writes it on a command line.
///
/// For eyes and for comparing two targets; nothing connects to it. Secrets never enter it.
struct NetworkURI {
  private let target: ReferenceTarget

  /// The string for a target of type `network`.
  init(_ target: ReferenceTarget) { self.target = target }

  /// `PROTOCOL[+TRANSPORT]://HOST[:PORT]/NAME[?QUERY]`, or `rbd:POOL/IMAGE[@SNAPSHOT]`; `nil`
  /// without a protocol.
  var text: String? {
    guard let scheme = target.protocolName else { return nil }
    if scheme == "rbd" {
      return "rbd:\(target.name ?? "")" + (target.options["snapshot"].map { "@\($0)" } ?? "")
    }
    let host = target.hosts.first
    let transport = host?.transport.map { $0 == "tcp" ? "" : "+\($0)" } ?? ""
    let name = (target.name ?? "").drop { $0 == "/" }
    return "\(scheme)\(transport)://\(authority(host))/\(name)" + query(host)
  }

  private func authority(_ host: ReferenceHost?) -> String {
    guard let host, let name = host.name else { return "" }
    let bracketed = name.contains(":") ? "[\(name)]" : name
    return bracketed + (host.port.map { ":\($0)" } ?? "")
  }

  private func query(_ host: ReferenceHost?) -> String {
    let parts = [host?.socket.map { "socket=\($0)" }, target.options["query"]].compactMap(\.self)
    return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
  }
}
