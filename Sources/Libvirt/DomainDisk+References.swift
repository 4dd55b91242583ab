import DiskImage

extension DomainDisk {
  /// Everything the disk points to: its chain top first, each image before its data file, then
  /// what a block job writes.
  var references: [DomainReference] {
    references(to: chain, part: .source) + (mirror.map { references(to: $0, part: .mirror) } ?? [])
  }

  /// Everything that a chain of the disk points to.
  func references(to chain: DiskChain, part: DomainReference.Part) -> [DomainReference] {
    chain.layers.enumerated().flatMap { level, layer in
      let end = chain.isTerminated && level == chain.layers.count - 1
      let image = reference(to: layer, part: part, level: level, isChainEnd: end)
      guard let dataStore = layer.dataStore else { return [image] }
      var data = image
      data.role = .dataFile
      data.target = dataStore.target
      data.declaredFormat = dataStore.format
      data.slice = dataStore.slice
      data.isChainEnd = false
      data.others = []
      return [image, data]
    }
  }

  /// Only the top of a chain is written to, by the guest or by the block job.
  private func reference(
    to layer: DiskLayer, part: DomainReference.Part, level: Int, isChainEnd: Bool
  ) -> DomainReference {
    var reference = DomainReference(
      role: level == 0 ? .disk : .backing, part: part, target: layer.target,
      declaredFormat: layer.format, targetDevice: targetDevice, kind: kind, level: level,
      isReadOnly: level > 0 || (part == .source && isReadOnly),
      isShareable: level == 0 && isShareable, startupPolicy: level == 0 ? startupPolicy : nil,
      isChainEnd: isChainEnd, slice: layer.slice)
    reference.others = level == 0 ? others : layer.others
    return reference
  }
}
