import DiskImage
internal import Model
internal import Query
internal import Rules

extension ReportPage {
  /// Images of a group that are listed at once, and in all.
  private static let listed = (open: 6, most: 200)
  /// Cards of errors and of warnings; of more a line in a table is shown.
  private static let cards = (errors: 10, warnings: 5)
  /// Problems that are listed.
  private static let problemLimit = 50

  /// What needs attention, the worst first.
  func attention(_ markup: Markup) throws {
    try markup.section("attention", "What is wrong") {
      let urgent = overview.groups.filter { $0.kind.severity != .info }
      if urgent.isEmpty {
        try markup.element("p", ["class": "fine"], text: "✓ No errors and no warnings.")
      }
      let cards = cards
      for (number, group) in urgent.enumerated() where cards.contains(number) {
        try finding(group, number, markup)
      }
      let rest = urgent.enumerated().filter { !cards.contains($0.offset) }.map(\.element)
      try table(of: rest, markup)
      try problems(markup)
      try remarks(overview.groups.filter { $0.kind.severity == .info }, markup)
      try acknowledged(markup)
    }
  }

  /// The places of the groups that have a card: the worst errors and warnings, and what only informs.
  var cards: Set<Int> {
    var left = Self.cards
    var cards: Set<Int> = []
    for (place, group) in overview.groups.enumerated() {
      switch group.kind.severity {
      case .error:
        left.errors -= 1
        if left.errors < 0 { continue }
      case .warning:
        left.warnings -= 1
        if left.warnings < 0 { continue }
      case .info: continue
      }
      cards.insert(place)
    }
    return cards
  }

  /// What is known already: by whom and why, and no more of it.
  private func acknowledged(_ markup: Markup) throws {
    let known = overview.acknowledged
    guard !known.isEmpty else { return }
    try markup.element("details") {
      try markup.element(
        "summary", text: "Acknowledged (\(HumanWords.number(Int64(known.count))))")
      try markup.element("ul", ["class": "paths"]) {
        for finding in known.prefix(Self.listed.most) {
          try markup.element("li") {
            if let path = finding.filename { try markup.element("span", path: path) }
            let domain = finding.domain.map { " domain '\($0)'" } ?? ""
            let word = finding.acknowledged?.inWords ?? ""
            try markup.element("small", text: "\(domain) \(finding.kind.title), \(word)")
          }
        }
      }
      guard known.count > Self.listed.most else { return }
      try markup.element("p", ["class": "rest"]) {
        markup.text("All of them: ")
        try markup.element("code", text: "backstory ack --list")
      }
    }
  }

  private func remarks(_ groups: [FindingGroup], _ markup: Markup) throws {
    guard !groups.isEmpty else { return }
    let count = groups.reduce(0) { $0 + $1.findings.count }
    try markup.element("details") {
      try markup.element("summary", text: "Info (\(HumanWords.number(Int64(count))))")
      for (number, group) in groups.enumerated() {
        try finding(group, number + overview.groups.count, markup)
      }
    }
  }

  private func finding(_ group: FindingGroup, _ number: Int, _ markup: Markup) throws {
    guard let first = group.findings.first else { return }
    let name = "finding-\(number + 1)"
    try markup.element(
      "article",
      ["class": "finding \(group.kind.severity.rawValue)", "aria-labelledby": name]
    ) {
      try markup.element("p", ["class": "badge"], text: badge(of: group))
      try markup.element("h3", ["id": name], text: group.sentence)
      if let subject = group.target ?? (group.findings.count == 1 ? first.filename : nil) {
        try markup.element("p", ["class": "subject"], path: subject)
      }
      if !group.kind.has(.targetIsGone) || group.findings.count == 1 {
        try markup.element("p", ["class": "advice"], text: first.message)
      }
      try life(group, markup)
      try evidence(group, first, markup)
      try chain(group, markup)
      try picture(group, name, markup)
      try repair(of: group, markup)
      try members(group, markup)
    }
    markup.line()
  }

  /// `✕ Error · cause 3 · new`.
  private func badge(of group: FindingGroup) -> String {
    let isNew = group.findings.allSatisfy { $0.since.scan == overview.scan.number }
    let parts = [
      group.kind.severity.badge, group.number.map { "cause \($0)" },
      isNew && overview.nights.count > 1 ? "new" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: " · ")
  }

  /// Since when it is so, below the nights, and what came before.
  private func life(_ group: FindingGroup, _ markup: Markup) throws {
    guard overview.nights.count > 1, let life = life(of: group) else { return }
    try markup.element("figure", ["class": "life"]) {
      try LifeLine(life, overview.nights).draw(in: markup)
      try markup.element("figcaption", text: life.story(group.kind))
    }
  }

