internal import Model
internal import Query

extension NightPage {
  /// Pools that get a plot, the biggest first.
  private static let plotLimit = 24
  /// Orphans that are listed, the biggest first.
  private static let orphanLimit = 20

  /// The pools and how they grew.
  func pools(_ markup: Markup) throws {
    try section(markup, "pools", "Pools") {
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
        "p", text: "From the second scan on, the growth of the pools is drawn here.")
    }
    try markup.element("div", ["class": "plots"]) {
      for (number, growth) in drawn.prefix(Self.plotLimit).enumerated() {
        try GrowthPlot(growth).draw(in: markup, name: "growth-\(number + 1)")
      }
    }
  }

  private func row(of pool: PoolAnswer, _ markup: Markup) throws {
    let outcome = pool.outcome
    try markup.element("tr") {
      try markup.element("th", ["scope": "row"], text: outcome.name)
      try markup.element("td", ["class": outcome.state.rawValue], text: outcome.state.rawValue)
      try markup.numberCell(HumanWords.number(outcome.images))
      try markup.numberCell(HumanWords.size(pool.actualSize))
      try markup.numberCell(HumanWords.number(pool.openFindings))
      try markup.element("td", text: pool.lastComplete.map(HumanWords.point) ?? "never")
      try markup.element("td", ["class": "path"], path: outcome.path)
    }
    markup.line()
  }

  /// The longest chains.
  func chains(_ markup: Markup) throws {
    try section(markup, "chains", "Longest chains") {
      guard !overview.longestChains.isEmpty else {
        return try markup.element("p", text: "No image stands on another.")
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
    try section(markup, "reclaimable", "Reclaimable") {
      guard !overview.orphans.isEmpty else {
        return try markup.element("p") {
          markup.text("Nothing is known to be unused. What it cannot be said of, and why: ")
          try markup.element("code", text: "backstory orphans --all")
        }
      }
      let biggest = overview.orphans.sorted {
        ($1.reclaimableSize, $0.filename) < ($0.reclaimableSize, $1.filename)
      }
      try orphanTable(biggest.prefix(Self.orphanLimit), markup)
      guard biggest.count > Self.orphanLimit else { return }
      try markup.element("p", ["class": "rest"]) {
        let more = HumanWords.number(Int64(biggest.count - Self.orphanLimit))
        markup.text("And \(more) more: ")
        try markup.element("code", text: "backstory orphans")
      }
    }
  }

  private func orphanTable(_ orphans: ArraySlice<OrphanAnswer>, _ markup: Markup) throws {
    let most = Double(max(1, orphans.first?.reclaimableSize ?? 1))
    try markup.element(
      "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "Unused images"]
    ) {
      try markup.element("table") {
        try markup.element("caption", ["class": "hidden"], text: "Unused images")
        try markup.headRow(["Frees", "Image", "Unused", "How that is known"], numbers: [0])
        try markup.element("tbody") {
          for orphan in orphans {
            try markup.element("tr") {
              try markup.element("td", ["class": "number"]) {
                try markup.bar(Double(orphan.reclaimableSize) / most)
                try markup.element("span", text: HumanWords.size(orphan.reclaimableSize))
              }
              try markup.element("th", ["scope": "row", "class": "path"], path: orphan.filename)
              try markup.element("td", text: HumanWords.since(orphan.since, now: overview.point))
              try markup.element("td", text: orphan.evidence.joined(separator: "; "))
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
