internal import GRDB
public import Model

extension FindingKind {
  /// An image has lost its header.
  public static let headerVanished = FindingKind(rawValue: "header-vanished")
}

extension Rule {
  static let headerVanished = Rule(
    .headerVanished, .error, of: .everything, [.doubtsFormat, .changesImage, .canBeSettled],
    query: PackageResources.header_vanished_sql, firstLook: .none,
    title: "An image has lost its header",
    explanation: Explanation(
      meaning: """
        The image had a header, and its first bytes are now unknown. Something overwrote its \
        beginning: a tool that took it for a raw disk, or a file system that lost blocks.
        """,
      opens: "A scan sees no header at the same path, in the same file.",
      closes: "The image has a header again, or is gone.",
      action: """
        Stop its machine, look at the first blocks, and restore the header from a backup before \
        anything else writes to it.
        """,
      harmless: "When an administrator converted the image to raw in place."),
    details: { row, _, known in
      var details: [String: String] = [:]
      details["was"] = try (row["detail"] as String?).map { try known.headers.value($0).was }
      return details
    },
    sentence: {
      """
      '\($0.subject)' was \($0["was"] ?? "a disk image") and its header is gone; stop its \
      machine and look at its first blocks before anything else writes to it.
      """
    })
}