  /// One chain, from a machine to what is missing: across where there is room, down where there is none.
  private func chain(_ group: FindingGroup, _ markup: Markup) throws {
    guard !group.example.isEmpty, let target = group.target else { return }
    try markup.element("h4", text: group.images.count > 1 ? "One of the chains" : "The chain")
    try markup.element("ol", ["class": "chain"]) {
      for (place, step) in group.example.enumerated() {
        let isLowest = place == group.example.count - 1
        let others = isLowest ? group.findings.count - 1 : 0
        try markup.element("li", ["class": others > 0 ? "many" : nil]) {
          switch step {
          case .machine(let name):
            try markup.element("b", text: name)
            try markup.element("span", text: "machine")
          case .image(let path, let id):
            try markup.element("b") {
              try markup.element(
                "a", ["href": "#i\(id)"], text: TerminalText.escaped(path.shortName))
            }
            try markup.element(
              "span",
              text: others > 0 ? "and \(HumanWords.number(Int64(others))) more" : "image")
          }
        }
      }
      try markup.element("li", ["class": "gone"]) {
        try markup.element("b", text: TerminalText.escaped(target.shortName))
        let since = group.findings.map(\.since).min { $0.scan < $1.scan }
        try markup.element(
          "span", text: since.map { "missing, \(HumanWords.day($0.time))" } ?? "missing")
      }
      if let place = group.findings.first?.cause?.nowAt.first {
        try markup.element("li", ["class": "found"]) {
          try markup.element("b", text: TerminalText.escaped(place.shortName))
          try markup.element("span", text: "now in \(TerminalText.escaped(place.directory))")
        }
      }
    }
  }

