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
struct DiskSpelling {
  private(set) var layers: [DiskAnswer.Layer] = []
  private(set) var isTerminated = false

  private let question: Question
  private var seen: Set<Int64> = []

  init(_ question: Question) { self.question = question }

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
      let facts = try ImageInChain(user.image, question)
      guard seen.insert(user.image).inserted else { throw DiskRefusal.loop(facts.path) }
      let format = try facts.format(recorded: user.recorded)
      let isRaw = format == "raw"
      var target = user.target ?? ReferenceTarget(type: .file)
      target.path = (user.name ?? facts.path).bytes
      layers.append(
        DiskAnswer.Layer(
          target: target, format: format, slice: user.slice,
          dataFile: isRaw ? nil : try facts.dataFile(),
          shows: isRaw && facts.detected != format ? facts.detected : nil,
          isEncrypted: !isRaw && facts.isEncrypted, image: user.image))
      guard !isRaw, let base = try facts.base() else {
        isTerminated = true
        return
      }
      if base.isPart { return try add(outside: base) }
      next = try base.next(below: facts, named: user.name ?? facts.path, question)
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
      DiskAnswer.Layer(
        target: disk.target, format: format, slice: disk.use.slice, isOutside: true))
    isTerminated = format == "raw" || format == "fat" || disk.use.isChainEnd
    if !isTerminated, disk.use.isContinued { try addSpelledOut(below: disk, of: domain) }
  }

  /// Adds what the XML itself states below an image that no scan looked into.
  private mutating func addSpelledOut(below disk: DomainDiskRow, of domain: Int64) throws {
    let below = try question.uses(ofDomain: domain).first {
      $0.use.target == disk.use.target && $0.use.level == disk.use.level + 1
    }
    guard let below else { return }
    guard below.format != nil else { throw DiskRefusal.formatUnknown(below.place, detected: nil) }
    try add(below, of: domain)
  }

  /// Adds a base that no scan looked into, or that is a part of a file; its format must be recorded.
  private mutating func add(outside base: BaseInChain) throws {
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
      DiskAnswer.Layer(target: target, format: format, slice: slice, isOutside: true))
    isTerminated = format == "raw"
  }
}

/// The base that an image names.
struct BaseInChain {
  let image: Int64?
  let state: LinkState
  let recorded: String?
  /// As it is meant from where the overlay stands.
  let target: ReferenceTarget
  let stored: [UInt8]

  var place: PathBytes {
    target.path.map { PathBytes($0) } ?? PathBytes((target.uri ?? "").utf8)
  }

  /// Whether the reference states where in the file the base begins or how long it is: what the file
  /// itself holds says nothing of that part.
  var isPart: Bool { target.options["offset"] != nil || target.options["size"] != nil }

  /// The base as the next image of the chain, below an overlay by the name that its own user has
  /// for it; `nil` where the inventory does not hold it.
  func next(
    below overlay: ImageInChain, named name: PathBytes, _ question: Question
  ) throws -> DiskSpelling.Next? {
    guard let image else { return nil }
    var (target, slice) = StorageSlice.split(target)
    // The image was found, so it is known from where.
    target.options["relative-to"] = nil
    var next = DiskSpelling.Next(image: image, recorded: recorded, slice: slice)
    if !target.options.isEmpty { next.target = target }
    // A name behind a symbolic link to the overlay would lead somewhere else, and VHD and VHDX hold
    // names of Windows.
    guard overlay.detected != "vpc", overlay.detected != "vhdx",
      try question.isOneDirectory(name.directory, overlay.path.directory)
    else { return next }
    let full = ReferenceTarget.fullName(of: stored, in: name.directory.bytes)
    let path = full.first == UInt8(ascii: "/") ? full : target.path
    next.name = path.map { PathBytes($0) }
    return next
  }
}

extension Question {
  /// Whether two paths name the same directory, as far as the scan looked.
  func isOneDirectory(_ one: PathBytes, _ other: PathBytes) throws -> Bool {
    try one == other
      || value(
        """
        SELECT EXISTS (
          SELECT 1 FROM directory_state_at AS first
          JOIN directory_state_at AS second ON second.canonical = first.canonical
          WHERE first.directory = (SELECT id FROM directory WHERE path = :one)
            AND second.directory = (SELECT id FROM directory WHERE path = :other))
        """,
        [
          "one": ReferenceTarget.local(one).databaseValue, "other": other.databaseValue,
        ]) ?? false
  }
}

