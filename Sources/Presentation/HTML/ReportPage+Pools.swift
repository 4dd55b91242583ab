internal import Model
internal import Query

extension ReportPage {
  /// Pools that get a plot, largest first.
  private static let plotLimit = 24
  /// Orphans that are listed, largest first.
  private static let orphanLimit = 20

  /// The pools and how they grew.
  func pools(_ markup: Markup) throws {
    try markup.section("pools", "Pools") {
      guard !overview.pools.isEmpty else {
        return try markup.element("p", text: "No pool has been scanned yet.")
      }
      try plots(markup)
      try markup.element(
        "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "All pools"]
      ) {
        try markup.element("table") {
          try markup.element("caption", ["class": "hidden"], text: "All pools")
          try markup.headRow(
            ["Pool", "State", "Images", "On disk", "Findings", "Seen whole", "Path"],
            numbers: [2, 3, 4])
          try markup.element("tbody") { for pool in overview.pools { try row(of: pool, markup) } }
        }
      }
    }
  }

  private func plots(_ markup: Markup) throws {
    let drawn = overview.growth.filter { $0.points.count > 1 }
      .sorted { ($1.last, $0.path) < ($0.last, $1.path) }
    guard !drawn.isEmpty else {
      return try markup.element(
        "p", text: "The growth of the pools is drawn from the second scan on.")
    }
    try markup.element("div", ["class": "plots"]) {
      for (number, growth) in drawn.prefix(Self.plotLimit).enumerated() {
        try GrowthPlot(growth).draw(in: markup, name: "growth-\(number + 1)")
      }
    }
  }

  private func row(of pool: PoolSummary, _ markup: Markup) throws {
    let outcome = pool.outcome
    try markup.element("tr") {
      try markup.element("th", ["scope": "row"], text: outcome.name)
      try markup.element("td", ["class": outcome.state.rawValue], text: outcome.state.rawValue)
      try markup.numberCell(HumanWords.number(outcome.images))
      try markup.numberCell(HumanWords.size(pool.actualSize))
      try markup.numberCell(HumanWords.number(pool.openFindings ?? 0))
      try markup.element("td", text: pool.lastComplete.map(HumanWords.point) ?? "never")
      try markup.element("td", ["class": "path"], path: outcome.path)
    }
    markup.line()
  }

  /// The longest chains.
  func chains(_ markup: Markup) throws {
    try markup.section("chains", "Longest chains") {
      guard !overview.longestChains.isEmpty else {
        return try markup.element("p", text: "No image has a base.")
      }
      let longest = overview.longestChains.map(\.length).max() ?? 1
      try markup.element(
        "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "Longest chains"]
      ) {
        try markup.element("table") {
          try markup.element("caption", ["class": "hidden"], text: "Longest chains")
          try markup.headRow(["Images", "Topmost image", "On disk"], numbers: [0, 2])
          try markup.element("tbody") {
            for chain in overview.longestChains {
              try markup.element("tr") {
                try markup.element("td", ["class": "number"]) {
                  try markup.bar(Double(chain.length) / Double(longest))
                  try markup.element("span", text: HumanWords.number(chain.length))
                }
                try markup.element("th", ["scope": "row", "class": "path"], path: chain.top)
                try markup.numberCell(HumanWords.size(chain.actualSize))
              }
            }
          }
        }
      }
    }
  }

  /// The biggest images that nothing refers to.
  func reclaimable(_ markup: Markup) throws {
    try markup.section("reclaimable", "Reclaimable") {
      guard !overview.orphans.isEmpty else {
        return try markup.element("p") {
          markup.text(
            "No image is known to be unused. For images of which this is unknown, and why: ")
          try markup.element("code", text: "backstory orphans --all")
        }
      }
      let biggest = overview.orphans.sorted {
        ($1.reclaimableSize, $0.filename) < ($0.reclaimableSize, $1.filename)
      }
      let sum = biggest.reduce(UInt64(0)) {
        $0.addingReportingOverflow($1.reclaimableSize).partialValue
      }
      let common = biggest.reduce(into: [String: Int]()) { counts, orphan in
        for sentence in orphan.evidence { counts[sentence, default: 0] += 1 }
      }
      let shared = biggest[0].evidence.filter { common[$0] == biggest.count }
      let count = HumanWords.count(Int64(biggest.count), "image")
      try markup.element(
        "p",
        text: "\(count), \(HumanWords.size(sum)). "
          + shared.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " "))
      try orphanTable(biggest.prefix(Self.orphanLimit), without: Set(shared), markup)
      guard biggest.count > Self.orphanLimit else { return }
      try markup.element("p", ["class": "rest"]) {
        let more = HumanWords.number(Int64(biggest.count - Self.orphanLimit))
        markup.text("And \(more) more: ")
        try markup.element("code", text: "backstory orphans")
      }
    }
  }

  private func orphanTable(
    _ orphans: ArraySlice<Orphan>, without shared: Set<String>, _ markup: Markup
  ) throws {
    try markup.element(
      "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "Unused images"]
    ) {
      try markup.element("table") {
        try markup.element("caption", ["class": "hidden"], text: "Unused images")
        try markup.headRow(["Image", "Frees", "Unused since", "Last used by"], numbers: [1])
        try markup.element("tbody") {
          for orphan in orphans {
            try markup.element("tr") {
              try markup.element("th", ["scope": "row", "class": "path"]) {
                try markup.element("a", ["href": "#i\(orphan.imageID)"], path: orphan.filename)
                let own = orphan.evidence.filter { !shared.contains($0) }
                if !own.isEmpty { try markup.element("small", text: own.joined(separator: "; ")) }
              }
              try markup.numberCell(
                (orphan.isAtMost ? "at most " : "") + HumanWords.size(orphan.reclaimableSize))
              try markup.element("td", ["class": "w"], text: HumanWords.day(orphan.since.time))
              try markup.element("td") {
                if let user = orphan.lastUser {
                  try markup.element(
                    "span", ["class": "path"], text: TerminalText.escaped(user.shortName))
                } else {
                  markup.text("nobody known")
                }
              }
            }
            markup.line()
          }
        }
      }
    }
  }
}

extension PoolGrowth {
  /// Bytes after the last scan.
  fileprivate var last: UInt64 { points.last?.actualSize ?? 0 }
}

extension Markup {
  /// A bar beside a number that it repeats for the eye: a part of the greatest, 0 to 1.
  fileprivate func bar(_ part: Double) throws {
    try element(
      "svg",
      [
        "class": "bar", "viewBox": "0 0 100 8", "width": "100", "height": "8",
        "preserveAspectRatio": "none", "aria-hidden": "true",
      ]
    ) {
      try element("rect", ["width": (min(1, max(0.01, part)) * 100).short, "height": "8"]) {}
    }
  }
}
