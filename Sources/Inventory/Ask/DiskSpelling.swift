internal import DiskImage
internal import Foundation
internal import GRDB

/// Spells out a chain, top first, and refuses to where anything in it would be a guess.
struct DiskSpelling {
  private(set) var layers: [DiskAnswer.Layer] = []
  private(set) var isTerminated = false

  private let question: Question
  private var seen: Set<Int64> = []

  init(_ question: Question) { self.question = question }

  /// Adds an image and everything under it; `recorded` is what its user records as its format.
  mutating func add(
    image top: Int64, recorded format: String?, as target: ReferenceTarget? = nil
  ) throws {
    var next: (image: Int64, recorded: String?, target: ReferenceTarget?)? = (top, format, target)
    while let (image, recorded, target) = next {
      let facts = try ImageInChain(image, question)
      guard seen.insert(image).inserted else { throw DiskRefusal.loop(facts.path) }
      let format = try facts.format(recorded: recorded)
      let isRaw = format == "raw"
      layers.append(
        DiskAnswer.Layer(
          target: target ?? facts.target, format: format,
          dataFile: isRaw ? nil : try facts.dataFile()))
      guard !isRaw, let base = try facts.base() else {
        isTerminated = true
        return
      }
      if base.isPart { return try add(outside: base) }
      next = base.image.map { ($0, base.recorded, nil) }
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
        image: image, recorded: format, as: disk.use.elsewhere == nil ? nil : disk.target)
    }
    guard disk.state == .outsidePools || disk.state == .remote || disk.target.type == .volume else {
      throw DiskRefusal.unresolved(disk.place)
    }
    layers.append(DiskAnswer.Layer(target: disk.target, format: format))
    isTerminated = format == "raw" || disk.use.isChainEnd
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
    layers.append(
      DiskAnswer.Layer(target: base.wholeTarget, format: format, part: try base.part()))
    isTerminated = format == "raw"
  }
}

/// The base that an image names.
struct BaseInChain {
  let image: Int64?
  let state: LinkState
  let recorded: String?
  let target: ReferenceTarget
  let place: PathBytes

  /// Whether the reference states where in the file the base begins or how long it is.
  var isPart: Bool { target.options["offset"] != nil || target.options["size"] != nil }

  /// The target without what says which part of it is meant.
  var wholeTarget: ReferenceTarget {
    var whole = target
    whole.options["offset"] = nil
    whole.options["size"] = nil
    return whole
  }

  /// The part of the file that is the base; `nil` where it is all of it.
  func part() throws -> DiskAnswer.Part? {
    guard isPart else { return nil }
    guard let size = target.options["size"].flatMap(UInt64.init),
      let offset = UInt64(target.options["offset"] ?? "0")
    else { throw DiskRefusal.partUnbounded(place) }
    return DiskAnswer.Part(offset: offset, size: size)
  }
}

/// An image of a chain, and what may be said of its format.
struct ImageInChain {
  let path: PathBytes
  private let id: Int64
  private let detected: String
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
    fault = image.fault
  }

  /// The image as a file of this host.
  var target: ReferenceTarget {
    var target = ReferenceTarget(type: .file)
    target.path = path.bytes
    return target
  }

  /// The format for certain: as recorded by its user here, by all its other users, or as detected
  /// where that is safe.
  func format(recorded: String?) throws -> String {
    let claims = try recorded.map { [$0] } ?? self.claims()
    if claims.count > 1 { throw DiskRefusal.formatsDiffer(path, claims) }
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
      FROM link JOIN reference ON reference.holder = link.holder
        AND reference.ordinal = link.ordinal AND \(Question.holds("reference"))
      WHERE link.target_image = :image AND \(Question.holds("link")) AND format IS NOT NULL
        AND reference.role IN ('backing', 'disk', 'parent')
      ORDER BY format
      """, ["image": id]
    ).map { $0[0] as String }.reduceToArray()
  }

  /// The base; `nil` where the image names none.
  func base() throws -> BaseInChain? {
    try reference("link.is_backing").map { row in
      let target = target(of: row)
      return BaseInChain(
        image: row["target_image"],
        state: (row["state"] as String?).flatMap(LinkState.init) ?? .unknown,
        recorded: row["recorded_format"] ?? row["format_in_reference"], target: target,
        place: target.path.map { PathBytes($0) } ?? PathBytes((target.uri ?? "").utf8))
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
    try Row.fetchOne(
      question.database.cachedStatement(
        sql: """
          SELECT reference.stored, reference.recorded_format, reference.format_in_reference,
            link.state, link.target_image
          FROM reference JOIN link ON link.holder = reference.holder
            AND link.ordinal = reference.ordinal AND \(Question.holds("link"))
          WHERE reference.holder = :image AND \(Question.holds("reference")) AND \(condition)
          ORDER BY reference.ordinal LIMIT 1
          """), arguments: question.arguments(["image": id]))
  }
}
