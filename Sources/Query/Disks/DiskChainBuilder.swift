internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// Spells out a chain, top first, and refuses to where anything in it would be a guess.
///
/// Every image has the name that libvirt finds for it: the overlay's own name decides where a
/// relative one leads, and nothing in a name is folded (libvirt
/// src/storage_file/storage_source.c, `virStorageSourceNewFromBackingRelative`).
struct DiskChainBuilder {
  private(set) var layers: [ExplicitDisk.Layer] = []
  private(set) var isTerminated = false

  private let transaction: ReadTransaction
  private var seen: Set<Int64> = []

  init(_ transaction: ReadTransaction) { self.transaction = transaction }

  /// An image that is to be added.
  struct Next {
    let image: Int64
    /// What its user records as its format.
    var recorded: String?
    /// The path by which its user names it; `nil` for the one at which it stands.
    var name: PathBytes?
    /// What its user says of it, where that is more than a path.
    var target: ReferenceTarget?
    /// The part of it that is used; `nil` for all of it.
    var slice: StorageSlice?
  }

  /// Adds an image and everything under it.
  mutating func add(_ top: Next) throws {
    var next: Next? = top
    while let user = next {
      let facts = try ChainImage(user.image, transaction)
      guard seen.insert(user.image).inserted else { throw DiskRefusal.loop(facts.path) }
      let format = try facts.format(recorded: user.recorded)
      let isRaw = format == "raw"
      var target = user.target ?? ReferenceTarget(type: .file)
      target.path = (user.name ?? facts.path).bytes
      layers.append(
        ExplicitDisk.Layer(
          target: target, format: format, slice: user.slice,
          dataFile: isRaw ? nil : try facts.dataFile(),
          shows: isRaw && facts.detected != format ? facts.detected : nil,
          isEncrypted: !isRaw && facts.isEncrypted, image: user.image))
      guard !isRaw, let base = try facts.base() else {
        isTerminated = true
        return
      }
      if base.isParent || ["vdi", "vpc", "vhdx"].contains(format) {
        throw DiskRefusal.parentNotRead(facts.path, format: format)
      }
      if base.isPart { return try add(outside: base) }
      next = try base.next(below: facts, named: user.name ?? facts.path, transaction)
      if next == nil { try add(outside: base) }
    }
  }

  /// Adds a domain's disk: from the inventory where it is an image of it, else as the XML has it.
  mutating func add(_ disk: DomainDiskRow, of domain: Int64) throws {
    // libvirt takes a disk without a format for raw.
    let format = disk.format ?? "raw"
    if disk.state == .missing { throw DiskRefusal.missing(disk.place) }
    if let image = disk.image {
      return try add(
        Next(
          image: image, recorded: format, name: disk.path,
          target: disk.use.elsewhere == nil ? nil : disk.target, slice: disk.use.slice))
    }
    // A socket and a character device are no files that a scan could look into.
    let isNoFile = [.volume, .vhostuser, .vhostvdpa].contains(disk.target.type)
    guard disk.state == .outsidePools || disk.state == .remote || isNoFile else {
      throw DiskRefusal.unresolved(disk.place)
    }
    layers.append(
      ExplicitDisk.Layer(
        target: disk.target, format: format, slice: disk.use.slice, isOutside: true))
    isTerminated = format == "raw" || format == "fat" || disk.use.isChainEnd
    if !isTerminated, disk.use.isContinued { try addSpelledOut(below: disk, of: domain) }
  }

  /// Adds what the XML itself states below an image that no scan looked into.
  private mutating func addSpelledOut(below disk: DomainDiskRow, of domain: Int64) throws {
    let below = try transaction.uses(ofDomain: domain).first {
      $0.use.target == disk.use.target && $0.use.level == disk.use.level + 1
    }
    guard let below else { return }
    guard below.format != nil else { throw DiskRefusal.formatUnknown(below.place, detected: nil) }
    try add(below, of: domain)
  }

  /// Adds a base that no scan looked into, or that is a part of a file; its format must be recorded.
  private mutating func add(outside base: ChainBase) throws {
    switch base.state {
    case .missing: throw DiskRefusal.missing(base.place)
    case .ok where base.isPart: break
    case .unknown, .unreadable, .invalid, .ok: throw DiskRefusal.unresolved(base.place)
    case .outsidePools, .remote: break
    }
    guard let format = base.recorded else {
      throw DiskRefusal.formatUnknown(base.place, detected: nil)
    }
    let (target, slice) = StorageSlice.split(base.target)
    if base.isPart, slice == nil { throw DiskRefusal.partUnbounded(base.place) }
    layers.append(
      ExplicitDisk.Layer(target: target, format: format, slice: slice, isOutside: true))
    isTerminated = format == "raw"
  }
}
