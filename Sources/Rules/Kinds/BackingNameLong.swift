internal import DiskImage
internal import Foundation
internal import GRDB
public import Model
internal import Sighting

extension FindingKind {
  /// The name of an image's base is nearly too long.
  public static let backingNameLong = FindingKind(rawValue: "backing-name-long")
}

extension Rule {
  /// Bytes; nothing is said of the name of a base that is shorter, whatever the overlay's format.
  private static let shortestLongName =
    ImageFormat.allCases.compactMap(\.traits.longBackingName).min() ?? .max

  static let backingNameLong = Rule(
    .backingNameLong, .info, [.isMended],
    query: PackageResources.backing_name_long_sql,
    firstLook: .bases { $0.stored.count >= shortestLongName },
    title: "The backing name is nearly too long",
    explanation: Explanation(
      meaning: """
        The name that the image stores for its base is within 128 bytes of the 1023 that QEMU \
        allows. One more directory, or one more layer in a 'json:' name, and the image cannot be \
        created.
        """,
      opens: "A scan reads a name of such a length.",
      closes: "The image stores a shorter name.",
      action: """
        Let 'backstory repair' print the command that names the base by a shorter path: it is \
        the same file, and only the name changes.
        """,
      harmless: "As long as the name does not get longer."),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["length"] = (row["stored"] as Data?).map { "\($0.count)" }
      details["holder"] = row["detected_format"]
      return details
    },
    sentence: {
      """
      The backing name of '\($0.subject)' is \($0["length"] ?? "nearly 1023") bytes long and \
      QEMU allows 1023; \($0.letRepairPrint("the rebase that shortens it")) before it gets too \
      long.
      """
    })
}
