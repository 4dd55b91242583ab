/// What a walk passes over, and what it refuses.
package struct WalkRules: Sendable {
  /// Names and paths that are passed over.
  package var excludes: [Glob] = []
  /// Whether directories on other file systems than their pool's root are passed over.
  package var staysOnOneFileSystem = false
  /// Whether a pool that is on another file system than last time is taken for what it is now.
  package var acceptsNewFileSystems = false

  /// Rules of a walk.
  package init(
    excludes: [Glob] = [], staysOnOneFileSystem: Bool = false, acceptsNewFileSystems: Bool = false
  ) {
    self.excludes = excludes
    self.staysOnOneFileSystem = staysOnOneFileSystem
    self.acceptsNewFileSystems = acceptsNewFileSystems
  }
}
