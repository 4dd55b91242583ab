import Configuration
import Inventory
import Model
import Scan

extension ScanRequest {
  /// What a configuration wants scanned.
  /// - Throws: for a source of machines that there is not.
  init(_ settings: Settings) throws {
    let pools = settings.pools.flatMap { pool in
      pool.paths.map { Pool(name: pool.name, path: $0, origin: .configuration) }
    }
    self.init(pools: pools)
    exclusivePaths = Set(settings.pools.filter(\.isExclusive).flatMap(\.paths))
    outlooks = settings.pools.flatMap { pool in
      pool.seenAs.map { Outlook(path: $0, directories: pool.paths) }
    }
    var sources = MachineSources()
    for source in settings.machines { try sources.add(source) }
    libvirt = LibvirtOptions.request(settings, sources)
    machines = sources.others
    excludes = settings.texts(.excludes).map(Glob.init)
    staysOnOneFileSystem = settings.flag(.oneFileSystem)
    jobs = settings.number(.jobs).flatMap { Int(exactly: $0) } ?? jobs
    maxDepth = settings.number(.maxDepth) ?? maxDepth
    grace = settings.number(.grace) ?? grace
    graceAge = settings.age(.graceAge) ?? graceAge
  }
}
