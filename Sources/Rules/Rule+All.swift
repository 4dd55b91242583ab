public import Model

extension Rule {
  /// Every rule that this version has, in the order in which kinds are listed.
  public static let all: [Rule] = [
    backingMissing, backingUnreadable, backingInvalid, dataFileMissing, extentMissing, backingLoop,
    backingFormatUnrecorded, backingFormatMismatch, backingOutsidePools, backingRemote,
    backingNameLong, parentMismatch, baseModified, backingChanged, headerAppeared, headerVanished,
    imageDirty,
    imageCorrupt, headerMalformed, unknownFeature, chainTooDeep, orphan, domainImageMissing,
    domainFormatMismatch, domainChainMismatch, domainChainRefused, baseInUse, sharedWritable,
    chainLeftover, transientLeftover, checkpointBitmapMissing, snapshotMissing, domainVolumeUnknown,
    domainSocketMissing, snapshotFileMissing, identityDuplicate, massChange,
    queryError, queryWarning, queryInfo,
  ]

  private static let byKind = Dictionary(
    all.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })

  /// The rule of a kind; `nil` for a word that is none.
  public static subscript(kind: FindingKind) -> Rule? { byKind[kind] }

  /// The kinds of which something is so.
  public static func kinds(_ trait: Trait) -> Set<FindingKind> {
    Set(all.filter { $0.traits.contains(trait) }.map(\.kind))
  }
}

extension FindingKind {
  /// How bad findings of the kind are; the worst for a kind that no rule knows.
  public var severity: Severity { Rule[self]?.severity ?? .error }

  /// What is wrong, as a heading.
  public var title: String { Rule[self]?.title ?? rawValue }

  /// Whether something is so of the kind.
  public func has(_ trait: Rule.Trait) -> Bool { Rule[self]?.traits.contains(trait) ?? false }
}
