internal import Database
public import Model

/// A link of an image or a machine at one host.
public struct FleetLink: Hashable, Sendable {
  /// What refers, or is referred to.
  public enum End: Hashable, Sendable {
    /// An image; one that several hosts share is the same at each.
    case image(FleetImage.Key)
    /// A virtual machine by its name.
    case domain(host: String, name: String)
    /// What a reference names where no image is.
    case place(host: String, path: PathBytes)
  }

  /// Who refers.
  public let holder: End
  /// What is referred to.
  public let target: End
  /// What the reference is for, in the words of `ReferenceRole`.
  public let role: String
  /// What was found, in the words of `LinkState`.
  public let state: String
  /// The recorded format.
  public let format: String?
}

/// An image of one host, or of several that share it.
public struct FleetImage: Hashable, Sendable {
  /// Which it is.
  public enum Key: Hashable, Sendable {
    /// By its number among shared images.
    case shared(Int64)
    /// By its host, and its number there.
    case own(host: String, image: Int64)
  }

  /// Which it is.
  public let key: Key
  /// Its host, or all hosts that share it.
  public let hosts: String
  /// Its first path at the first of the hosts.
  public let filename: PathBytes
  /// The detected format.
  public let format: String?
  /// Bytes.
  public let virtualSize: Int64?
  /// Allocated bytes.
  public let actualSize: Int64?
}

extension Fleet {
  /// An image at every host that sees it, with everything under it and everything that stands on it.
  /// - Parameter name: as for `dependents(_:of:)`.
  /// - Throws: `FleetFault`, `.unknownImage` where no host has it.
  public func graph(
    _ moment: FleetMoment, around name: String
  ) throws -> (images: [FleetImage], links: [FleetLink]) {
    let start = Set(
      try starts(moment, name).flatMap { values in
        try server.rows(Self.views, values).compactMap { Seen($0, "image") }
      })
    var seen = start
    var rows: [ServerRow] = []
    for isAbove in [true, false] {
      var known = start
      var waiting = start
      while !waiting.isEmpty {
        let found = try links(moment, of: waiting, above: isAbove)
        rows += found
        waiting = Set(found.compactMap { Seen($0, isAbove ? "holder" : "target_image") })
          .subtracting(known)
        known.formUnion(waiting)
      }
      seen.formUnion(known)
    }
    let images = try images(moment, seen)
    let numbers = Dictionary(images.map { ($0.seen, $0.image.key) }) { first, _ in first }
    var drawn: Set<FleetLink> = []
    let links = rows.compactMap { FleetLink($0, numbers) }.filter { drawn.insert($0).inserted }
    var keys: Set<FleetImage.Key> = []
    return (images.map(\.image).filter { keys.insert($0.key).inserted }, links)
  }

  /// A shared image as its hosts number it, or one of a host alone.
  private static let views = """
    SELECT source, image FROM viewing WHERE shared = $1::bigint
    UNION SELECT $2::integer, $3::integer WHERE $2 IS NOT NULL
    """

  private func links(
    _ moment: FleetMoment, of images: Set<Seen>, above: Bool
  ) throws -> [ServerRow] {
    try server.rows(
      StatementText.text(PackageResources.fleet_graph_links_sql),
      [moment.value] + Seen.values(images) + [.text(above ? "true" : "false")])
  }

  private func images(_ moment: FleetMoment, _ seen: Set<Seen>) throws -> [SeenImage] {
    try server.rows(
      StatementText.text(PackageResources.fleet_graph_images_sql),
      [moment.value] + Seen.values(seen)
    ).compactMap(SeenImage.init)
  }
}

/// An image as one host numbers it.
private struct Seen: Hashable {
  let source: Int64
  let image: Int64

  init(source: Int64, image: Int64) { (self.source, self.image) = (source, image) }

  /// The image of a column; `nil` where it has none, or a machine's number.
  init?(_ row: ServerRow, _ column: String) {
    guard let source = row.number("source"), let image = row.number(column), image > 0 else {
      return nil
    }
    self.init(source: source, image: image)
  }

  /// Two arrays of PostgreSQL's, in one order.
  static func values(_ images: Set<Seen>) -> [ServerValue] {
    let sorted = images.sorted { ($0.source, $0.image) < ($1.source, $1.image) }
    return [sorted.map(\.source), sorted.map(\.image)].map { numbers in
      .text("{" + numbers.map(\.description).joined(separator: ",") + "}")
    }
  }
}

/// An image with the number by which the links of its host name it.
private struct SeenImage {
  let seen: Seen
  let image: FleetImage

  init?(_ row: ServerRow) {
    guard let seen = Seen(row, "image"), let host = row["host"], let place = row.place else {
      return nil
    }
    self.seen = seen
    image = FleetImage(
      key: row.number("shared").map { .shared($0) } ?? .own(host: host, image: seen.image),
      hosts: row["viewers"] ?? host, filename: place, format: row["format"],
      virtualSize: row.number("virtual_size"), actualSize: row.number("actual_size"))
  }
}

extension FleetLink {
  fileprivate init?(_ row: ServerRow, _ images: [Seen: FleetImage.Key]) {
    guard let host = row["host"], let role = row["role"], let state = row["state"] else {
      return nil
    }
    // An image that stands nowhere at that time is not drawn, and neither are its links.
    let holder: End
    if let seen = Seen(row, "holder") {
      guard let image = images[seen] else { return nil }
      holder = .image(image)
    } else {
      holder = .domain(host: host, name: row["domain"] ?? "")
    }
    let target = Seen(row, "target_image").flatMap { images[$0] }.map { End.image($0) }
    let stored = row.place ?? row.path("stored") ?? PathBytes([])
    self.init(
      holder: holder, target: target ?? .place(host: host, path: stored), role: role, state: state,
      format: row["format"])
  }
}
