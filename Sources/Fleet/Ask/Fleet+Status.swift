internal import Model

extension Fleet {
  /// How the fleet stands, in one object.
  public func status(_ moment: FleetMoment) throws -> FleetAnswer {
    let hosts = try hosts(moment).objects
    let found = try findings(moment).answer.objects
    let open = found.filter { $0["acknowledged"] == nil }
    var status = FleetObject()
    status.set("hosts", Int64(hosts.count))
    status.set(
      "silent", .list(hosts.filter { $0["state"] == .text("silent") }.compactMap { $0["host"] }))
    let images: Int64 = hosts.reduce(0) { sum, host in
      guard case .number(let images)? = host["images"] else { return sum }
      return sum.addingReportingOverflow(images).partialValue
    }
    status.set("images", images)
    var counts = FleetObject()
    for severity in Severity.allCases {
      counts.set(
        severity.rawValue, Int64(open.count { $0["severity"] == .text(severity.rawValue) }))
    }
    status.set("counts", .object(counts))
    status.set("acknowledged", Int64(found.count - open.count))
    status.set("kinds", .list(Self.kinds(open)))
    let storages = try storages().objects.filter { $0["shared"] == .flag(true) }
    status.set("storages", Int64(storages.count))
    status.set("closed-storages", Int64(storages.count { $0["closed"] == .flag(true) }))
    return FleetAnswer(
      [
        "hosts", "silent", "images", "counts.error", "counts.warning", "counts.info",
        "acknowledged",
        "storages", "closed-storages",
      ], document: status, [status])
  }

  /// How many findings there are of each kind, and on how many hosts, the worst first.
  private static func kinds(_ open: [FleetObject]) -> [FleetValue] {
    var order: [FleetValue] = []
    var groups: [FleetValue: [FleetObject]] = [:]
    for finding in open {
      guard let kind = finding["kind"] else { continue }
      if groups[kind] == nil { order.append(kind) }
      groups[kind, default: []].append(finding)
    }
    return order.map { kind in
      let group = groups[kind] ?? []
      var object = FleetObject()
      object.set("kind", kind)
      object.set("severity", group.first?["severity"])
      object.set("hosts", Int64(Set(group.compactMap { $0["host"] }).count))
      object.set("findings", Int64(group.count))
      return .object(object)
    }
  }
}
