public import Database
internal import Foundation
internal import GRDB
public import Model

extension ReadTransaction {
  /// Why an image is as it is: the worst of its findings, or of those of a kind.
  func why(_ image: Int64, kind: FindingKind?) throws -> Diagnosis {
    let findings =
      try standsSomewhere(image)
      ? findings(ofImage: image) : findings(ofMachinesThatMiss: image)
    let finding = findings.first { kind == nil || $0.kind == kind }
    let timeline = try events(ofImage: image, upTo: at).flatMap(\.parts)
    let night = finding.flatMap { times.kept(from: $0.since.scan) }
    return Diagnosis(
      finding: finding, timeline: timeline,
      changes: try night.map { try changes(in: $0, near: image, includingElsewhere: false) } ?? [])
  }

  private func standsSomewhere(_ image: Int64) throws -> Bool { try primaryPlace(of: image) != nil }
}

extension InventoryView {
  /// Why an image is as it is: the worst of its findings, or of those of a kind.
  public func why(_ selector: ImageSelector, kind: FindingKind?) throws(StoreFault) -> Diagnosis {
    try reading { try $0.why($0.knownNumber(of: selector), kind: kind) }
  }
}

extension ReadTransaction {
  /// Changes that are told of one night: in a night that changed everything, the nearest.
  private static let mostChanges = 200

  /// What changed between a scan and the one before that can be asked for, the nearest to an image first.
  func changes(
    in scan: Int64, near image: Int64?, includingElsewhere: Bool
  ) throws -> [NearEvent] {
    guard let former = times.kept(before: scan) else { return [] }
    let near = try Surroundings(self, image, in: scan, after: former)
    var details = DetailCache(database)
    let ids = try near.images(includingElsewhere: includingElsewhere, limit: Self.mostChanges)
    var events = try self.events(ofImages: ids, in: scan, &details).flatMap(\.parts)
    let machines = try MachineEvents(self, of: Set(near.machines.keys))
    events += try machines.events(in: scan)
    events += try asked(at: scan).poolEvents()
    return events.compactMap(near.placed)
      .filter { includingElsewhere || $0.relation != .elsewhere }
      .sorted { ($0.distance, $0.event.weight) < ($1.distance, $1.event.weight) }
  }
}

extension Event {
  /// What tells more comes first: what came, went and was rebased before what only grew.
  fileprivate var weight: Int {
    switch kind {
    case .vanished, .replaced, .moved, .rebased, .formatChanged, .poolUnavailable: 0
    case .appeared, .returned, .resized, .machineChanged, .machineVanished, .machineAppeared: 1
    case .started, .stopped, .poolReturned: 2
    default: 3
    }
  }
}

/// What is how near to an image, before a night and after it.
private struct Surroundings {
  private let transaction: ReadTransaction
  private let image: Int64?
  private let scan: Int64
  private let former: Int64
  private var distances: [Int64: (distance: Int, relation: NearEvent.Relation)] = [:]
  /// Machines that use the image or what stands on it, with their distances.
  private(set) var machines: [Int64: Int] = [:]
  private var machineNames: [String: Int] = [:]
  private var homes: [Home] = []

  /// Images on the way up or down that are looked at: a base may have a hundred thousand overlays.
  private static let most = 4096

  init(_ transaction: ReadTransaction, _ image: Int64?, in scan: Int64, after former: Int64) throws
  {
    self.transaction = transaction
    self.image = image
    self.scan = scan
    self.former = former
    guard let image else { return }
    distances[image] = (0, .itself)
    let views = [transaction.asked(at: former), transaction.asked(at: scan)]
    try walk(views) { try $0.targets(of: $1) }
    try walk(views) { try $0.holders(of: $1) }
    for (machine, distance) in machines {
      machineNames[try transaction.name(of: machine)] = distance
      for view in views {
        for disk in try view.targets(of: machine) where distances[disk] == nil {
          distances[disk] = (distance + 1, .machine)
        }
      }
    }
    homes = try views.flatMap { try $0.homes(of: image) }
  }

