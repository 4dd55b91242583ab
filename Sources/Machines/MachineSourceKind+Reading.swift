package import Model

extension MachineSourceKind {
  /// Reads a source of the kind: the one place that knows which type reads it. Of libvirt's kinds, and of Proxmox VE,
  /// which need more than a path, nothing is read here.
  /// - Parameters:
  ///   - others: the paths of other sources of the kind.
  ///   - outlooks: where machines see pools.
  package func reading(
    at path: PathBytes, besides others: [PathBytes], seenAs outlooks: [PathBytes]
  ) -> MachineReading {
    switch self {
    case .list: ListSource(path: path).read()
    case .vmware: VMwareSource(path: path, seenAs: outlooks).read()
    case .virtualBox: VirtualBoxSource(path: path, besides: others).read()
    case .gns3: GNS3Source(path: path).read()
    case .eve: EVESource(path: path).read()
    case .xenOrchestra: XOSource(path: path).read()
    case .incus: IncusSource(path: path).read()
    case .running: RunningSource(path: path).read()
    case .libvirt, .domains, .proxmox: MachineReading()
    }
  }

  /// Whether hosts have it where `usualPlaces` says; else its path has to be given.
  package var hasUsualPlace: Bool { !usualPlaces(below: "/", home: "/root").isEmpty }
}
