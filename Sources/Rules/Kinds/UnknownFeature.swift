internal import DiskImage
internal import GRDB
public import Model

extension FindingKind {
  /// An image uses features that are not known here.
  public static let unknownFeature = FindingKind(rawValue: "unknown-feature")
}

extension Rule {
  static let unknownFeature = Rule(
    .unknownFeature, .info,
    query: PackageResources.unknown_feature_sql,
    firstLook: .headers { !$0.unknownFeatures.isEmpty },
    title: "Unknown features",
    explanation: Explanation(
      meaning: """
        The image's header has the bit of an incompatible feature that is newer than this \
        program. QEMU refuses such an image unless it knows the feature.
        """,
      opens: "A scan sees the bit.",
      closes: "The bit is cleared, or a newer version of this program knows it.",
      action: """
        Look at the image with a qemu-img at least as new as the one that made it.
        """,
      harmless: "When the QEMU that uses the image knows the feature."),
    details: { row, _, _ in
      var details: [String: String] = [:]
      details["feature"] = row["unknown_feature"]
      return details
    },
    sentence: {
      """
      '\($0.subject)' uses unknown features (\($0["feature"] ?? "?")); information about it may \
      be incomplete: look at it with a newer qemu-img.
      """
    })
}
