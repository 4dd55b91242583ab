internal import Database
internal import Foundation
internal import GRDB

/// Finds the domains that libvirt refuses to start for what an image below one of their disks says of its
/// base. The links that it may refuse are few; they are looked at one by one, by the rule by which
/// `show` tells them.
struct RefusedLinks {
  private let transaction: ReadTransaction

  /// Links as they are now, in the transaction of a scan.
  init(_ database: Database, scan: Int64) {
    transaction = ReadTransaction(database, at: scan, times: ScanTimes([]))
  }

  /// Makes `temp.refused`, the images whose bases libvirt refuses.
  func collect() throws {
    let database = transaction.database
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.refused;
        CREATE TEMP TABLE refused (image INTEGER PRIMARY KEY);
        """)
    for image in try images() {
      try database.cachedStatement(sql: "INSERT OR IGNORE INTO temp.refused VALUES (?)")
        .execute(arguments: [image])
    }
  }

  /// The images whose bases libvirt refuses, by number.
  private func images() throws -> [Int64] {
    // All at once: the views of the first question are made here, which no open statement outlives.
    let rows = try Row.fetchAll(
      transaction.database, sql: StatementText.text(PackageResources.collect_refused_links_sql))
    var images: [Int64] = []
    for row in rows {
      if try LibvirtAcceptance(row, in: transaction).refusal != nil { images.append(row["holder"]) }
    }
    return images
  }
}
