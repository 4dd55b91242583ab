internal import Model
internal import Rules

extension FleetPage {
  /// Findings of one cause: of one kind, and where they lead to one place, that.
  struct Group {
    let kind: String
    let severity: Severity
    let targets: [String]
    let findings: [Finding]

    var hosts: [String] { Set(findings.map(\.host)).sorted() }

    /// Findings of one image that hosts share have one cause, wherever each host mounts it.
    private struct Key: Hashable {
      let kind: String
      let target: String?
      let shared: Int64?
    }

    /// All groups, the worst first, and those of most hosts before others.
    static func all(_ findings: [Finding]) -> [Group] {
      var groups: [[Finding]] = []
      var places: [Key: Int] = [:]
      for finding in findings {
        let byTarget = Key(kind: finding.kind, target: finding.target, shared: nil)
        let byFile = finding.shared.map { Key(kind: finding.kind, target: nil, shared: $0) }
        let place = places[byTarget] ?? byFile.flatMap { places[$0] } ?? groups.count
        if place == groups.count { groups.append([]) }
        groups[place].append(finding)
        places[byTarget] = place
        if let byFile, finding.target != nil { places[byFile] = place }
      }
      return groups.map { findings in
        Group(
          kind: findings.first?.kind ?? "", severity: findings.first?.severity ?? .info,
          targets: Set(findings.compactMap(\.target)).sorted(), findings: findings)
      }.sorted { left, right in
        if left.severity != right.severity { return left.severity > right.severity }
        if left.hosts.count != right.hosts.count { return left.hosts.count > right.hosts.count }
        if left.findings.count != right.findings.count {
          return left.findings.count > right.findings.count
        }
        return (left.kind, left.targets.first ?? "") < (right.kind, right.targets.first ?? "")
      }
    }
  }

  /// Groups that have a card, findings in a card, and rows of a table.
  private static let most = (cards: 20, targets: 5, findings: 8, rows: 500)

  /// What needs attention, the worst first.
  func attention(_ markup: Markup) throws {
    try markup.section("attention", "What is wrong") {
      let urgent = groups.filter { $0.severity != .info }
      if urgent.isEmpty {
        try markup.element("p", ["class": "fine"], text: "✓ No errors and no warnings.")
      }
      for (number, group) in urgent.prefix(Self.most.cards).enumerated() {
        try card(group, "finding-\(number + 1)", markup)
      }
      let rest = urgent.dropFirst(Self.most.cards) + groups.filter { $0.severity == .info }
      guard !rest.isEmpty else { return }
      try markup.element("details") {
        try markup.element("summary", text: "\(HumanWords.number(Int64(rest.count))) more")
        try table(
          markup, "More that was found", ["What", "Leads to", "Findings", "Hosts"], [2, 3]
        ) {
          for group in rest.prefix(Self.most.rows) {
            try markup.element("tr") {
              try markup.element("th", ["scope": "row"], text: title(of: group))
              try markup.element("td", ["class": "path"], text: group.targets.first ?? "")
              try markup.numberCell(HumanWords.number(Int64(group.findings.count)))
              try markup.numberCell(HumanWords.number(Int64(group.hosts.count)))
            }
          }
        }
      }
    }
  }

  private func title(of group: Group) -> String { words(of: group.kind)?.title ?? group.kind }

  private func card(_ group: Group, _ name: String, _ markup: Markup) throws {
    try markup.element(
      "article", ["class": "finding \(group.severity.rawValue)", "aria-labelledby": name]
    ) {
      try markup.element(
        "p", ["class": "badge"],
        text: "\(group.severity.badge) · \(HumanWords.count(Int64(group.hosts.count), "host"))")
      try markup.element("h3", ["id": name], text: title(of: group))
      for target in group.targets.prefix(Self.most.targets) {
        try markup.element("p", ["class": "subject"], text: target)
      }
      let meant = words(of: group.kind)?.explanation
      let isOne = group.findings.count == 1
      if let advice = isOne ? group.findings.first?.message : meant?.meaning {
        try markup.element("p", ["class": "advice"], text: advice)
      }
      if !isOne, let meant { try markup.element("p", text: meant.action) }
      try table(markup, title(of: group), ["Host", "Image", "Machine"]) {
        for finding in group.findings.prefix(Self.most.findings) {
          try markup.element("tr") {
            try markup.element("th", ["scope": "row"], text: finding.host)
            try markup.element("td", ["class": "path"], text: finding.subject ?? "")
            try markup.element("td", text: finding.machine ?? "")
          }
        }
      }
      let left = group.findings.count - Self.most.findings
      guard left > 0 else { return }
      try markup.element("p", ["class": "rest"]) {
        markup.text("And \(HumanWords.number(Int64(left))) more: ")
        try markup.element("code", text: "backstory-fleet check --kind \(group.kind)")
      }
    }
    markup.line()
  }

