internal import Database
internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// Two images bear one UUID by which others name their parent.
  public static let identityDuplicate = FindingKind(rawValue: "identity-duplicate")
}

extension Rule {
  static let identityDuplicate = Rule(
    .identityDuplicate, .info, of: .everything,
    query: PackageResources.identity_duplicate_sql, firstLook: .none,
    title: "Two images have the UUID of a parent",
    explanation: Explanation(
      meaning: """
        VirtualBox's images name their parent by UUID, and another image has the same one: a \
        copy that includes the UUID. Children stay linked to their original parent.
        """,
      opens: "A scan sees a second image with the UUID by which a child names its parent.",
      closes: "The copy has its own UUID or is gone, or no child names the UUID any more.",
      action: """
        If VirtualBox uses both, give the copy its own UUID with 'VBoxManage internalcommands \
        sethduuid'.
        """,
      harmless: "When the copy is a backup that VirtualBox does not use."),
    details: { row, then, _ in
      guard let json = row["detail"] as String? else { return [:] }
      let detail = try JSONDecoder().decode(IdentityDetail.self, from: Data(json.utf8))
      var details = ["uuid": detail.uuid]
      details["twin"] = try detail.twin.flatMap(then.primaryPlace)?.displayText
      return details
    },
    sentence: {
      """
      '\($0.subject)' has the same UUID as \($0["twin"].map { "'\($0)'" } ?? "another image"), \
      by which a child names its parent; if it is the copy and VirtualBox uses both, give it its \
      own UUID with 'VBoxManage internalcommands sethduuid'.
      """
    })
}

/// What a finding about a shared UUID keeps: the UUID, and who else bears it.
private struct IdentityDetail: Decodable {
  let uuid: String
  let twin: Int64?
}
