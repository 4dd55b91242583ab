internal import DiskImage
internal import Host
internal import Model
internal import Query
internal import Rules

/// Plans one link after the other, bottom first; what is planned for certain is believed above.
struct LinkPlanner {
  private let evidence: RepairEvidence
  private let spelling: Spelling
  private let now: LiveImages
  /// Bases that images will name for certain when the plan has run, by image.
  private var planned: [Int64: KnownBase] = [:]

  init(_ evidence: RepairEvidence, spelling: Spelling, _ now: LiveImages) {
    self.evidence = evidence
    self.spelling = spelling
    self.now = now
  }

  mutating func step(for link: FaultyLink) -> RepairStep {
    guard let holder = evidence.images[link.holder], let place = holder.places.first else {
      return RepairStepBuilder(link, at: "", format: "").manual(
        "the image no longer exists at any path")
    }
    var draft = RepairStepBuilder(link, at: place, format: holder.format)
    if let objection = objection(to: holder, &draft) { return draft.manual(objection) }
    switch link.role {
    case .backing where QemuImg.canRebase(holder.format):
      return rebase(link, holder, place, draft)
    case .dataFile where holder.format == "qcow2":
      return amend(link, holder, place, draft)
    default:
      return ManualRepair(link, holder, place, evidence, now).step(draft)
    }
  }

  // MARK: The image itself

  /// What forbids to touch the image at all.
  private func objection(to holder: KnownImage, _ draft: inout RepairStepBuilder) -> String? {
    if holder.fault != nil { return "its own header is invalid; restore it from a backup first" }
    if holder.findings.contains(.imageCorrupt) {
      return "QEMU has marked it as corrupt; run 'qemu-img check' on it first"
    }
    if holder.findings.contains(.unknownFeature) {
      return "it uses unknown features; look at it with a newer qemu-img first"
    }
    if holder.findings.contains(.headerAppeared) {
      return
        "it was raw, and a guest may have written the header that names this base; changing the header would change the guest's disk"
    }
    if let other = holder.claims.first(where: { $0.format != holder.format }) {
      return "its header shows \(holder.format) and \(other.inWords) \(other.format); "
        + "find out which is right before writing to it"
    }
    return draft.look(at: now, holder)
  }

  // MARK: A backing reference

  private mutating func rebase(
    _ link: FaultyLink, _ holder: KnownImage, _ place: PathBytes, _ drafted: RepairStepBuilder
  ) -> RepairStep {
    var draft = drafted
    if link.findings.contains(where: { $0.kind == .backingLoop }) {
      return draft.manual("the images back each other; only a person can decide which base it had")
    }
    if link.findings.contains(where: { $0.kind == .parentMismatch }) {
      return draft.manual("the parent is not in the state that the image was made on")
    }
    let target = TargetChoice(link, evidence, now).choose()
    draft.take(target)
    guard let image = target.image, let path = image.places.first, let why = target.why else {
      return draft.end(target.confidence, target.why ?? "no known image may be its base")
    }
    if standsOn(holder.id, from: image.id) {
      return draft.manual(
        "'\(path)' itself depends on this image; only a person can decide which base it had")
    }
    let format = FormatChoice(link, image, evidence, planned: planned).choose()
    draft.evidence += format.evidence
    guard let baseFormat = format.format else { return draft.end(format.confidence, format.why) }
    if let objection = draft.look(atBase: path, image, as: baseFormat, now) {
      return draft.manual(objection)
    }
    if holder.format == "qed", baseFormat != "raw" {
      return draft.manual(
        "qed can record only raw for its base, and this one is \(baseFormat); convert the image to qcow2, or list the chain in the domain's XML with 'backstory xml'",
        [QemuImg.convert(place, of: "qed", over: path, as: baseFormat, to: place.adding(".qcow2"))])
    }
    let stored: PathBytes
    switch name(of: path, link, place, holder, &draft) {
    case .success(let found): stored = found
    case .failure(let unnamed): return draft.manual(unnamed.why)
    }
    draft.plan(stored, baseFormat)
    var confidence = min(target.confidence, format.confidence)
    if foreignWay(of: link) != nil {
      confidence = min(confidence, .likely)
      draft.evidence.append("nobody can check here how other hosts see '\(path)'")
    }
    for (name, base) in otherBases(link, holder, at: place) where base != path {
      confidence = min(confidence, .likely)
      draft.evidence.append(
        "by its other name '\(name)' it leads to '\(base)', which is there: whoever opens it so gets another base"
      )
    }
    if confidence == .certain, !draft.isInUse {
      planned[holder.id] = KnownBase(image: image.id, recordedFormat: baseFormat, state: .ok)
    }
    return draft.end(confidence, "\(why); \(format.why)")
  }

  /// What a relative reference leads to, and is there, from the other names of its image: QEMU looks beside the name that
  /// it is given, and the header is one for all of them.
  private func otherBases(
    _ link: FaultyLink, _ holder: KnownImage, at place: PathBytes
  ) -> [(name: PathBytes, base: PathBytes)] {
    guard StoredPath.isRelativePath(link.stored) else { return [] }
    return (holder.places + holder.links).filter { $0.directory != place.directory }.compactMap {
      let base = $0.directory.appending(link.stored).normal
      return now.isThere(base) ? ($0, base) : nil
    }
  }