  private mutating func walk(
    _ views: [ReadTransaction], _ next: (ReadTransaction, Int64) throws -> [Int64]
  ) throws {
    guard let image else { return }
    var level = [image]
    var seen: Set<Int64> = [image]
    var distance = 0
    while !level.isEmpty, seen.count < Self.most {
      distance += 1
      var above: [Int64] = []
      for view in views {
        for other in try level.flatMap({ try next(view, $0) }) where seen.insert(other).inserted {
          above.append(other)
        }
      }
      for other in above {
        if other < 0 {
          machines[other] = min(machines[other] ?? distance, distance)
        } else if distances[other].map({ $0.distance > distance }) ?? true {
          distances[other] = (distance, .chain)
        }
      }
      level = above.filter { $0 > 0 }
    }
  }

  /// Further away than whatever a link leads to.
  private var beyond: Int {
    max(distances.values.map(\.distance).max() ?? 0, machines.values.max() ?? 0) + 1
  }

  /// Numbers as JSON, for a query.
  private static func list(_ numbers: [Int64]) -> String {
    "[" + numbers.map(String.init).joined(separator: ",") + "]"
  }

  /// Changed images, the nearest first, as many as are told.
  func images(includingElsewhere: Bool, limit: Int) throws -> [Int64] {
    let changed = try transaction.rows(
      StatementText.text(PackageResources.ask_near_changes_sql),
      [
        "night": scan, "elsewhere": includingElsewhere,
        "former": former, "limit": limit, "near": Self.list(distances.keys.sorted()),
        "directories": Self.list(homes.map(\.directory)),
        "pools": Self.list(homes.compactMap(\.pool)),
      ])
    return try Array(changed.map { $0[0] as Int64 })
  }

  /// An event with its distance.
  func placed(_ event: Event) -> NearEvent? {
    guard image != nil else { return NearEvent(event, distance: 0, relation: .elsewhere) }
    switch event.subject {
    case .image(let path, let id):
      if let known = distances[id] {
        return NearEvent(event, distance: known.distance, relation: known.relation)
      }
      let isBeside = [path, event.previousFilename].contains {
        $0.map { path in homes.contains { $0.path == path.directory } } ?? false
      }
      if isBeside { return NearEvent(event, distance: beyond, relation: .directory) }
      let isInPool = event.pool.map(isOwn) ?? false
      return NearEvent(
        event, distance: beyond + (isInPool ? 1 : 2), relation: isInPool ? .pool : .elsewhere)
    case .domain(let name):
      return machineNames[name].map { NearEvent(event, distance: $0, relation: .machine) }
    case .pool(let name, _):
      let isOwn = isOwn(name)
      return NearEvent(
        event, distance: beyond + (isOwn ? 1 : 2), relation: isOwn ? .pool : .elsewhere)
    case .scan: return nil
    }
  }

  /// Whether a pool is one in which the image stands, or stood before.
  private func isOwn(_ pool: String) -> Bool { homes.contains { $0.poolName == pool } }
}

/// A directory in which an image stands, and its pool.
private struct Home {
  let directory: Int64
  let path: PathBytes
  let pool: Int64?
  let poolName: String?
}

extension ReadTransaction {
  fileprivate func homes(of image: Int64) throws -> [Home] {
    try Array(
      rows(
        """
        SELECT DISTINCT place.directory, directory.path, inside.pool, pool.name
        FROM place_at AS place JOIN directory ON directory.id = place.directory
        LEFT JOIN directory_state_at AS inside ON inside.directory = place.directory
        LEFT JOIN pool_at AS pool ON pool.id = inside.pool
        WHERE place.image = :image
        """, ["image": image]
      ).map {
        Home(directory: $0[0], path: PathBytes($0[1] as Data), pool: $0[2], poolName: $0[3])
      })
  }

  /// What an image or a machine refers to.
  fileprivate func targets(of holder: Int64) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT DISTINCT target_image FROM link_at
        WHERE holder = :holder AND target_image IS NOT NULL ORDER BY target_image
        """, ["holder": holder]
      ).map { $0[0] as Int64 })
  }

  /// What refers to an image; of very many the first.
  fileprivate func holders(of image: Int64) throws -> [Int64] {
    try Array(
      rows(
        """
        SELECT DISTINCT holder FROM link_at WHERE target_image = :image ORDER BY holder LIMIT 4096
        """, ["image": image]
      ).map { $0[0] as Int64 })
  }
}
