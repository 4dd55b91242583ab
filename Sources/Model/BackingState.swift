/// The state of an image's backing link.
public enum BackingState: String, Sendable, Hashable, CaseIterable {
  case none, ok, missing, unreadable, loop, remote
  case outsidePools = "outside-pools"
  case invalid
  /// It leads into what the scan could not see, or names a parent by an identity that no image has.
  case unknown
}
