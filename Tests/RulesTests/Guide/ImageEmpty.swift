public import Model
internal import Sighting

@testable import Rules

extension FindingKind {
  /// An image of no bytes.
  public static let imageEmpty = FindingKind(rawValue: "image-empty")
}

extension Rule {
  static let imageEmpty = Rule(
    .imageEmpty, .warning,
    query: PackageResources.image_empty_sql, firstLook: .files { $0.fileSize == 0 },
    title: "An empty image",
    explanation: Explanation(
      meaning: "The file has the name of a disk and is empty.",
      opens: "A scan sees a length of 0.",
      closes: "The file has a length, or is gone.",
      action: "Restore the image from a copy.",
      harmless: "When something is about to be copied there."),
    sentence: { "'\($0.subject)' holds nothing; restore it from a copy." })
}
