import DiskImage
import Foundation
import Host
import Model
import Rules
import Sighting
import Testing

@testable import Query
@testable import Repair

/// An inventory of literals, and a disk that answers as it is told: what is certain is decided here without a file.
struct Scene {
  var evidence = RepairEvidence(point: Scene.point(9))
  /// What is at a path at this moment; nothing is anywhere else.
  var disk: [PathBytes: Result<ImageGlance, HostFault>] = [:]
  /// What overlays see of an image at this moment, by its number.
  var contents: [Int64: Result<Content, HostFault>] = [:]
  /// Directories that are symbolic links, and where they lead.
  var symlinks: [PathBytes: PathBytes] = [:]
  /// Directories that cannot be looked up.
  var lost: [PathBytes: HostFault] = [:]
  /// What is there beside the images.
  var directories: Set<PathBytes> = []

  var now: LiveImages {
    LiveImages(
      image: { disk[$0] ?? .failure(Scene.fault(ENOENT, $0)) },
      content: { image, _ throws(HostFault) in try contents[image.id]?.get() },
      realDirectory: { path throws(HostFault) in
        if let fault = lost[path] { throw fault }
        return symlinks[path] ?? path
      },
      isThere: { directories.contains($0) })
  }

  func plan(_ spelling: Spelling = .asBefore) -> [RepairStep] {
    RepairPlan(evidence, spelling: spelling, now).steps
  }

  // MARK: Literals

  static func point(_ scan: Int64) -> ScanPoint {
    ScanPoint(scan: scan, time: Moment(milliseconds: scan * 86_400_000))
  }

  static func fault(_ code: Int32, _ path: PathBytes) -> HostFault {
    HostFault(operation: "open", path: path, code: code)
  }

  static func finding(_ kind: FindingKind, cause: FindingCause? = nil) -> Finding {
    var finding = Finding(kind: kind, since: point(8), message: "")
    finding.cause = cause
    return finding
  }

  /// An image of the inventory, which is on the disk as the last scan saw it.
  mutating func add(
    _ id: Int64, _ places: PathBytes..., format: String = "qcow2",
    refersTo references: [StoredReference] = []
  ) {
    evidence.images[id] = KnownImage(
      id: id, file: Self.mark(id), places: places, format: format, virtualSize: 1 << 30,
      clusterSize: nil, fault: nil, isInUse: false, born: nil, disk: nil, findings: [], claims: [],
      base: nil)
    for place in places {
      disk[place] = .success(Self.glance(id, place, format: format, references))
    }
  }

  static func mark(_ id: Int64) -> FileMark {
    FileMark(filesystem: "ext4", inode: UInt64(truncatingIfNeeded: id))
  }

  static func glance(
    _ id: Int64, _ place: PathBytes, format: String, _ references: [StoredReference] = []
  ) -> ImageGlance {
    let front = Guard(path: place, length: 65_536, checksum: 1, mark: mark(id))
    var all = front
    all.stamp = "\(id) 65536 5"
    return ImageGlance(
      format: ImageFormat(rawValue: format) ?? .raw, virtualSize: 1 << 30, fileSize: 65_536,
      modified: 5, mark: mark(id), guarding: front, guardingAll: all,
      references: GlancedReferences(references))
  }

  /// An overlay with a broken link, as the last scan saw it.
  mutating func add(
    overlay id: Int64, _ place: PathBytes, names stored: String, as recorded: String? = nil,
    format: String = "qcow2", role: ReferenceRole = .backing, _ state: LinkState = .missing,
    finding kind: FindingKind = .backingMissing
  ) {
    let reference = StoredReference(
      role: role, stored: Array(stored.utf8), recordedFormat: recorded.map { Array($0.utf8) })
    add(id, place, format: format, refersTo: [reference])
    evidence.images[id]?.base = KnownBase(image: nil, recordedFormat: recorded, state: state)
    evidence.links.append(
      FaultyLink(
        findings: [Self.finding(kind)], holder: id, role: role, stored: Array(stored.utf8),
        target: ReferenceTarget(
          parsing: Array(stored.utf8), as: role, heldBy: ImageFormat(rawValue: format) ?? .raw,
          in: place.directory.bytes),
        recordedFormat: recorded, state: state))
  }

  /// What the first link led to until scan 7.
  mutating func led(to image: Int64, content: Content? = nil) {
    let known = evidence.images[image]
    evidence.links[0].former = FormerTarget(
      image: image, lastSeen: Self.point(7), format: known?.format ?? "qcow2",
      virtualSize: known?.virtualSize, modified: 5, fileSize: 65_536, content: content,
      places: known?.places ?? [])
  }

  /// What else the first link may mean.
  mutating func mayMean(_ image: Int64, _ reasons: String..., isNamed: Bool = true) {
    evidence.links[0].candidates.append(
      RepairCandidate(image: image, reasons: reasons, isNamed: isNamed))
    evidence.links[0].candidateCount += 1
  }

  /// Changes what is at a path at this moment.
  mutating func change(_ path: PathBytes, _ change: (inout ImageGlance) -> Void) {
    guard case .success(var glance) = disk[path] else { return }
    change(&glance)
    disk[path] = .success(glance)
  }
}

/// One thing that is otherwise than in a scene, and what the plan makes of it.
struct Otherwise: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let confidence: Confidence
  /// The string that the image is to store; `nil` where no command is planned.
  let stored: String?
  /// A part of the reason.
  let why: String
  let change: @Sendable (inout Scene) -> Void

  init(
    _ description: String, _ confidence: Confidence, stored: String? = nil, why: String,
    _ change: @escaping @Sendable (inout Scene) -> Void
  ) {
    testDescription = description
    self.confidence = confidence
    self.stored = stored
    self.why = why
    self.change = change
  }
}
