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
    title: "A raw image shows a header now",
    explanation: Explanation(
      meaning: """
        The image was raw, and its first bytes are a disk image's header now. A guest that \
        may write its own disk can write such a header, and name any file of the host as the \
        base. Whoever opens the image by what it shows falls for it.
        """,
      opens: """
        A scan sees another format at the same path, in the same file, which was not empty \
        and has not become shorter.
        """,
      closes: "The image is raw again, or is gone.",
      action: """
        Keep opening the image as raw, and write 'raw' into the domain, until somebody has \
        looked. If an administrator converted the image in place, give the domain the new \
        format.
        """,
      harmless: "When an administrator converted the image in place on purpose."),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["format"] = row["detected_format"]
      return details
    },
    sentence: {
      """
      '\($0.subject)' was raw and shows a \($0["format"] ?? "disk image") header now; a \
      guest may have written it, keep opening it as raw until somebody has looked.
      """
    })
}
