internal import Database
internal import GRDB
internal import Model

extension ReadTransaction {
  private static let linkSelection = StatementText.text(PackageResources.ask_graph_links_sql)

  private func links(
    _ condition: String, _ values: [String: (any DatabaseValueConvertible)?] = [:]
  ) throws -> [GraphLink] {
    let found = try rows(Self.linkSelection + condition, values)
    var links: [GraphLink] = []
    while let row = try found.next() {
      if let link = try GraphLink(row) { links.append(link) }
    }
    return links
  }

  private func links(from holder: Int64) throws -> [GraphLink] {
    try links(" WHERE link.holder = :image ORDER BY link.ordinal", ["image": holder])
  }

  private func links(to image: Int64) throws -> [GraphLink] {
    try links(
      " WHERE link.target_image = :image ORDER BY link.holder, link.ordinal", ["image": image])
  }

  /// Everything that refers to anything, and what it refers to.
  func graph() throws -> Graph {
    var sketch = try GraphSketch(self)
    let all = try links(" ORDER BY link.holder, link.ordinal")
    let taking = Set(all.map(\.holder) + all.compactMap(\.target))
    // One pass over the images is cheaper than a look for each.
    try forEachImage(pool: nil, includingOther: true) { image in
      if let id = image.imageID, taking.contains(id) { sketch.add(image) }
    }
    for link in all { try sketch.add(link) }
    return sketch.answer
  }

  /// An image with everything under it and everything that stands on it.
  func graph(around image: Int64) throws -> Graph {
    var sketch = try GraphSketch(self)
    try sketch.add(image: image)
    for links in [links(from:), links(to:)] {
      var seen: Set<Int64> = [image]
      var waiting = [image]
      while let image = waiting.popLast() {
        for link in try links(image) {
          try sketch.add(link)
          let other = link.holder == image ? link.target : link.holder
          if let other, other > 0, seen.insert(other).inserted { waiting.append(other) }
        }
      }
    }
    return sketch.answer
  }

  /// The links that findings are about and what stands on their holders: those first on which most
  /// stands, a few beside one another, in about so many nodes. What is left out is counted where it
  /// would stand.
  func picture(of findings: [Finding], limit: Int) throws -> Graph {
    var sketch = try GraphSketch(self)
    var links: [(link: GraphLink, above: Int)] = []
    for finding in findings.prefix(Self.candidates) {
      for link in try self.links(ofFinding: finding) {
        links.append((link, try link.holder > 0 ? self.links(to: link.holder).count : 0))
      }
    }
    // The sort keeps the order of equals: it compares the places too.
    let order = links.indices.sorted { (-links[$0].above, $0) < (-links[$1].above, $1) }
    let shown = order.prefix(Self.besideOneAnother).map { links[$0].link }
    for link in shown { try sketch.add(link) }
    if let last = shown.last {
      let left = links.count - shown.count + max(0, findings.count - Self.candidates)
      sketch.hide(left, from: sketch.targetKey(of: last))
    }
    try addAbove(shown.map(\.holder).filter { $0 > 0 }, to: &sketch, limit: limit)
    return sketch.answer
  }

  /// Findings of a group among which those to draw are chosen.
  private static let candidates = 50
  /// Nodes of a picture on one other; more are hard to read on a page.
  private static let besideOneAnother = 3

  private func links(ofFinding finding: Finding) throws -> [GraphLink] {
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "SELECT holder, ordinal FROM finding WHERE id = ?"),
      arguments: [finding.number])
    guard let row else { return [] }
    return try links(
      " WHERE link.holder = :holder AND link.ordinal = coalesce(:ordinal, link.ordinal)",
      ["holder": row["holder"] as Int64, "ordinal": row["ordinal"] as Int64?])
  }

  private func addAbove(_ images: [Int64], to sketch: inout GraphSketch, limit: Int) throws {
    var level = images
    var seen = Set(images)
    while !level.isEmpty {
      var next: [Int64] = []
      for image in level {
        let links = try links(to: image).filter { !sketch.isCounted($0, &seen) }
        for (place, link) in links.enumerated() {
          guard sketch.count < limit, place < Self.besideOneAnother else {
            sketch.hide(1, from: .image(image))
            continue
          }
          try sketch.add(link)
          if link.holder > 0 { next.append(link.holder) }
        }
      }
      level = next
    }
  }
}

extension GraphSketch {
  /// The node to which a link leads.
  fileprivate func targetKey(of link: GraphLink) -> Key {
    link.target.map { .image($0) } ?? .place(link.place(in: "/"))
  }

  /// Whether an image's link has been looked at already; a domain's never has.
  fileprivate func isCounted(_ link: GraphLink, _ seen: inout Set<Int64>) -> Bool {
    link.holder > 0 && !seen.insert(link.holder).inserted
  }
}