  /// All hosts, and what was found on each.
  func hostTable(_ markup: Markup) throws {
    try markup.section("hosts", "Hosts") {
      guard !hosts.isEmpty else {
        return try markup.element(
          "p", text: "No host has sent a bundle yet; 'backstory send' on a host does.")
      }
      let found = Dictionary(grouping: groups.flatMap(\.findings), by: \.host)
      try table(
        markup, "All hosts",
        ["Host", "State", "Last scan", "Images", "Errors", "Warnings", "Program"], [3, 4, 5]
      ) {
        for host in hosts {
          let own = found[host.name] ?? []
          try markup.element("tr") {
            try markup.element("th", ["scope": "row"], text: host.name)
            try markup.element(
              "td", ["class": host.state == "complete" ? "complete" : "partial"], text: host.state)
            try markup.element(
              "td",
              text: host.time.map { "\($0.prefix(10)) \($0.dropFirst(11).prefix(5))Z" } ?? "never")
            try markup.numberCell(host.images.map(HumanWords.number) ?? "")
            try markup.numberCell(HumanWords.number(Int64(own.count { $0.severity == .error })))
            try markup.numberCell(HumanWords.number(Int64(own.count { $0.severity == .warning })))
            try markup.element("td", text: host.agent ?? "")
          }
          markup.line()
        }
      }
    }
  }

  /// The storages that hosts share.
  func storageTable(_ markup: Markup) throws {
    try markup.section("storages", "Storages") {
      guard !storages.isEmpty else {
        return try markup.element("p", text: "No file system is known to be shared.")
      }
      try table(
        markup, "Shared storages", ["Storage", "Images", "Hosts", "All viewers known", "Seen by"],
        [1, 2]
      ) {
        for storage in storages {
          try markup.element("tr") {
            try markup.element("th", ["scope": "row", "class": "path"], text: storage.identity)
            try markup.numberCell(HumanWords.number(storage.files))
            try markup.numberCell(HumanWords.number(Int64(storage.viewers.count)))
            try markup.element(
              "td", text: storage.isClosed ? "yes" : "no; nothing there is called an orphan")
            try markup.element("td", text: storage.viewers.joined(separator: ", "))
          }
          markup.line()
        }
      }
    }
  }

  /// The biggest images that nobody uses.
  func reclaimable(_ markup: Markup) throws {
    try markup.section("reclaimable", "Reclaimable") {
      guard !orphans.isEmpty else {
        return try markup.element("p") {
          markup.text(
            "No image is known to be unused. For images of which this is unknown, and why: ")
          try markup.element("code", text: "backstory-fleet orphans --all")
        }
      }
      try markup.element(
        "p",
        text:
          "\(HumanWords.count(Int64(orphans.count), "image")), \(HumanWords.size(Self.sum(orphans)))."
      )
      try table(markup, "Unused images", ["Image", "Host", "Frees", "Why"], [2]) {
        for orphan in orphans.prefix(Self.most.rows) {
          try markup.element("tr") {
            try markup.element("th", ["scope": "row", "class": "path"], text: orphan.filename)
            try markup.element("td", text: orphan.host)
            try markup.numberCell(HumanWords.size(UInt64(max(0, orphan.size))))
            try markup.element("td", text: orphan.evidence)
          }
          markup.line()
        }
      }
    }
  }

  private func table(
    _ markup: Markup, _ label: String, _ titles: [String], _ numbers: Set<Int> = [],
    _ rows: () throws -> Void
  ) throws {
    try markup.element(
      "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": label]
    ) {
      try markup.element("table") {
        try markup.element("caption", ["class": "hidden"], text: label)
        try markup.headRow(titles, numbers: numbers)
        try markup.element("tbody", [:], rows)
      }
    }
  }
}
