internal import Database
internal import DiskImage
internal import Foundation
internal import GRDB
internal import Model
internal import Rules

/// A reference that may mean an image: it does not lead where it led.
struct Claimant {
  /// Whose it is: an image, or a domain (negative).
  let holder: Int64
  /// The place among the holder's references.
  let ordinal: Int64
  /// Since which scan.
  let since: Int64
  /// Whether the holder itself stands nowhere; then it is wanted, too.
  let isLost: Bool
  /// The most telling reason, in words.
  let why: String
  /// Whether nothing but a sample of its content speaks for the image.
  let isByContent: Bool

  fileprivate init(_ row: Row) throws {
    holder = row["holder"]
    ordinal = row["ordinal"]
    since = row["since"]
    isLost = row["is_lost"]
    let reasons = try JSONDecoder().decode(
      [String].self, from: Data((row["reasons"] as String).utf8))
    // Only a machine is known to have used an image; an overlay may do so by another of its names.
    let words = holder > 0 ? Self.wordsOfImages : Self.words
    let word = words.first { reasons.contains($0.reason) }
    isByContent = word == nil
    why =
      word?.text
      ?? (ordinal >= 0
        ? "this image may have the content that its base had before it changed: samples of both are equal"
        : "it is gone, and a sample of its content equals that of this image")
  }

  /// The reason why a claim on this lost image is a claim on the other image too.
  func doubt(lost name: String) -> String {
    isByContent
      ? "it may need \(name), which is gone, and a sample of whose content equals that of this image"
      : "it may need \(name), which is gone and had this image as its base"
  }

  private static let wordsOfImages =
    words.filter { $0.reason != "led-to" }
    + [("led-to", "it has another name, beside which its reference leads to this image")]

  /// The most telling first.
  private static let words: [(reason: String, text: String)] = [
    ("made-on", "this image was its base before, and its reference now leads elsewhere"),
    ("led-to", "it used this image before, and its reference is now broken"),
    ("stood-there", "this image was at the path of its reference, and nothing is there now"),
    ("below-lost", "it is gone, and this image was its base"),
    ("identity", "its reference records the identity of this image"),
    ("tail", "its reference is broken, and ends with the directory and name of this image"),
    ("name", "its reference is broken, and ends with the name of this image"),
  ]
}

extension ReadTransaction {
  /// Whether it is known who may need an image now. Scans of earlier versions did not ask; what they said
  /// stays as it was, but for the last, after which somebody may act.
  func areClaimsJudged() throws -> Bool {
    try value(
      """
      SELECT claims_rule > 0 OR EXISTS (SELECT 1 FROM scan AS later WHERE later.id > scan.id)
      FROM scan WHERE id = (SELECT scan FROM asof)
      """) ?? false
  }

  /// Whose references may mean an image, and do not lead to it; of more wants than `most` the first, where that is
  /// given: one name may be looked for by every overlay, and be borne by as many images.
  func claimants(of image: Int64, most: Int64? = nil) throws -> [Claimant] {
    try Array(
      rows(
        StatementText.text(PackageResources.ask_claimants_sql),
        ["image": image, "most": most ?? -1]
      )
      .map { try Claimant($0) })
  }

}

/// The possible claims on images, told by who stands: for `orphans`.
struct ClaimSearch {
  /// Claims on one image that are told; there may be more.
  static let limit = 3
  /// Images on the way up that are looked at for one image.
  private static let mostSteps = 64
  /// What is looked at of the wants that one image may answer.
  private static let mostWants: Int64 = 256

  private let transaction: ReadTransaction

  init(_ transaction: ReadTransaction) { self.transaction = transaction }

  /// The claims on an image, or on what stands on it; the first few.
  func claims(on image: Int64) throws -> [Claim] {
    var claims: [Claim] = []
    var seen: Set<Int64> = [image]
    var waiting: [(image: Int64, doubt: String?)] = [(image, nil)]
    var next = 0
    while next < waiting.count, next < Self.mostSteps, claims.count < Self.limit {
      let (image, doubt) = waiting[next]
      next += 1
      for claimant in try transaction.claimants(of: image, most: Self.mostWants) {
        if claimant.isLost {
          guard seen.insert(claimant.holder).inserted else { continue }
          waiting.append((claimant.holder, try doubt ?? lostAbove(claimant)))
        } else if let claim = try claim(of: claimant, doubt) {
          claims.append(claim)
        }
      }
      for holder in try holders(of: image) where seen.insert(holder).inserted {
        waiting.append((holder, try doubt ?? standingOn(holder)))
      }
    }
    return Array(claims.prefix(Self.limit))
  }

  private func lostAbove(_ claimant: Claimant) throws -> String {
    claimant.doubt(lost: try name(claimant.holder))
  }

  private func standingOn(_ holder: Int64) throws -> String {
    "it may mean \(try name(holder)), which depends on this image"
  }

  private func name(_ image: Int64) throws -> String {
    try transaction.lastPlace(of: image).map { "'\($0.displayText)'" } ?? "image #\(image)"
  }

  /// Images that refer to an image.
  private func holders(of image: Int64) throws -> [Int64] {
    try Array(
      transaction.rows(
        "SELECT DISTINCT holder FROM link_at WHERE target_image = :image AND holder > 0 ORDER BY holder",
        ["image": image]
      ).map { $0[0] as Int64 })
  }

  private func claim(of claimant: Claimant, _ doubt: String?) throws -> Claim? {
    let role: String? = try transaction.value(
      "SELECT role FROM reference_at WHERE holder = :holder AND ordinal = :ordinal",
      ["holder": claimant.holder, "ordinal": claimant.ordinal])
    let user: Claim.User
    if claimant.holder < 0 {
      guard
        let name: String = try transaction.value(
          "SELECT name FROM domain WHERE id = :domain", ["domain": claimant.holder])
      else { return nil }
      user = .domain(name)
    } else {
      guard let path = try transaction.primaryPlace(of: claimant.holder) else { return nil }
      user = .image(path, id: claimant.holder)
    }
    return Claim(
      user: user, role: role.flatMap(ReferenceRole.init) ?? .backing, why: doubt ?? claimant.why,
      since: transaction.point(claimant.since))
  }
}
