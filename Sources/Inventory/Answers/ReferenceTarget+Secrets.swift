internal import DiskImage

extension ReferenceTarget {
  /// The target with the values of its secrets replaced by `***`.
  var withoutSecrets: ReferenceTarget {
    var target = self
    target.uri = uri.map { String(decoding: Self.redacting(Array($0.utf8)), as: UTF8.self) }
    return target
  }
}
