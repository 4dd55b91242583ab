internal import Foundation

extension Fleet {
  /// Takes a bundle: all of it, once, in one transaction, or nothing of it.
  /// - Parameter name: the host from which it comes, where whoever carries it knows.
  public func take(_ file: BundleFile, from name: String?) throws -> ImportAnswer {
    let start = Date()
    try refuseSuperuser(doing: "an import")
    let tables = try HostTable.all(server)
    let bundle = try ReceivedBundle(file, tables)
    var answer = try server.transaction {
      // Two that bring one database wait for each other here.
      try server.run(
        "SELECT pg_advisory_xact_lock(('x' || left($1, 16))::bit(64)::bigint)",
        [.text(Hexadecimal.text(bundle.identity))])
      return try Merge(server, tables, bundle, try Sender(server, bundle, name)).run()
    }
    answer.seconds = (Date().timeIntervalSince(start) * 1000).rounded() / 1000
    return answer
  }
}
