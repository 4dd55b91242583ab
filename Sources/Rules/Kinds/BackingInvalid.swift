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
    title: "The name of the base is invalid",
    explanation: Explanation(
      meaning: """
        The stored name of the base is neither a path nor anything else that libvirt or QEMU can \
        open.
        """,
      opens: "A scan reads such a name in the image's header.",
      closes: "The image stores another name, or none.",
      action: """
        Name the base by its path; 'backstory repair' prints the command if it knows a \
        candidate. A file with a colon in its name is written './NAME'. A Windows path cannot be \
        used on this host.
        """,
      harmless: "When the image is only archived and no machine starts from it."),
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
      let named = "The base name '\(terms["stored"] ?? "?")' of '\(terms.subject)'"
      let why = terms["why"] ?? "?"
      if !terms.isRebased {
        return """
          \(named) cannot be used on this host: \(why); put the base beside the image and relink \
          it with the program that made it, or \(terms.letRepairPrint("the candidates")).
          """
      }
      if terms["windows"] != nil {
        return """
          \(named) cannot be used on this host: \(why); \
          \(terms.letRepairPrint("the command that sets its path on this host")).
          """
      }
      return """
        \(named) is invalid for libvirt: \(why); name the base by its path (a file with a colon \
        in its name as './NAME'), or \(terms.letRepairPrint("the candidates")).
        """
    })
}
