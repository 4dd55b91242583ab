import DiskImage
internal import Model
internal import Query

extension ReportPage {
  /// Changes that are listed for one span of time.
  private static let changeLimit = 100

  /// What changed since the last scan, and in the last week.
  func changes(_ markup: Markup) throws {
    try markup.section("changes", "What changed") {
      guard let last = overview.sinceLastScan else {
        return try markup.element(
          "p", text: "This is the first scan; changes are shown from the next one on.")
      }
      try week(markup)
      try span("Since the last scan", last, markup)
      if let week = overview.sinceLastWeek {
        try markup.element("details") {
          try markup.element("summary", text: "Images that changed in the last week")
          try span("In the last week", week, markup)
        }
      }
    }
  }

  private func span(_ title: String, _ diff: Difference, _ markup: Markup) throws {
    try markup.element("h3", text: title)
    let days = HumanWords.span(
      milliseconds: diff.to.time.milliseconds.subtractingReportingOverflow(
        diff.from.time.milliseconds
      ).partialValue)
    try markup.element(
      "p", ["class": "span"],
      text: "From \(HumanWords.point(diff.from)) to \(HumanWords.point(diff.to)), \(days). "
        + diff.sumInWords)
    // Files that only grew or were written stand behind those to which something happened.
    let notable = diff.changes.filter { !$0.isOrdinary }
    let shown = notable.prefix(Self.changeLimit)
    if !shown.isEmpty { try table(of: shown, title, markup) }
    let written = diff.changes.count - notable.count
    if written > 0 {
      let count = HumanWords.count(Int64(written), "image")
      try markup.element(
        "p", ["class": "rest"],
        text: "\(count) in use or written to; this alone is not shown as a change.")
    }
    guard notable.count > shown.count else { return }
    try markup.element("p", ["class": "rest"]) {
      let more = HumanWords.number(Int64(notable.count - shown.count))
      markup.text("And \(more) more: ")
      try markup.element("code", text: "backstory diff \(diff.from.scan) \(diff.to.scan)")
    }
  }

  private func table(
    of changes: some Sequence<ImageChange>, _ title: String, _ markup: Markup
  ) throws {
    try markup.element(
      "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": title]
    ) {
      try markup.element("table") {
        try markup.element("caption", ["class": "hidden"], text: title)
        try markup.headRow(["Change", "Image", "What is different"])
        try markup.element("tbody") {
          for change in changes { try row(of: change, markup) }
        }
      }
    }
  }

  private func row(of change: ImageChange, _ markup: Markup) throws {
    try markup.element("tr") {
      try markup.element("td", ["class": "change \(change.kind.rawValue)"]) {
        try markup.element("span", ["aria-hidden": "true"], text: change.kind.mark + " ")
        markup.text(change.kind.rawValue)
      }
      try markup.element("th", ["scope": "row", "class": "path"], path: change.filename)
      try markup.element("td") {
        if let previous = change.previousFilename {
          markup.text("from ")
          try markup.element("span", ["class": "path"], path: previous)
        }
        for field in change.fields.filter({ !ImageChange.ordinaryFields.contains($0.key) }) {
          for line in field.lines(arrow: "→") { try markup.element("div", text: line) }
        }
        if let sizes = change.sizesInWords { try markup.element("div", text: sizes) }
      }
    }
    markup.line()
  }
}

extension Markup {
  /// The head of a table: a cell for each column.
  func headRow(_ titles: [String], numbers: Set<Int> = []) throws {
    try element("thead") {
      try element("tr") {
        for (number, title) in titles.enumerated() {
          let style: String? = numbers.contains(number) ? "number" : nil
          try element("th", ["scope": "col", "class": style], text: title)
        }
      }
    }
    line()
  }

  /// A cell for a number or a size.
  func numberCell(_ text: String) throws { try element("td", ["class": "number"], text: text) }
}

extension ImageChange {
  /// What changes every night of a running machine.
  static let ordinaryFields: Set<String> = [
    "actual-size", "file-size", "modified", "in-use", "dirty-flag",
  ]

  /// Whether only the file's size and times changed.
  var isOrdinary: Bool {
    kind == .changed && fields.allSatisfy { Self.ordinaryFields.contains($0.key) }
  }

  /// How the space on disk changed: `1 GiB → 1.2 GiB on disk`.
  var sizesInWords: String? {
    guard let field = fields.first(where: { $0.key == "actual-size" }),
      case .number(let from)? = field.from, case .number(let to)? = field.to
    else { return isOrdinary ? "written" : nil }
    return "\(HumanWords.size(from)) → \(HumanWords.size(to)) on disk"
  }
}

extension Difference {
  /// `3 added, 1 moved; 2 findings opened, 1 closed.`
  fileprivate var sumInWords: String {
    let kinds: [ImageChange.Kind] = [.added, .removed, .moved, .replaced, .changed]
    let images = kinds.compactMap { kind -> String? in
      let count = changes.filter { $0.kind == kind }.count
      return count == 0 ? nil : "\(HumanWords.number(Int64(count))) \(kind.rawValue)"
    }
    let words = images.isEmpty ? "no image changed" : images.joined(separator: ", ")
    let news = [
      opened.isEmpty ? nil : HumanWords.count(Int64(opened.count), "finding") + " opened",
      closed.isEmpty ? nil : HumanWords.count(Int64(closed.count), "finding") + " closed",
    ].compactMap { $0 }
    let text = ([words] + news).joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
