internal import Database
internal import Foundation
internal import Model

extension Fleet {
  /// What nothing refers to, on any host. An image of a shared storage is an orphan only where every viewer of it says so,
  /// over two rounds, and somebody said that the viewers are all; one of a host's own disk where the host says so.
  /// - Parameter all: also images of which it cannot be said, with the reason.
  public func orphans(_ moment: FleetMoment, all: Bool) throws -> FleetAnswer {
    let shared = try server.rows(
      StatementText.text(PackageResources.fleet_orphans_sql), moment.measures
    ).map { try SharedOrphan($0).object }
    let own = try server.rows(
      StatementText.text(PackageResources.fleet_own_orphans_sql),
      [moment.value, .number(moment.reference), .number(moment.maxAge)]
    ).map(Self.ownOrphan)
    return FleetAnswer(
      [
        "host", "filename", "image-id", "shared-id", "storage", "verdict", "since.scan",
        "since.time",
        "last-user", "reclaimable-size", "viewers", "evidence",
      ],
      shown: ["verdict", "host", "filename", "reclaimable-size", "evidence"],
      (shared + own).filter { all || $0["verdict"] == .text("orphan") })
  }

  private static func ownOrphan(_ row: ServerRow) -> FleetObject {
    let host = row["host"] ?? ""
    let isSilent = row.flag("is_silent")
    let unclear = row["unclear"]
    var orphan = FleetObject()
    orphan.set("host", host)
    orphan.set("filename", row.place)
    orphan.set("image-id", row.number("image"))
    orphan.set("verdict", isSilent || unclear != nil ? "unknown" : "orphan")
    orphan.set("since", scan: row.number("since_scan"), row.number("since"))
    orphan.set("last-user", row.path("last_user"))
    orphan.set("reclaimable-size", row.number("actual_size"))
    orphan.set(
      "evidence",
      .list([
        .text(
          isSilent
            ? "\(host) has not reported since \(Moment(milliseconds: row.number("finished") ?? 0).text)"
            : unclear.map {
              "other hosts name a file system '\($0)' as well; if it is one storage, 'backstory-fleet storage declare' says so"
            }
              ?? "\(host) says so of its own disk; 'backstory-fleet orphans --host \(host)' has its evidence"
        )
      ]))
    return orphan
  }
}

/// A file of a shared storage that no machine has, as far as anybody saw, and what every viewer says of it.
private struct SharedOrphan {
  /// What one host says.
  struct Viewer: Decodable {
    let host: String
    let scan: Int64?
    let finished: Int64?
    let state: String
    let since: Int64?
  }

  private let row: ServerRow
  private let viewers: [Viewer]

  init(_ row: ServerRow) throws {
    self.row = row
    viewers = try JSONDecoder().decode([Viewer].self, from: Data((row["viewers"] ?? "[]").utf8))
  }

  private var doubts: [String] {
    var doubts = viewers.compactMap(Self.doubt)
    if !row.flag("is_closed") {
      doubts.insert(
        "\(viewers.count) \(viewers.count == 1 ? "host sees" : "hosts see") '\(row["storage"] ?? "")', and nobody said that "
          + "\(viewers.count == 1 ? "this is" : "these are") all: 'backstory-fleet storage declare' does",
        at: 0)
    }
    if row.flag("has_twin") {
      doubts.append(
        "another storage has this file as well: 'backstory-fleet storage same' says whether it is one under two names"
      )
    }
    if doubts.isEmpty, !row.flag("is_unused") {
      doubts.append(
        "a second round of scans has to say so that begins after the first ended on every host, and not before --grace and "
          + "--grace-age of the hosts allow it")
    }
    return doubts
  }

  private static func doubt(_ viewer: Viewer) -> String? {
    let last = viewer.finished.map { Moment(milliseconds: $0).text } ?? ""
    return switch viewer.state {
    case "unused": nil
    case "never-reported": "\(viewer.host) never reported"
    case "silent": "\(viewer.host) has not reported since \(last)"
    case "clock": "the clock of \(viewer.host) is wrong, or its bundles come late"
    case "gap": "machines of \(viewer.host) use what lies where it does not look"
    case "not-seen": "\(viewer.host) sees the storage, and not this file"
    case "awaited": "something broken on \(viewer.host) may mean it"
    default: "\(viewer.host) did not see all its machines and pools"
    }
  }

  var object: FleetObject {
    let doubts = doubts
    var orphan = FleetObject()
    orphan.set("host", row["host"])
    orphan.set("filename", row.place)
    orphan.set("image-id", row.number("image"))
    orphan.set("shared-id", row.number("shared"))
    orphan.set("storage", row["storage"])
    orphan.set("verdict", doubts.isEmpty ? "orphan" : "unknown")
    orphan.set("since", scan: viewers.first { $0.since != nil }?.since, row.number("since"))
    orphan.set("reclaimable-size", row.number("actual_size"))
    orphan.set(
      "viewers",
      .list(
        viewers.map { viewer in
          var object = FleetObject()
          object.set("host", viewer.host)
          object.set("scan", viewer.scan)
          object.set("time", viewer.finished.map { Moment(milliseconds: $0).text })
          object.set("state", viewer.state)
          return .object(object)
        }))
    let proof =
      "no machine of \(viewers.count) viewers has it, over two rounds of scans that saw everything"
    orphan.set("evidence", .list((doubts.isEmpty ? [proof] : doubts).map { .text($0) }))
    return orphan
  }
}
