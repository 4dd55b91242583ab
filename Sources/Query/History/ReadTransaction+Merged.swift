internal import Database
internal import GRDB
internal import Model
internal import Rules

extension ReadTransaction {
  /// In which way an image was taken the place of, in a sentence, where the one that stands there now stood below it
  /// before: its overlay was committed into it, and it took the overlay's name (as Proxmox VE and Xen Orchestra delete
  /// snapshots). Asked as of the night before.
  /// - Returns: `nil` where that is not so.
  func merging(of old: Int64, into new: Int64) throws -> String? {
    let stoodBelow: Int64? = try value(
      """
      WITH RECURSIVE down (image) AS (
        SELECT :old
        UNION
        SELECT link.target_image FROM down JOIN link_at AS link ON link.holder = down.image
        WHERE link.is_backing AND link.target_image IS NOT NULL)
      SELECT 1 FROM down WHERE image = :new
      """, ["old": old, "new": new])
    guard stoodBelow != nil else { return nil }
    let place = try lastPlace(of: new).map { ", '\($0.displayText)' before," } ?? ""
    return """
      the base below it, #\(new)\(place) took its name, as when an overlay is committed into its base
      """
  }
}
