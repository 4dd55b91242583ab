internal import Database
internal import Model

extension Fleet {
  /// The images of all hosts.
  public func images(_ moment: FleetMoment, format: String?) throws -> FleetAnswer {
    let rows = try server.rows(
      StatementText.text(PackageResources.fleet_list_sql), [moment.value, .text(format)])
    return FleetAnswer(
      [
        "host", "filename", "image-id", "shared-id", "pool", "format", "virtual-size",
        "actual-size",
        "file-size", "cluster-size", "encrypted", "in-use", "content",
      ],
      shown: ["host", "format", "virtual-size", "actual-size", "filename"],
      rows.map { row in
        var image = FleetObject()
        image.set("host", row["host"])
        image.set("filename", row.place)
        image.set("image-id", row.number("image"))
        image.set("shared-id", row.number("shared"))
        image.set("pool", row["pool"])
        image.set("format", row["format"])
        image.set("virtual-size", row.number("virtual_size"))
        image.set("actual-size", row.number("actual_size"))
        image.set("file-size", row.number("file_size"))
        image.set("cluster-size", row.number("cluster_size"))
        image.set("encrypted", flag: row.flag("is_encrypted"))
        image.set("in-use", flag: row.flag("is_in_use"))
        image.set("content", row["content"])
        return image
      })
  }

  /// Everything that breaks on any host if an image goes: a shared one by `shared#` and its number, or a path on whichever
  /// hosts have an image there.
  public func dependents(_ moment: FleetMoment, of name: String) throws -> FleetAnswer {
    let found = try starts(moment, name).flatMap { values in
      try server.rows(
        StatementText.text(PackageResources.fleet_dependents_sql), [moment.value] + values)
    }
    var known: Set<FleetObject> = []
    let objects = found.map { row in
      var dependent = FleetObject()
      dependent.set("host", row["host"])
      dependent.set("filename", row.place)
      let holder = row.number("holder") ?? 0
      dependent.set("image-id", holder > 0 ? holder : nil)
      dependent.set("shared-id", row.number("shared"))
      dependent.set("domain", row["domain"])
      if holder < 0 { dependent.set("target", row["target"]) }
      dependent.set("depth", row.number("depth"))
      dependent.set("via", row["role"])
      return dependent
    }.filter { known.insert($0).inserted }
    return FleetAnswer(
      ["host", "filename", "image-id", "shared-id", "domain", "target", "depth", "via"], objects)
  }

  /// What the recursion begins with: a shared image, or a source and an image there.
  func starts(_ moment: FleetMoment, _ name: String) throws -> [[ServerValue]] {
    if name.hasPrefix("shared#"), let number = Int64(name.dropFirst(7)) {
      let row = try server.row("SELECT id FROM shared_image WHERE id = $1", [.number(number)])
      guard row != nil else { throw FleetFault.unknownImage(name) }
      return [[.number(number), .none, .none]]
    }
    let path = PathBytes(name).normal
    let rows = try server.rows(
      StatementText.text(PackageResources.fleet_image_sql),
      [moment.value, .bytes(path.directory.bytes), .bytes(Array(path.name))])
    guard !rows.isEmpty else { throw FleetFault.unknownImage(name) }
    let shared = Set(rows.compactMap { $0.number("shared") }).sorted()
    let own = rows.filter { $0["shared"] == nil }
    return shared.map { [.number($0), .none, .none] }
      + own.map { [.none, .number($0.number("source")), .number($0.number("image"))] }
  }
}
