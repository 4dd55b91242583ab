public import Model

/// Every kind of finding that this version can open.
public enum FindingKind: String, Sendable, Hashable, CaseIterable {
  case backingMissing = "backing-missing"
  case backingUnreadable = "backing-unreadable"
  case backingInvalid = "backing-invalid"
  case dataFileMissing = "data-file-missing"
  case extentMissing = "extent-missing"
  case backingLoop = "backing-loop"
  case backingFormatUnrecorded = "backing-format-unrecorded"
  case backingFormatMismatch = "backing-format-mismatch"
  case backingOutsidePools = "backing-outside-pools"
  case backingRemote = "backing-remote"
  case backingNameLong = "backing-name-long"
  case parentMismatch = "parent-mismatch"
  case baseModified = "base-modified"
  case backingChanged = "backing-changed"
  case headerAppeared = "header-appeared"
  case headerVanished = "header-vanished"
  case imageDirty = "image-dirty"
  case imageCorrupt = "image-corrupt"
  case headerMalformed = "header-malformed"
  case unknownFeature = "unknown-feature"
  case chainTooDeep = "chain-too-deep"
  case orphan
  case domainImageMissing = "domain-image-missing"
  case domainFormatMismatch = "domain-format-mismatch"
  case domainChainMismatch = "domain-chain-mismatch"
  case domainChainRefused = "domain-chain-refused"
  case baseInUse = "base-in-use"
  case sharedWritable = "shared-writable"
  case chainLeftover = "chain-leftover"

  /// The contract's severity of the kind.
  public var severity: Severity {
    switch self {
    case .backingMissing, .backingUnreadable, .dataFileMissing, .extentMissing, .backingLoop,
      .backingFormatUnrecorded, .backingFormatMismatch, .imageCorrupt, .headerMalformed,
      .parentMismatch, .baseModified, .backingChanged, .headerAppeared, .headerVanished,
      .domainImageMissing, .domainFormatMismatch, .domainChainMismatch, .domainChainRefused,
      .baseInUse, .sharedWritable:
      .error
    case .backingInvalid, .backingOutsidePools, .imageDirty, .chainTooDeep, .orphan: .warning
    case .backingRemote, .backingNameLong, .unknownFeature, .chainLeftover: .info
    }
  }

  /// Whether every scan judges it of everything that is known, and not only of what changed: what
  /// domains do with an image changes without the image, and so does what it was made on.
  var isJudgedWhole: Bool { Self.judgedWhole.contains(self) }

  private static let judgedWhole: Set<FindingKind> = [
    .domainImageMissing, .domainFormatMismatch, .domainChainMismatch, .domainChainRefused,
    .baseInUse, .sharedWritable, .chainLeftover, .baseModified, .backingChanged, .headerAppeared,
    .headerVanished,
  ]
}