  /// Whether the chain below an image, or the image itself, leads to another: now, or when the steps before have run.
  private func standsOn(_ other: Int64, from image: Int64) -> Bool {
    var seen: Set<Int64> = []
    var next: Int64? = image
    while let id = next, seen.insert(id).inserted {
      if id == other { return true }
      next = planned[id]?.image ?? evidence.images[id]?.base?.image
    }
    return false
  }

  private struct Unnamed: Error {
    let why: String
  }

  /// The string that the image is to store, or why there is none.
  private func name(
    of path: PathBytes, _ link: FaultyLink, _ place: PathBytes, _ holder: KnownImage,
    _ draft: inout RepairStepBuilder
  ) -> Result<PathBytes, Unnamed> {
    if let way = foreignWay(of: link) {
      guard let name = path.moved(from: way.real, to: way.named) else {
        return .failure(
          Unnamed(
            why:
              "who opens it sees the base at '\(way.named)', which is no path of this host; name it as it is seen there: here it is '\(path)'"
          ))
      }
      return .success(name)
    }
    do throws(HostFault) {
      if let name = try stored(link, place, holder, path) { return .success(name) }
    } catch {
      return .failure(Unnamed(why: draft.objection(error, "the way to '\(path)'")))
    }
    let why =
      link.isTooLong
      ? "there is no shorter name for '\(path)'; move one of the two to a shorter path with 'backstory relocate'"
      : "there is no name of at most \(StoredPath.longest) bytes for '\(path)'"
    return .failure(Unnamed(why: why))
  }

  /// The way of an absolute reference by a directory that this host does not have: its image is opened elsewhere.
  private func foreignWay(of link: FaultyLink) -> DirectoryWay? {
    guard let way = link.way, link.state != .ok, link.stored.first == UInt8(ascii: "/"),
      !now.isThere(way.named)
    else { return nil }
    return way
  }

  /// The string that the image is to store: what it stores already, where that leads to the target.
  private func stored(
    _ link: FaultyLink, _ place: PathBytes, _ holder: KnownImage, _ path: PathBytes
  ) throws(HostFault) -> PathBytes? {
    if link.isTooLong { return try shorterName(link, place, holder, path) }
    let isSetBack = link.findings.contains { $0.kind == .backingChanged }
    if link.state == .ok, spelling == .asBefore, !isSetBack {
      // A command line is seen by everybody on the host.
      let isOpen = ReferenceTarget.redacting(link.stored) == link.stored
      return isOpen ? PathBytes(link.stored) : nil
    }
    // QEMU looks for a relative data file from where it was started (QEMU block/qcow2.c,
    // `qcow2_do_open`), libvirt from where the image stands: only an absolute path is one to both.
    return try StoredPath.naming(
      path, from: place, otherNames: holder.places + holder.links, old: link.stored,
      link.role == .dataFile ? .absolute : spelling, now.realDirectory)
  }

  /// A name that QEMU will still take when it has grown a little: relative where the image's was, else absolute.
  private func shorterName(
    _ link: FaultyLink, _ place: PathBytes, _ holder: KnownImage, _ path: PathBytes
  ) throws(HostFault) -> PathBytes? {
    let allowed = ImageFormat.traits(of: holder.format)?.longBackingName ?? StoredPath.longest
    for way in [spelling, .relative, .absolute] {
      let name = try StoredPath.naming(
        path, from: place, otherNames: holder.places + holder.links, old: link.stored, way,
        now.realDirectory)
      if let name, name.bytes.count < min(allowed, link.stored.count) { return name }
    }
    return nil
  }

  // MARK: A data file

  private func amend(
    _ link: FaultyLink, _ holder: KnownImage, _ place: PathBytes, _ drafted: RepairStepBuilder
  ) -> RepairStep {
    var draft = drafted
    let target = TargetChoice(link, evidence, now).choose()
    draft.take(target)
    guard let image = target.image, let path = image.places.first, let why = target.why else {
      return draft.end(
        target.confidence, target.why ?? "no known file may be its data file")
    }
    if let objection = draft.look(atBase: path, image, as: "raw", now) {
      return draft.manual(objection)
    }
    let stored: PathBytes
    switch name(of: path, link, place, holder, &draft) {
    case .success(let found): stored = found
    case .failure(let unnamed): return draft.manual(unnamed.why)
    }
    draft.plan(dataFile: stored, at: path, hasBase: holder.base != nil)
    return draft.end(target.confidence, why)
  }
}

extension FormatClaim {
  /// Who claims, with the verb: `'a.qcow2' records`.
  var inWords: String {
    switch source {
    case .earlier(let point): "it recorded, until scan \(point.scan),"
    case .overlays(let path, let count):
      count == 1 ? "'\(path)' records" : "'\(path)' and \(count - 1) more record"
    case .domains(let name, let count):
      count == 1
        ? "the XML of domain '\(name)' says"
        : "the XML of domain '\(name)' and of \(count - 1) more says"
    }
  }
}

extension PathBytes {
  /// The path with an ending.
  func adding(_ ending: String) -> PathBytes { PathBytes(bytes + Array(ending.utf8)) }
}

extension FaultyLink {
  /// Whether the image's name of its base is nearly longer than QEMU allows.
  fileprivate var isTooLong: Bool {
    state == .ok && findings.contains { $0.kind == .backingNameLong }
  }
}