  /// A line for each of the groups that have no card.
  private func table(of groups: [FindingGroup], _ markup: Markup) throws {
    guard !groups.isEmpty else { return }
    try markup.element("details", ["open": ""]) {
      try markup.element("summary", text: "\(HumanWords.number(Int64(groups.count))) more")
      // A narrow screen moves it inside its frame.
      try markup.element(
        "div",
        ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "More that is wrong"]
      ) {
        try markup.element("table") { try rows(of: groups, markup) }
      }
    }
  }

  private func rows(of groups: [FindingGroup], _ markup: Markup) throws {
    try markup.element("caption", ["class": "hidden"], text: "More that is wrong")
    try markup.headRow(["What", "Images", "Machines", "Since", "Cause"], numbers: [1, 2, 4])
    try markup.element("tbody") {
      for group in groups.prefix(Self.listed.most) {
        try markup.element("tr") {
          try markup.element("th", ["scope": "row"]) {
            try markup.element(
              "span", ["class": group.kind.severity.rawValue],
              text: group.kind.severity == .error ? "✕ " : "! ")
            markup.text(group.sentence)
          }
          try markup.numberCell(HumanWords.number(Int64(group.images.count)))
          try markup.numberCell(HumanWords.number(Int64(group.domains.count)))
          try markup.element("td", text: group.sinceInDays)
          try markup.numberCell(group.number.map { "\($0)" } ?? "")
        }
      }
    }
  }

  private func evidence(
    _ group: FindingGroup, _ first: Finding, _ markup: Markup
  ) throws {
    try markup.element("dl", ["class": "evidence"]) {
      let row = { (label: String, text: String) in
        try markup.element("dt", text: label)
        try markup.element("dd", text: text)
      }
      try row("Open", AgeInWords(now: overview.point).since(group.findings))
      if let good = first.lastGood { try row("Last good", HumanWords.point(good)) }
      if let cause = first.cause {
        try row("Cause", "\(cause.kind.inWords): \(cause.evidence)")
        for place in cause.nowAt {
          try markup.element("dt", text: "Now at")
          try markup.element("dd", ["class": "path"], path: place)
        }
      }
      if group.findings.count == 1, let reference = first.reference {
        try markup.element("dt", text: "Reference")
        try markup.element("dd") {
          markup.text("\(reference.role.rawValue) ")
          try markup.element("code", path: reference.stored)
          markup.text(reference.format.map { ", recorded format \($0)" } ?? "")
        }
      }
      if let domain = first.domain, group.findings.count == 1 { try row("Domain", domain) }
      if !group.machines.isEmpty {
        try row("Machines", Finding.inWords(machines: group.machines))
      }
    }
  }

  private func picture(_ group: FindingGroup, _ name: String, _ markup: Markup) throws {
    guard let graph = group.picture, !graph.edges.isEmpty else { return }
    try markup.element("figure") {
      // A wide picture is moved inside its frame, also with the keyboard.
      try markup.element(
        "div",
        [
          "class": "frame", "tabindex": "0", "role": "group", "aria-label": "Picture of the chain",
        ]
      ) {
        try GraphPicture(graph).draw(
          in: markup, name: "\(name)-picture", title: "\(group.kind.title): dependencies")
      }
    }
  }

  /// Every image that has the finding, where there are several.
  private func members(_ group: FindingGroup, _ markup: Markup) throws {
    guard group.findings.count > 1 else { return }
    let named = Int64(Set(group.findings.map(\.imageID)).count)
    let standing = Int64(group.images.count) - named
    let more = standing > 0 ? "; \(HumanWords.number(standing)) more depend on those" : ""
    try markup.element(
      "p", ["class": "members"], text: "\(HumanWords.count(named, "image"))\(more):")
    let open = group.findings.prefix(Self.listed.open)
    try list(open, markup)
    let rest = group.findings.prefix(Self.listed.most).dropFirst(Self.listed.open)
    guard !rest.isEmpty else { return }
    try markup.element("details") {
      try markup.element("summary", text: "\(HumanWords.number(Int64(rest.count))) more")
      try list(rest, markup)
    }
    guard group.findings.count > Self.listed.most else { return }
    try markup.element("p", ["class": "rest"]) {
      markup.text("The others: ")
      try markup.element(
        "code",
        text: group.number.map { "backstory check --cause \($0) --all" }
          ?? "backstory check --kind \(group.kind.rawValue)")
    }
  }

  private func list(_ findings: some Sequence<Finding>, _ markup: Markup) throws {
    try markup.element("ul", ["class": "paths"]) {
      for finding in findings {
        try markup.element("li") {
          try markup.element("span", path: finding.filename ?? "")
          let domain = finding.domain.map { "domain '\($0)', " } ?? finding.machinesOfList
          let since = "since scan \(finding.since.scan)"
          try markup.element("small", text: " \(domain)\(since)")
        }
      }
    }
  }

  private func problems(_ markup: Markup) throws {
    let reasons = overview.pools.compactMap { pool in
      pool.outcome.reason.map { (pool.outcome.path, $0) }
    }
    let all = reasons + overview.problems.map { ($0.filename, $0.message) }
    guard !all.isEmpty else { return }
    try markup.element(
      "article", ["class": "finding warning", "aria-labelledby": "not-looked-at"]
    ) {
      try markup.element("p", ["class": "badge"], text: "! Not scanned")
      try markup.element("h3", ["id": "not-looked-at"], text: "Kept as last seen")
      try markup.element("ul", ["class": "paths"]) {
        for (path, reason) in all.prefix(Self.problemLimit) {
          try markup.element("li") {
            try markup.element("span", path: path)
            try markup.element("small", text: " \(reason)")
          }
        }
      }
      if all.count > Self.problemLimit {
        let more = HumanWords.number(Int64(all.count - Self.problemLimit))
        try markup.element("p", ["class": "rest"], text: "and \(more) more")
      }
    }
  }
}

extension FindingGroup {
  /// Whom it hits, and what is wrong: `37 images and 12 machines lost gold.qcow2`.
  var sentence: String {
    let groups = CauseGroup.groups(
      of: findings, at: ScanPoint(scan: 0, time: Moment(milliseconds: 0)), isLatest: false)
    guard var first = groups.first else { return kind.title }
    (first.findings, first.images, first.domains) = (findings, images, domains)
    first.cause.kind = kind
    if let target { first.cause.target = target }
    var entry = CauseEntry(groups: [first])
    if target == nil, findings.count > 1 { entry.groups.append(first) }
    let text = entry.sentence.text
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `8 Nov`; where they did not come together, `8 Nov to 20 Nov`.
  fileprivate var sinceInDays: String {
    let points = findings.map(\.since).sorted { $0.scan < $1.scan }
    guard let first = points.first, let last = points.last else { return "" }
    let days = [HumanWords.day(first.time), HumanWords.day(last.time)]
    return days[0] == days[1] ? days[0] : days.joined(separator: " to ")
  }

  /// The machines that any of the findings concerns, in order.
  fileprivate var machines: [String] { Set(findings.flatMap(\.domains)).sorted() }
}

extension Finding {
  fileprivate var machinesOfList: String {
    domains.isEmpty ? "" : "machines " + Self.inWords(machines: domains) + ", "
  }
}
