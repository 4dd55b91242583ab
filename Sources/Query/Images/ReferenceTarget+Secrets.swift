internal import DiskImage

extension ReferenceTarget {
  /// The target with the values of its secrets replaced by `***`, those of its options included.
  var withoutSecrets: ReferenceTarget { redacted }
}
