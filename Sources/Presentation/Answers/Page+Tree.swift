internal import Model
internal import Query

extension Page {
  /// Levels that are indented; what lies deeper stands below them.
  private static let indentedLevels = 12

  /// A chain, top first: under each image its facts and the state of the link that leads on.
  func chain(_ images: [Image]) throws {
    for (depth, image) in images.enumerated() {
      let margin = self.margin(depth)
      let trunk = margin + (image.backingFilename == nil ? "   " : style.trunk)
      try node(TerminalText.escaped(image.filename), depth: depth)
      let number = image.imageID.map { "#\($0) " } ?? ""
      try line(Piece(trunk, .faint), "\(number)\(image.inWords)")
      if let fault = image.fault { try line(Piece(trunk, .faint), Piece(fault, .error)) }
      guard let stored = image.backingFilename else { continue }
      let words = ("backing '", "': \(image.linkInWords)")
      let room = trunk.displayWidth + words.0.displayWidth + words.1.displayWidth
      let link = words.0 + style.fitted(TerminalText.escaped(stored), after: room) + words.1
      try line(Piece(trunk, .faint), Piece(link, image.backingState?.tone))
    }
    try chainEnd(images)
  }

  private func chainEnd(_ images: [Image]) throws {
    guard let last = images.last, let stored = last.backingFilename,
      let state = last.backingState, let reason = state.endInWords
    else { return }
    try node(TerminalText.escaped(last.fullBackingFilename ?? stored), depth: images.count)
    try line(Piece(margin(images.count) + "   "), Piece(reason, state.tone))
  }

  private func node(_ text: String, depth: Int) throws {
    let lead = depth == 0 ? "" : String(margin(depth).dropLast(3)) + style.lastBranch
    try line(Piece(lead, .faint), Piece(style.fitted(text, after: lead.count), .heading))
  }

  private func margin(_ depth: Int) -> String {
    String(repeating: "   ", count: min(depth, Self.indentedLevels))
  }

  /// What depends on images, as a tree under each of them.
  func dependents(_ dependents: [Dependent]) throws {
    guard !dependents.isEmpty else { return try line("Nothing depends on it.") }
    let tree = DependentTree(dependents)
    for root in tree.roots {
      try line(Piece(style.fitted(TerminalText.escaped(root), after: 0), .heading))
      try branches(of: root, in: tree)
    }
    try gap()
    try line("\(dependents.countInWords)")
  }

  /// Walks the tree with a list of its own, so that no chain is too long for it.
  private func branches(of root: PathBytes, in tree: DependentTree) throws {
    var seen: Set<PathBytes> = [root]
    var waiting = tree.branches(of: root, margin: "", level: 1)
    while let branch = waiting.popLast() {
      let lead = branch.margin + (branch.isLast ? style.lastBranch : style.branch)
      let text = style.fitted(branch.dependent.inWords, after: lead.count)
      try line(Piece(lead, .faint), Piece(text))
      guard let path = branch.dependent.image?.path, seen.insert(path).inserted else { continue }
      let isIndented = branch.level < Self.indentedLevels
      let below = isIndented ? (branch.isLast ? "   " : style.trunk) : ""
      waiting += tree.branches(of: path, margin: branch.margin + below, level: branch.level + 1)
    }
  }
}

/// Dependents, found by what they refer to.
private struct DependentTree {
  struct Branch {
    let dependent: Dependent
    let margin: String
    let level: Int
    let isLast: Bool
  }

  /// What was asked for, in the order of the answer.
  let roots: [PathBytes]
  private let holders: [PathBytes: [Dependent]]

  init(_ dependents: [Dependent]) {
    holders = Dictionary(grouping: dependents, by: \.upon)
    var seen: Set<PathBytes> = []
    roots = dependents.filter { $0.depth == 1 }.map(\.upon).filter { seen.insert($0).inserted }
  }

  /// What refers to `path`, last first, for a list that is taken from at its end.
  func branches(of path: PathBytes, margin: String, level: Int) -> [Branch] {
    let list = holders[path] ?? []
    return list.enumerated().reversed().map { number, dependent in
      Branch(
        dependent: dependent, margin: margin, level: level, isLast: number == list.count - 1)
    }
  }
}

extension [Dependent] {
  /// `3 images and 1 machine depend on it, and 2 images may; 4.2 GiB on disk.`
  fileprivate var countInWords: String {
    let certain = filter { $0.doubt == nil }
    let doubtful = filter { $0.doubt != nil }
    let verb = certain.holderCount == 1 ? "depends" : "depend"
    let words =
      certain.isEmpty
      ? "\(doubtful.holdersInWords) may depend on it"
      : "\(certain.holdersInWords) \(verb) on it"
        + (doubtful.isEmpty ? "" : ", and \(doubtful.holdersInWords) may")
    let held = reduce(into: UInt64(0)) { sum, next in
      sum = sum.addingReportingOverflow(next.actualSize ?? 0).partialValue
    }
    return words + (held == 0 ? "." : "; \(HumanWords.size(held)) on disk.")
  }

  private var holders: (images: Int, domains: Int, people: Int) {
    (
      Set(compactMap { $0.image?.path }).count, Set(compactMap { $0.domain?.name }).count,
      Set(compactMap { $0.person?.name }).count
    )
  }

  private var holderCount: Int { holders.images + holders.domains + holders.people }

  /// `3 images and 1 machine`.
  private var holdersInWords: String {
    let (images, domains, people) = holders
    let parts = [
      images == 0 ? nil : HumanWords.count(Int64(images), "image"),
      domains == 0 ? nil : HumanWords.count(Int64(domains), "machine"),
      people == 0 ? nil : HumanWords.count(Int64(people), "person", "people"),
    ].compactMap { $0 }
    return parts.joined(separator: " and ")
  }
}
