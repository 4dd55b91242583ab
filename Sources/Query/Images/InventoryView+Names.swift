public import Database
internal import Foundation
internal import GRDB
public import Model

extension InventoryView {
  /// Whether the scan knows an image by a path or a number.
  public func knows(_ selector: ImageSelector) throws(StoreFault) -> Bool {
    try reading { try $0.standing(selector) != nil }
  }

  /// The paths of the images with a file name, in byte order; so many at most.
  public func paths(named name: [UInt8], atMost limit: Int) throws(StoreFault) -> [PathBytes] {
    try reading { transaction in
      try Array(
        transaction.rows(
          """
          SELECT directory.path FROM directory_state_at AS state
          CROSS JOIN place_at AS place ON place.directory = state.directory AND place.name = :name
          CROSS JOIN image_state_at AS image ON image.image = place.image AND image.kind = 'image'
          CROSS JOIN directory ON directory.id = place.directory
          ORDER BY directory.path LIMIT :limit
          """, ["name": Data(name), "limit": limit]
        ).map { PathBytes($0[0] as Data).appending(name) })
    }
  }

  /// The places of the images that are a file, or were when they were last seen, by its number and the identity of its
  /// file system; the latest image first, in byte order.
  public func paths(ofFile inode: UInt64, on filesystem: String) throws(StoreFault) -> [PathBytes] {
    try reading { transaction in
      try Array(
        transaction.rows(
          """
          SELECT directory.path, place.name FROM filesystem
          CROSS JOIN image ON image.inode = :inode AND image.filesystem = filesystem.id
          CROSS JOIN place_at AS place ON place.image = image.id
          CROSS JOIN directory ON directory.id = place.directory
          WHERE filesystem.host IN (SELECT id FROM host) AND filesystem.identity = :identity
          ORDER BY image.id DESC, directory.path, place.name
          """, ["inode": Int64(bitPattern: inode), "identity": filesystem]
        ).map { PathBytes(directory: $0[0], name: $0[1]) })
    }
  }

  /// The file name of an image that is most like another: one that one or two letters make of it.
  public func name(like wanted: [UInt8]) throws(StoreFault) -> PathBytes? {
    try reading { transaction in
      var best: (name: PathBytes, distance: Int)?
      let names = try transaction.rows(
        """
        SELECT DISTINCT place.name FROM place_at AS place
        WHERE length(place.name) BETWEEN :shortest AND :longest ORDER BY place.name
        """,
        [
          "shortest": wanted.count - EditDistance.limit,
          "longest": wanted.count + EditDistance.limit,
        ])
      while let row = try names.next() {
        let name = Array(row[0] as Data)
        guard let distance = EditDistance.between(name, wanted), distance < best?.distance ?? .max
        else { continue }
        best = (PathBytes(name), distance)
      }
      return best?.name
    }
  }
}
