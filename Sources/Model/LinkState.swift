/// What was found where a reference points.
public enum LinkState: String, Sendable, Hashable, CaseIterable {
  /// The target is an image of the inventory.
  case ok
  /// The target is not there.
  case missing
  /// The target is there and may not be read.
  case unreadable
  /// The target is a local path that no scanned pool covers, and it is there.
  case outsidePools = "outside-pools"
  /// The target is on a network and was not visited.
  case remote
  /// The stored string means nothing.
  case invalid
  /// The target lies in what this scan, or none yet, could see.
  case unknown
}
