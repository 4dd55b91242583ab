package import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Sighting

/// What libvirt's metadata of snapshots and checkpoints say, for the sentences of findings about them.
extension ReadTransaction {
  /// The overlay that libvirt makes for a transient disk: the disk's path with an ending.
  func transientOverlay(ofDomain name: String?, _ finding: Row) throws -> String? {
    guard let name, let directory = finding["target_directory"] as Data?,
      let disk = finding["target_name"] as Data?
    else { return nil }
    let path = PathBytes(directory: directory, name: disk)
    return PathBytes(path.bytes + Array(".TRANSIENT-\(name)".utf8)).displayText
  }

  /// What metadata expect inside the images of a finding's disk, and is in none of them.
  func missingInside(
    _ finding: Row, _ kind: DomainUse.Expectation.Kind
  ) throws -> [String: String] {
    guard let use = try use(of: finding), let top = finding["target_image"] as Int64? else {
      return [:]
    }
    var held: Set<String> = []
    for image in try chain(of: top) { held.formUnion(try namesInside(image, kind)) }
    let missing = (use.expects ?? []).filter { $0.kind == kind && !held.contains($0.name) }
    guard let first = missing.first else { return [:] }
    let quoted = { (names: [String]) in
      Set(names).sorted().map { "'\($0)'" }.joined(separator: ", ")
    }
    let what = kind == .bitmap ? "Checkpoint" : "Snapshot"
    return [
      "owners": "\(what) \(quoted(missing.map(\.owner)))",
      "names": "the bitmap \(quoted(missing.map(\.name)))",
      "owner": PathBytes(first.owner).wordOfCommand ?? what.uppercased(),
    ]
  }

  /// The snapshots whose metadata name what a finding's reference leads to, in order.
  func snapshots(naming finding: Row) throws -> [String] {
    (try use(of: finding)?.sources ?? []).compactMap(Self.snapshot).sorted()
  }

  /// The socket over which a finding's disk is reached, and that is not there.
  func missingSocket(_ finding: Row) throws -> String? { try use(of: finding)?.missingSocket }

  private func use(of finding: Row) throws -> DomainUse? {
    let detail: String? = try value(
      "SELECT detail FROM reference_at WHERE holder = :holder AND ordinal = :ordinal",
      ["holder": finding["holder"] as Int64, "ordinal": finding["ordinal"] as Int64?])
    return try detail.map(DomainUse.init(json:))
  }

  private func namesInside(
    _ image: Int64, _ kind: DomainUse.Expectation.Kind
  ) throws -> [String] {
    try Array(
      rows(
        """
        SELECT json_extract(held.value, '$.name') FROM image_state_at AS state
        JOIN image_detail ON image_detail.id = state.detail
        JOIN json_each(image_detail.json, :path) AS held
        WHERE state.image = :image
        """,
        [
          "image": image,
          "path": kind == .bitmap ? #"$."format-specific".data.bitmaps"# : "$.snapshots",
        ]
      ).map { ($0[0] as String?) ?? "" })
  }

  /// The snapshot whose metadata a file is: libvirt keeps them in `snapshot/DOMAIN/NAME.xml`.
  package static func snapshot(_ source: String) -> String? {
    let path = PathBytes(escaped: source) ?? PathBytes(source)
    guard path.directory.directory.name.elementsEqual("snapshot".utf8) else { return nil }
    let name = PathBytes(path.name).displayText
    return name.hasSuffix(".xml") ? String(name.dropLast(4)) : name
  }
}
