package import DiskImage
package import Query

extension ExplicitDisk {
  /// Where its images and their data are, top first.
  package var targets: [ReferenceTarget] {
    layers.flatMap { [$0.target] + ($0.dataFile.map { [$0] } ?? []) }
  }

  /// The disk without the secrets in the parameters of URLs.
  package var withoutSecrets: ExplicitDisk {
    var disk = self
    for index in disk.layers.indices {
      disk.layers[index].target = disk.layers[index].target.withoutSecretParameters.target
      disk.layers[index].dataFile = disk.layers[index].dataFile?.withoutSecretParameters.target
    }
    return disk
  }
}
