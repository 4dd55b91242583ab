internal import DiskImage
internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// The name of an image's base means nothing.
  public static let backingInvalid = FindingKind(rawValue: "backing-invalid")
}

extension Rule {
  static let backingInvalid = Rule(
    .backingInvalid, .warning, [.isMended],
    query: PackageResources.backing_invalid_sql, firstLook: .strayLinks,
    title: "The name of the base means nothing",
    explanation: Explanation(
      meaning: """
        The text that an image stores as the name of its base is neither a path nor anything \
        else that libvirt or QEMU could follow.
        """,
      opens: "A scan reads such a name in the image's header.",
      closes: "The image stores another name, or none.",
      action: """
        Name the base by its path; 'backstory repair' prints the command where it knows what \
        may be it. A file with a colon in its name is written './NAME', and a path of Windows \
        leads nowhere here.
        """,
      harmless: "When the image is only kept, and no machine is to start from it."),
    details: { row, _, _ in
      let stored = Array(row["stored"] as Data? ?? Data())
      let holder: String = row["detected_format"] ?? ""
      let target = ReferenceTarget(
        parsing: stored, as: .backing, heldBy: ImageFormat(rawValue: holder) ?? .raw,
        in: [UInt8(ascii: "/")])
      var details = ["why": target.invalid ?? "?", "holder": holder]
      details["stored"] = PathBytes(ReferenceTarget.redacting(stored)).displayText
      if ReferenceTarget.isAbsoluteOnWindows(stored) { details["windows"] = "yes" }
      return details
    },
    sentence: { terms in
      let named = "What '\(terms.subject)' names as its base, '\(terms["stored"] ?? "?")',"
      let why = terms["why"] ?? "?"
      if !terms.isRebased {
        return """
          \(named) leads nowhere on this host: \(why); put the base beside it and let the program \
          that made them join them again, or \(terms.letRepairPrint("what may be it")).
          """
      }
      if terms["windows"] != nil {
        return """
          \(named) leads nowhere on this host: \(why); \
          \(terms.letRepairPrint("what names it by where it is here")).
          """
      }
      return """
        \(named) means nothing to libvirt: \(why); name the base by its path, a file with a colon \
        in its name as './NAME', or \(terms.letRepairPrint("what may be it")).
        """
    })
}
