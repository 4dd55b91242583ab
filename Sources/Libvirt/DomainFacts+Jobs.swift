import DiskImage

extension DomainFacts {
  /// What a live domain's block jobs work on besides its disks.
  ///
  /// Source: libvirt src/qemu/qemu_domain.c, `qemuDomainObjPrivateXMLParseBlockjobData`: the chains of a job
  /// whose disk has left the machine, what a new image is filled for, and the store of a backup.
  static func jobs(in status: XMLElement) -> [DomainReference] {
    (status.child("blockjobs")?.children("blockjob") ?? []).flatMap { job in
      let chains = job.child("chains")
      return [
        references(to: chains?.child("disk"), as: .blockJob),
        references(to: chains?.child("mirror"), as: .mirror),
        references(to: job.child("src"), as: .blockJob), backup(of: job),
      ].flatMap(\.self)
    }
  }

  private static func references(
    to top: XMLElement?, as part: DomainReference.Part
  ) -> [DomainReference] {
    guard let top else { return [] }
    let chain = DiskChain(top: top, format: top["format"] ?? top.child("format")?["type"])
    return DomainDisk(targetDevice: "", chain: chain).references(to: chain, part: part).map {
      var reference = $0
      reference.targetDevice = nil
      return reference
    }
  }

  private static func backup(of job: XMLElement) -> [DomainReference] {
    guard let store = job.child("store"),
      let layer = DiskLayer(element: store, format: store["format"])
    else { return [] }
    return [
      DomainReference(
        role: .disk, part: .backup, target: layer.target, declaredFormat: layer.format,
        targetDevice: job.child("disk")?["dst"], kind: .disk)
    ]
  }
}
