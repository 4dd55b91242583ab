import Inventory
internal import Model

extension FindingKind {
  /// What is wrong, as a heading.
  var title: String {
    switch self {
    case .backingMissing: "The base is not there"
    case .backingUnreadable: "The base cannot be read"
    case .backingInvalid: "The name of the base means nothing"
    case .dataFileMissing: "The data file is not there"
    case .extentMissing: "An extent is not there"
    case .backingLoop: "Images that back each other"
    case .backingFormatUnrecorded: "No format is recorded for the base"
    case .backingFormatMismatch: "The base is not of the recorded format"
    case .backingOutsidePools: "The base lies outside the pools"
    case .backingRemote: "The chain goes on over a network"
    case .backingNameLong: "The backing name is nearly too long"
    case .parentMismatch: "The parent is not in its old state"
    case .baseModified: "A base has changed under its overlays"
    case .backingChanged: "An overlay was set on another base"
    case .headerAppeared: "A raw image shows a header now"
    case .headerVanished: "An image has lost its header"
    case .imageDirty: "Not closed cleanly"
    case .imageCorrupt: "Marked as corrupt"
    case .headerMalformed: "The header cannot be true"
    case .unknownFeature: "Features that are not known here"
    case .chainTooDeep: "The chain is too deep"
    case .orphan: "Nothing refers to it"
    case .domainImageMissing: "A domain's image is not there"
    case .domainFormatMismatch: "A domain opens an image in another format"
    case .domainChainMismatch: "A domain spells out another chain"
    case .domainChainRefused: "libvirt refuses to start a domain"
    case .baseInUse: "A domain writes to a base"
    case .sharedWritable: "Two domains write to one image"
    case .chainLeftover: "Left behind beside a chain in use"
    }
  }
}

extension FindingCause.Kind {
  /// Why a link broke, as a sentence's beginning.
  var inWords: String {
    switch self {
    case .targetMoved: "The target moved"
    case .targetRemoved: "The target was removed"
    case .targetReplaced: "The target was replaced"
    case .imageMoved: "The image itself moved"
    case .referenceChanged: "The reference was changed"
    case .neverSeen: "It was never right"
    }
  }
}

extension Severity {
  /// The word and the mark of a badge; the mark tells them apart without colour.
  var badge: String {
    switch self {
    case .error: "✕ Error"
    case .warning: "! Warning"
    case .info: "i Worth knowing"
    }
  }
}
