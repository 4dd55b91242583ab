/// What a network `<source>` says besides protocol, name and hosts, and where it says so.
///
/// One table for reading and for writing. No value is a secret: libvirt's XML names the secret's
/// object, never what is in it.
package struct NetworkOption {
  /// The key in `ReferenceTarget.options`.
  package let option: String
  /// The elements below `<source>` that lead to the attribute.
  package let path: [String]
  /// The attribute's name.
  package let attribute: String

  /// Every one; elements are put into libvirt's order by DiskXML.
  package static let all = [
    NetworkOption(option: "query", path: [], attribute: "query"),
    NetworkOption(option: "tls", path: [], attribute: "tls"),
    NetworkOption(option: "tls-hostname", path: [], attribute: "tlsHostname"),
    NetworkOption(option: "snapshot", path: ["snapshot"], attribute: "name"),
    NetworkOption(option: "config", path: ["config"], attribute: "file"),
    NetworkOption(option: "user", path: ["auth"], attribute: "username"),
    NetworkOption(option: "secret-type", path: ["auth", "secret"], attribute: "type"),
    NetworkOption(option: "secret-uuid", path: ["auth", "secret"], attribute: "uuid"),
    NetworkOption(option: "secret-usage", path: ["auth", "secret"], attribute: "usage"),
    NetworkOption(option: "initiator", path: ["initiator", "iqn"], attribute: "name"),
    NetworkOption(option: "ssl-verify", path: ["ssl"], attribute: "verify"),
    NetworkOption(option: "identity-user", path: ["identity"], attribute: "user"),
    NetworkOption(option: "identity-group", path: ["identity"], attribute: "group"),
    // Of ssh, since libvirt 9.8.
    NetworkOption(option: "identity-username", path: ["identity"], attribute: "username"),
    NetworkOption(option: "identity-keyfile", path: ["identity"], attribute: "keyfile"),
    NetworkOption(option: "identity-agentsock", path: ["identity"], attribute: "agentsock"),
    NetworkOption(option: "known-hosts", path: ["knownHosts"], attribute: "path"),
  ]

  /// Every option that a source states.
  static func values(in source: XMLElement) -> [(option: String, value: String)] {
    all.compactMap { entry in
      var element: XMLElement? = source
      for name in entry.path { element = element?.child(name) }
      return element?[entry.attribute].map { (entry.option, $0) }
    }
  }
}
