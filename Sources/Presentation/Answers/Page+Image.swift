import DiskImage
internal import Model
internal import Query
internal import Sighting

extension Page {
  /// Everything about one image on a card.
  func card(of image: Image, now: ScanPoint?) throws {
    try line(Piece(TerminalText.escaped(image.filename), .heading))
    for other in image.otherNames { try labelled("also", TerminalText.escaped(other)) }
    if let number = image.imageID {
      try labelled("image", "#\(number)" + (image.pool.map { " in pool \($0)" } ?? ""))
    }
    let clusters = image.clusterSize.map { ", clusters of \(HumanWords.size($0))" } ?? ""
    try labelled("format", image.formatInWords + clusters)
    try labelled("size", image.sizeInWords)
    if let fault = image.fault {
      try labelled("header", "invalid: \(fault)", .error)
    }
    if !image.conditions.isEmpty {
      try labelled("condition", image.conditions.joined(separator: ", "), .warning)
    }
    if image.references == nil { try backing(of: image) }
    if let modified = image.modified { try labelled("written", HumanWords.time(modified)) }
    if let sample = image.contentSample {
      let count = HumanWords.number(sample)
      try labelled("content", "known by one block of \(count): a change elsewhere is not seen")
    }
    if let owner = image.ownerInWords { try labelled("owner", owner) }
    if let seen = image.seenInWords { try labelled("seen", seen) }
    try references(image.references ?? [])
    try snapshots(image.snapshots)
    try formatDetails(image.formatSpecific)
    if let dependents = image.dependents {
      try heading("Depends on it", count: dependents.count)
      for dependent in dependents { try line("  \(dependent.inWords)") }
    }
    if let findings = image.findings {
      try heading("Findings", count: findings.count)
      try blocks(of: findings, now: now, withFilename: false)
    }
  }

  private func backing(of image: Image) throws {
    guard let stored = image.backingFilename else { return }
    try labelled("backing", TerminalText.escaped(stored))
    if let full = image.fullBackingFilename, full != stored {
      try labelled("", "\(style.arrow) " + TerminalText.escaped(full))
    }
    try labelled("", image.linkInWords, image.backingState?.tone)
  }

  private func references(_ references: [Reference]) throws {
    guard !references.isEmpty else { return }
    try heading("Refers to", count: references.count)
    for reference in references {
      try labelled(reference.role.rawValue, TerminalText.escaped(reference.stored))
      let target = reference.targetInWords
      if target != TerminalText.escaped(reference.stored) {
        try labelled("", "\(style.arrow) \(target)")
      }
      let words = reference.linkInWords
      if !words.isEmpty { try labelled("", words, reference.state?.tone) }
      if let reason = reference.libvirtRefusal {
        try labelled("", "libvirt will not start a machine with it: \(reason);", .warning)
        try labelled("", "use the output of 'backstory xml' in the domain", .warning)
      }
    }
  }

  private func snapshots(_ snapshots: [StoredSnapshot]) throws {
    guard !snapshots.isEmpty else { return }
    try heading("Internal snapshots", count: snapshots.count)
    let table = Table(on: self, "  ID", .whole("TAKEN"), .number("VM STATE"), "NAME")
    for snapshot in snapshots {
      let taken = Moment(milliseconds: Int64(snapshot.dateSeconds) * 1000)
      try table.row(
        "  \(snapshot.id)", Piece(HumanWords.time(taken)),
        Piece(HumanWords.size(UInt64(bitPattern: snapshot.machineStateSize))), Piece(snapshot.name))
    }
    try table.finish()
  }

  private func formatDetails(_ facts: FactValue?) throws {
    guard case .object(let fields)? = facts,
      case .object(let details)? = fields.first(where: { $0.key == "data" })?.value,
      !details.isEmpty
    else { return }
    try heading("Format details")
    for detail in details { try self.detail(detail.key, detail.value, indent: 2) }
  }

  private func detail(_ key: String, _ value: FactValue, indent: Int) throws {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .boolean(let flag): try line("\(margin)\(key): \(flag)")
    case .number(let number): try line("\(margin)\(key): \(number)")
    case .text(let text): try line("\(margin)\(key): \(text)")
    case .list(let values):
      for (number, value) in values.enumerated() {
        try detail("\(key)[\(number)]", value, indent: indent)
      }
    case .object(let fields):
      try line("\(margin)\(key):")
      for field in fields { try detail(field.key, field.value, indent: indent + 2) }
    }
  }
}
