internal import Model
internal import Rules

extension FindingCause.Kind {
  /// Why a link broke, as a sentence's beginning.
  var inWords: String {
    switch self {
    case .targetMoved: "The target moved"
    case .targetRemoved: "The target was removed"
    case .targetReplaced: "The target was replaced"
    case .imageMoved: "The image itself moved"
    case .referenceChanged: "The reference was changed"
    case .neverSeen: "The target never existed"
    }
  }
}

extension Severity {
  /// The word and the mark of a badge; the mark tells them apart without colour.
  var badge: String {
    switch self {
    case .error: "✕ Error"
    case .warning: "! Warning"
    case .info: "i Info"
    }
  }
}