extension ReferenceTarget {
  /// A path in the form in which the inventory keeps it: without `.` and doubled slashes.
  fileprivate static func local(_ path: PathBytes) -> PathBytes {
    PathBytes(ReferenceTarget(parsing: path.bytes, in: path.bytes).path ?? path.bytes)
  }
}

/// An image of a chain, and what may be said of its format.
struct ImageInChain {
  let path: PathBytes
  /// What its header shows.
  let detected: String
  /// Whether the header says that the data are encrypted.
  let isEncrypted: Bool
  private let id: Int64
  private let fault: String?
  private let question: Question

  init(_ id: Int64, _ question: Question) throws {
    guard let image = try question.image(id) else {
      throw DiskRefusal.unresolved(PathBytes("#\(id)".utf8))
    }
    self.id = id
    self.question = question
    path = image.filename
    detected = image.format
    isEncrypted = image.isEncrypted
    fault = image.fault
  }

  /// The format for certain: as recorded by its user here, by all its other users, or as detected
  /// where that is safe.
  func format(recorded: String?) throws -> String {
    let claims = try recorded.map { [$0] } ?? self.claims()
    if claims.count > 1 { throw DiskRefusal.formatsDiffer(path, claims) }
    // A raw disk is its guest's, and a guest may write any header on it.
    if claims == ["raw"] { return "raw" }
    if let claim = claims.first {
      guard claim == detected else {
        throw DiskRefusal.formatContradicted(path, recorded: claim, detected: detected)
      }
    }
    if let fault { throw DiskRefusal.headerMalformed(path, reason: fault) }
    guard try !claims.isEmpty || isDetectedSafely() else {
      throw DiskRefusal.formatUnknown(path, detected: detected)
    }
    return detected
  }

  /// Whether the detected format may be believed: it is raw, the image names no base, or a base that
  /// is itself trusted (libvirt docs/kbase/backing_chains).
  private func isDetectedSafely() throws -> Bool {
    var seen: Set<Int64> = []
    var current: ImageInChain? = self
    while let image = current, seen.insert(image.id).inserted {
      guard image.detected != "raw", let base = try image.base() else { return true }
      if base.state == .missing { throw DiskRefusal.missing(base.place) }
      if base.recorded != nil { return base.state != .invalid }
      current = try base.image.map { try ImageInChain($0, question) }
      if let current, try !current.claims().isEmpty { return try current.claims().count == 1 }
    }
    return false
  }

  /// The formats that images and domains record for this one, each once, in byte order.
  private func claims() throws -> [String] {
    try question.rows(
      """
      SELECT DISTINCT coalesce(reference.recorded_format, reference.format_in_reference) AS format
      FROM link_at AS link JOIN reference_at AS reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal
      WHERE link.target_image = :image AND format IS NOT NULL
        AND reference.role IN ('backing', 'disk', 'parent')
      ORDER BY format
      """, ["image": id]
    ).map { $0[0] as String }.reduceToArray()
  }

  /// The base; `nil` where the image names none.
  func base() throws -> BaseInChain? {
    try reference("link.is_backing").map { row in
      BaseInChain(
        image: row["target_image"],
        state: (row["state"] as String?).flatMap(LinkState.init) ?? .unknown,
        recorded: row["recorded_format"] ?? row["format_in_reference"], target: target(of: row),
        stored: Array(row["stored"] as Data))
    }
  }

  /// Where the data are, of an image that has them in a file of their own.
  func dataFile() throws -> ReferenceTarget? {
    guard let row = try reference("reference.role = 'data-file'") else { return nil }
    let target = target(of: row)
    if row["state"] == LinkState.missing.rawValue {
      throw DiskRefusal.missing(PathBytes(target.path ?? []))
    }
    return target
  }

  private func target(of row: Row) -> ReferenceTarget {
    ReferenceTarget(parsing: Array(row["stored"] as Data), in: path.directory.bytes)
  }

  private func reference(_ condition: String) throws -> Row? {
    try question.row(
      """
      SELECT reference.stored, reference.recorded_format, reference.format_in_reference,
        link.state, link.target_image
      FROM reference_at AS reference JOIN link_at AS link ON link.holder = reference.holder
        AND link.ordinal = reference.ordinal
      WHERE reference.holder = :image AND \(condition)
      ORDER BY reference.ordinal LIMIT 1
      """, ["image": id])
  }
}
