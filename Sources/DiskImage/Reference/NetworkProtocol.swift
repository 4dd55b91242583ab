/// The protocols that are neither a local file nor a device.
///
/// Source: libvirt src/conf/storage_source_conf.c, `virStorageNetProtocol`; QEMU's block drivers
/// with a `protocol_name` for the last three.
enum NetworkProtocol: String, CaseIterable {
  case nbd, rbd, sheepdog, gluster, iscsi, http, https, ftp, ftps, tftp, ssh, vxhs, nfs
  case iser
  case nullCo = "null-co"
  case nullAIO = "null-aio"

  /// The TCP port that libvirt fills in where a reference gives none.
  ///
  /// Source: libvirt src/conf/storage_source_conf.c, `virStorageSourceNetworkDefaultPort`.
  var defaultPort: UInt16? {
    switch self {
    case .http: 80
    case .https: 443
    case .ftp: 21
    case .ftps: 990
    case .tftp: 69
    case .sheepdog: 7000
    case .nbd: 10809
    case .ssh: 22
    case .iscsi, .iser: 3260
    case .gluster: 24007
    case .vxhs: 9999
    case .rbd, .nfs, .nullCo, .nullAIO: nil
    }
  }

  /// Whether a reference may leave the server out; a `gluster` volume without one is on this host.
  var worksWithoutServer: Bool {
    switch self {
    case .gluster, .sheepdog, .rbd, .nullCo, .nullAIO: true
    case .nbd, .iscsi, .http, .https, .ftp, .ftps, .tftp, .ssh, .vxhs, .nfs, .iser: false
    }
  }

  /// Whether the server gets the query, rather than the client reading its settings there.
  var sendsQuery: Bool {
    switch self {
    case .http, .https: true
    case .nbd, .rbd, .sheepdog, .gluster, .iscsi, .ftp, .ftps, .tftp, .ssh, .vxhs, .nfs, .iser,
      .nullCo, .nullAIO:
      false
    }
  }
}

extension ReferenceTarget {
  /// A network target without anything but its protocol.
  init(_ name: NetworkProtocol) {
    self.init(type: .network)
    protocolName = name.rawValue
  }

  /// The target with the ports that go without saying, and its URI.
  func settled(_ name: NetworkProtocol) -> ReferenceTarget {
    var target = self
    for index in hosts.indices where hosts[index].isTCP && hosts[index].port == nil {
      target.hosts[index].port = name.defaultPort
    }
    target.uri = target.normalURI
    return target
  }
}

extension ReferenceHost {
  /// Whether the server is reached by TCP.
  var isTCP: Bool { socket == nil && transport == nil }
}
