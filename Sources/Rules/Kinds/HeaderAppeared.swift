internal import GRDB
public import Model

extension FindingKind {
  /// A raw image shows the header of a format now.
  public static let headerAppeared = FindingKind(rawValue: "header-appeared")
}

extension Rule {
  static let headerAppeared = Rule(
    .headerAppeared, .error, of: .everything, [.doubtsFormat, .changesImage, .canBeSettled],
    query: PackageResources.header_appeared_sql, firstLook: .none,
    title: "A raw image now has a header",
    explanation: Explanation(
      meaning: """
        The image was raw, and its first bytes are now the header of a disk image. A guest can \
        write such a header to its own disk and name any file of the host as the base. A program \
        that opens the image by its header is deceived.
        """,
      opens: """
        A scan sees another format at the same path, in the same file, which was not empty and \
        did not get shorter.
        """,
      closes: "The image is raw again, or is gone.",
      action: """
        Keep opening the image as raw, with 'raw' in the domain, until somebody has checked it. \
        If an administrator converted the image in place, record the new format in the domain.
        """,
      harmless: "When an administrator converted the image in place on purpose."),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["format"] = row["detected_format"]
      return details
    },
    sentence: {
      """
      '\($0.subject)' was raw and now has a \($0["format"] ?? "disk image") header; a guest may \
      have written it: keep opening it as raw until somebody has checked it.
      """
    })
}
