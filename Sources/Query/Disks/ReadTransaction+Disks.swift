internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

extension ReadTransaction {
  /// An image as a disk of its own.
  func disk(ofImage id: Int64) throws -> ExplicitDisk {
    var chain = DiskChainBuilder(self)
    try chain.add(DiskChainBuilder.Next(image: id))
    return ExplicitDisk(use: nil, layers: chain.layers, isTerminated: chain.isTerminated)
  }

  /// The disks of a domain, or the one with a target, in the order of its XML.
  func disks(ofDomain name: String, target: String?) throws -> [ExplicitDisk] {
    let domain = try number(ofDomain: name)
    let uses = try uses(ofDomain: domain)
    let disks = uses.filter { $0.isTop && $0.isWanted(target) }
    if disks.isEmpty { throw DiskRefusal.noDisk(domain: name, target: target) }
    return try disks.map { disk in
      var chain = DiskChainBuilder(self)
      try chain.add(disk, of: domain)
      let below = uses.filter { !$0.isTop && $0.use.target == disk.use.target }
      return ExplicitDisk(
        use: disk.use, layers: chain.layers.map { $0.saying(more: below) },
        isTerminated: chain.isTerminated)
    }
  }

  /// A domain of libvirt's by its name or UUID; only these have XML.
  private func number(ofDomain name: String) throws -> Int64 {
    let found = try Array(
      rows(
        """
        SELECT domain.id FROM domain JOIN domain_state_at ON domain_state_at.domain = domain.id
        WHERE (domain.name = :name OR domain.uuid = :name) AND domain_state_at.kind = 'libvirt'
        """, ["name": name]
      ).map { $0[0] as Int64 })
    guard let first = found.first else { throw StoreFault.unknownDomain(name, scan: at) }
    guard found.count == 1 else { throw StoreFault.ambiguousDomain(name) }
    return first
  }

  /// What a domain's XML says of its disks: that of the running domain, where it runs.
  func uses(ofDomain domain: Int64) throws -> [DomainDiskRow] {
    let all = try Array(
      rows(
        """
        SELECT reference.role, reference.stored, reference.recorded_format, reference.detail,
          link.state, link.target_image, directory.path, link.name
        FROM reference_at AS reference
        LEFT JOIN link_at AS link ON link.holder = reference.holder
          AND link.ordinal = reference.ordinal
        LEFT JOIN directory ON directory.id = link.directory
        WHERE reference.holder = :domain
          AND reference.role IN ('disk', 'backing') ORDER BY reference.ordinal
        """, ["domain": domain]
      ).map { try DomainDiskRow($0) }
    ).filter { $0.use.part == "source" }
    let live = all.filter { $0.use.documents.contains(.live) }
    return live.isEmpty ? all.filter { $0.use.documents.contains(.definition) } : live
  }
}

extension ExplicitDisk.Layer {
  /// The layer with what the domain's XML says of the same image under the top.
  fileprivate func saying(more rows: [DomainDiskRow]) -> Self {
    let same = rows.first { row in
      guard let image else { return row.target == target }
      return row.image == image
    }
    guard let others = same?.use.others else { return self }
    var layer = self
    layer.others = others
    return layer
  }
}

/// One image of a domain's disk as its XML states it.
struct DomainDiskRow {
  let use: DomainUse
  let format: String?
  let state: LinkState
  let image: Int64?
  let target: ReferenceTarget
  let place: PathBytes
  /// Where the XML says that it is; `nil` for what has no path.
  let path: PathBytes?

  init(_ row: Row) throws {
    use = try DomainUse(json: row["detail"])
    format = row["recorded_format"]
    state = (row["state"] as String?).flatMap(LinkState.init) ?? .unknown
    image = row["target_image"]
    path = (row["path"] as Data?).map { PathBytes(directory: $0, name: row["name"]) }
    var file = ReferenceTarget(type: .file)
    file.path = path?.bytes
    target = use.elsewhere?.target(path: path?.bytes) ?? file
    place = path ?? PathBytes(row["stored"] as Data)
  }

  var isTop: Bool { use.level == 0 }

  func isWanted(_ target: String?) -> Bool { target == nil || use.target == target }
}
