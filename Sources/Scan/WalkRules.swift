/// What a walk passes over, and what it refuses.
struct WalkRules: Sendable {
  /// Names and paths that are passed over.
  var excludes: [Glob] = []
  /// Whether directories on other file systems than their pool's root are passed over.
  var staysOnOneFileSystem = false
  /// Whether a pool that is on another file system than last time is taken for what it is now.
  var acceptsNewFileSystems = false
}
