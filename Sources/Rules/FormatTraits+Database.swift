internal import DiskImage
internal import GRDB

extension FormatTraits {
  /// Makes `temp.format_trait`, which the queries ask that judge, from the table in code.
  static func write(to database: Database) throws {
    try database.execute(
      sql: """
        CREATE TEMP TABLE IF NOT EXISTS format_trait (
          format TEXT PRIMARY KEY, names_base_to_libvirt INTEGER, records_backing_format INTEGER,
          is_base_probed INTEGER, long_backing_name INTEGER) WITHOUT ROWID
        """)
    for format in ImageFormat.allCases {
      let traits = format.traits
      try database.execute(
        sql: "INSERT OR REPLACE INTO temp.format_trait VALUES (?, ?, ?, ?, ?)",
        arguments: [
          format.rawValue, traits.isBaseReadByLibvirt, traits.recordsBackingFormat,
          traits.isBaseProbed, traits.longBackingName,
        ])
    }
  }
}
