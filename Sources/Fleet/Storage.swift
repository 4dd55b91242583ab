internal import Database
internal import Model

/// Which file systems are one for all hosts by their names.
enum Storage {
  /// Types whose source names the server, so that an identity means the same everywhere. Others, as `virtiofs:images` and
  /// `ocfs2:/dev/sdb`, have names of each host's own.
  static let ofServer =
    "^(nfs|cifs|smbfs|ceph|fuse.ceph|fuse.glusterfs|fuse.moosefs|fuse.mfs|fuse.sshfs|lustre|beegfs|afs):"
  /// A server that is another one for every host.
  static let ofThisHost = "^[a-z0-9.]+:(//|[^@:/]*@)?(localhost|127\\.|\\[::1\\])"
}

extension Fleet {
  /// All storages that hosts share, or may.
  public func storages() throws -> FleetAnswer {
    let rows = try server.rows(
      """
      SELECT storage.identity, storage.is_shared, storage.is_closed, other.identity AS same_as,
        (SELECT count(*) FROM shared_image WHERE shared_image.storage = storage.id) AS files,
        (SELECT string_agg(DISTINCT host, E'\\x01' ORDER BY host) FROM storage_host
         WHERE storage_host.storage = coalesce(storage.same_as, storage.id)) AS hosts
      FROM storage LEFT JOIN storage AS other ON other.id = storage.same_as ORDER BY storage.identity
      """)
    return FleetAnswer(
      ["identity", "shared", "closed", "same-as", "viewers", "files"],
      rows.map { row in
        var storage = FleetObject()
        storage.set("identity", row["identity"])
        storage.set("shared", .flag(row.flag("is_shared")))
        storage.set("closed", .flag(row.flag("is_closed")))
        storage.set("same-as", row["same_as"])
        let hosts = (row["hosts"] ?? "").split(separator: "\u{1}").map {
          FleetValue.text(String($0))
        }
        storage.set("viewers", .list(hosts))
        storage.set("files", row.number("files"))
        return storage
      })
  }

  /// Says which hosts see a storage, and whether these are all. Whoever was said to before and is not named is no
  /// declared viewer any more.
  /// - Returns: sentences about names that no host has reported.
  public func declare(storage identity: String, viewers: [String], isClosed: Bool) throws
    -> [String]
  {
    try server.transaction {
      let doubts = try doubts(storage: identity, viewers)
      try server.run(
        """
        INSERT INTO storage (identity, is_shared, is_closed) VALUES ($1, true, $2)
        ON CONFLICT (identity) DO UPDATE SET is_shared = true, is_closed = excluded.is_closed
        """, [.text(identity), .text(isClosed ? "true" : "false")])
      guard
        let id = try server.row("SELECT id FROM storage WHERE identity = $1", [.text(identity)])?
          .number("id")
      else { throw FleetFault.unknownStorage(identity, nearest: nil) }
      try server.run("DELETE FROM storage_viewer WHERE storage = $1", [.number(id)])
      for viewer in Set(viewers).sorted() {
        try server.run(
          "INSERT INTO storage_viewer (storage, host) VALUES ($1, $2)",
          [.number(id), .text(viewer)])
      }
      try view(storage: id)
      return doubts
    }
  }

  /// What may be mistyped.
  private func doubts(storage identity: String, _ viewers: [String]) throws -> [String] {
    func sentence(_ name: String, among names: [String], _ what: String) -> String {
      let nearest = EditDistance.nearest(to: name, among: names).map { "; did you mean '\($0)'?" }
      return what + (nearest ?? "")
    }
    let storages = try server.rows("SELECT DISTINCT identity FROM filesystem ORDER BY identity")
      .compactMap { $0["identity"] }
    let hosts = try server.rows(
      "SELECT name, machine_id FROM source WHERE retired IS NULL ORDER BY name")
    let names = hosts.compactMap { $0["name"] }
    let known = Set(names + hosts.compactMap { $0["machine_id"] })
    return
      (storages.contains(identity)
      ? [] : [sentence(identity, among: storages, "no host has reported '\(identity)'")])
      + viewers.filter { !known.contains($0) }.map {
        sentence($0, among: names, "'\($0)' has not reported")
      }
  }

  /// Says that two identities are two spellings of one storage; the first goes on as the second.
  public func same(_ one: String, as other: String) throws {
    try server.transaction {
      guard one != other else { throw FleetFault.refused("'\(one)' is the same as itself") }
      let ids = try [one, other].map { name in
        guard
          let row = try server.row(
            "SELECT coalesce(same_as, id) AS id FROM storage WHERE identity = $1", [.text(name)]),
          let id = row.number("id")
        else {
          let names = try server.rows("SELECT identity FROM storage ORDER BY identity")
            .compactMap { $0["identity"] }
          throw FleetFault.unknownStorage(
            name, nearest: EditDistance.nearest(to: name, among: names))
        }
        return id
      }
      let (first, second) = (ids[0], ids[1])
      if first == second { return }
      try server.run(
        "UPDATE storage SET same_as = $2, is_shared = true WHERE id = $1 OR same_as = $1",
        [.number(first), .number(second)])
      try server.run("UPDATE storage SET is_shared = true WHERE id = $1", [.number(second)])
      // Who sees one of them sees both; what was said of all viewers of one does not hold for both.
      try server.run(
        """
        INSERT INTO storage_viewer SELECT $2, host FROM storage_viewer WHERE storage = $1 ON CONFLICT DO NOTHING
        """, [.number(first), .number(second)])
      try server.run(
        "UPDATE storage SET is_closed = false WHERE id IN ($1, $2)",
        [.number(first), .number(second)])
      try view(storage: first)
      try view(storage: second)
    }
  }

  /// Takes up anew which images of all hosts are which files of a storage.
  private func view(storage: Int64) throws {
    let sources = try server.rows(
      """
      SELECT DISTINCT filesystem.source FROM filesystem JOIN storage ON storage.identity = filesystem.identity
      WHERE storage.id = $1 OR storage.same_as = $1 ORDER BY 1
      """, [.number(storage)])
    for source in sources {
      guard let source = source.number("source") else { continue }
      try server.view(imagesOf: source, after: 0)
    }
  }
}

extension Server {
  /// Takes up which shared files the images of a source are that began, or were changed in place, after a scan.
  func view(imagesOf source: Int64, after scan: Int64) throws {
    for statement in [
      PackageResources.fleet_shared_files_sql, PackageResources.fleet_viewings_sql,
    ] {
      try run(StatementText.text(statement), [.number(source), .number(scan)])
    }
  }
}
