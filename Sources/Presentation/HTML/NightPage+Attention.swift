import DiskImage
internal import Model
internal import Query
internal import Rules

extension NightPage {
  /// Images of a group that are listed at once, and in all.
  private static let listed = (open: 6, most: 200)
  /// Problems that are listed.
  private static let problemLimit = 50

  /// What needs attention, the worst first.
  func attention(_ markup: Markup) throws {
    try section(markup, "attention", "Needs attention") {
      let urgent = overview.groups.filter { $0.kind.severity != .info }
      if urgent.isEmpty {
        try markup.element("p", ["class": "fine"], text: "✓ No errors and no warnings.")
      }
      for (number, group) in urgent.enumerated() { try finding(group, number, markup) }
      try problems(markup)
      try remarks(overview.groups.filter { $0.kind.severity == .info }, markup)
      try acknowledged(markup)
    }
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
      try markup.element("summary", text: "Worth knowing (\(HumanWords.number(Int64(count))))")
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
      try markup.element("p", ["class": "badge"], text: group.kind.severity.badge)
      try markup.element("h3", ["id": name], text: group.kind.title)
      if let subject = group.target ?? (group.findings.count == 1 ? first.filename : nil) {
        try markup.element("p", ["class": "subject"], path: subject)
      }
      try markup.element("p", ["class": "advice"], text: first.message)
      try evidence(group, first, markup)
      try picture(group, name, markup)
      try repair(of: group, markup)
      try members(group, markup)
    }
    markup.line()
  }

  private func evidence(
    _ group: FindingGroup, _ first: FindingAnswer, _ markup: Markup
  ) throws {
    try markup.element("dl", ["class": "evidence"]) {
      let row = { (label: String, text: String) in
        try markup.element("dt", text: label)
        try markup.element("dd", text: text)
      }
      try row("Open", HumanWords.since(first.since, now: overview.point))
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
        try row("Machines", FindingAnswer.inWords(machines: group.machines))
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
          in: markup, name: "\(name)-picture", title: "\(group.kind.title): who needs what")
      }
    }
  }

  /// Every image that has the finding, where there are several.
  private func members(_ group: FindingGroup, _ markup: Markup) throws {
    guard group.findings.count > 1 else { return }
    let count = HumanWords.count(Int64(group.findings.count), "image")
    try markup.element("p", ["class": "members"], text: "\(count) of which this is true:")
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
      try markup.element("code", text: "backstory check --kind \(group.kind.rawValue)")
    }
  }

  private func list(_ findings: some Sequence<FindingAnswer>, _ markup: Markup) throws {
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
      try markup.element("p", ["class": "badge"], text: "! Not looked at")
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
  /// The machines that any of the findings concerns, in order.
  fileprivate var machines: [String] { Set(findings.flatMap(\.domains)).sorted() }
}

extension FindingAnswer {
  fileprivate var machinesOfList: String {
    domains.isEmpty ? "" : "machines " + Self.inWords(machines: domains) + ", "
  }
}
