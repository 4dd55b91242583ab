public import Database
public import Model

extension InventoryView {
  /// What speaks for one repair or another of the links that have findings of some kinds; all such
  /// links, or those of some images.
  public func repairEvidence(
    kinds: Set<FindingKind>, images: [ImageSelector]
  ) throws(StoreFault) -> RepairEvidence {
    try reading { transaction in
      let wanted = try images.map { try transaction.number(of: $0) }
      var search = EvidenceSearch(transaction)
      try search.collect(kinds: kinds, images: wanted.isEmpty ? nil : Set(wanted))
      var evidence = search.evidence
      evidence.pools = try transaction.pools(countingFindings: false).map(\.outcome.path)
      return evidence
    }
  }

  /// What a move of an image, or of a directory with all in it, concerns.
  public func moving(_ path: PathBytes) throws(StoreFault) -> MovingFiles {
    try reading { try $0.moving(path) }
  }
}
