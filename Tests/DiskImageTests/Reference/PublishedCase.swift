import DiskImage
import Testing

/// A backing string with what libvirt's own tests say of it (libvirt tests/virstoragetest.c,
/// "Backing store parse"), the ports that it fills in included.
struct PublishedCase: Sendable, CustomTestStringConvertible {
  /// The backing string.
  let stored: String
  /// Type, protocol, name or path, hosts; `nil` for what is refused.
  let expected: Meaning?
  /// Options that the case pins, among others.
  let options: [String: String]

  var testDescription: String { stored }

  /// A string and its meaning.
  init(_ stored: String, _ expected: Meaning?, _ options: [String: String] = [:]) {
    self.stored = stored
    self.expected = expected
    self.options = options
  }
}

/// What libvirt's tests compare.
struct Meaning: Sendable, Equatable {
  /// The kind of source.
  var type: ReferenceType?
  /// The path of a local source.
  var path: String?
  /// The protocol of a network source.
  var protocolName: String?
  /// The name of a network source.
  var name: String?
  /// The servers as `name|port|transport|socket`.
  var hosts: [String] = []

  /// A local source.
  static func local(_ type: ReferenceType, _ path: String) -> Meaning {
    Meaning(type: type, path: path)
  }

  /// A network source.
  static func network(_ protocolName: String, _ name: String?, _ hosts: String...) -> Meaning {
    Meaning(type: .network, protocolName: protocolName, name: name, hosts: hosts)
  }

  /// A namespace of an NVMe controller; where it is stands in the target's URI.
  static let nvme = Meaning(type: .nvme)

  /// What we make of a string in `/images`; `nil` for what we refuse.
  init?(_ stored: String) {
    let target = ReferenceTarget(parsing: Array(stored.utf8), in: Array("/images".utf8))
    guard target.invalid == nil else { return nil }
    type = target.type
    path = target.path.map { String(decoding: $0, as: UTF8.self) }
    protocolName = target.protocolName
    name = target.name
    hosts = target.hosts.map { host in
      let port = host.port.map { String($0) }
      return [host.name, port, host.transport, host.socket].map { $0 ?? "" }.joined(separator: "|")
    }
  }

  private init(
    type: ReferenceType, path: String? = nil, protocolName: String? = nil, name: String? = nil,
    hosts: [String] = []
  ) {
    self.type = type
    self.path = path
    self.protocolName = protocolName
    self.name = name
    self.hosts = hosts
  }
}
