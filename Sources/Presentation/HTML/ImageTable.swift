internal import Model
internal import Query
internal import Rules

/// All images: as data for the page's script, and the biggest of them as a plain table.
struct ImageTable {
  private let markup: Markup
  private let marks: [Int64: ImageMark]

  init(_ markup: Markup, marks: [Int64: ImageMark] = [:]) {
    self.markup = markup
    self.marks = marks
  }

  /// Rows of the plain table; the script's has all.
  static let plainRows = 200

  /// Writes the section. The images are gone through once.
  func write(_ images: Report.Elements<Image>) throws {
    try markup.element("section", ["id": "images", "aria-labelledby": "images-heading"]) {
      try markup.element("h2", ["id": "images-heading"], text: "All images")
      markup.line()
      var biggest = Biggest(marks: marks)
      try markup.element("script", ["type": "application/json", "id": "image-data"]) {
        var data = ImageData(to: markup.sink, marks: marks)
        try images { image in
          biggest.add(image)
          try data.add(image)
        }
        data.finish()
      }
      markup.line()
      try plainTable(biggest)
    }
    markup.line()
  }

  private func plainTable(_ biggest: Biggest) throws {
    guard biggest.count > 0 else { return try markup.element("p", text: "No images.") }
    let rows = biggest.rows
    try markup.element("div", ["id": "plain"]) {
      try markup.element("p") {
        let all = HumanWords.count(biggest.count, "image")
        guard rows.count < biggest.count else {
          return markup.text("\(all), images with findings first, then the largest.")
        }
        markup.text(
          "\(HumanWords.number(Int64(rows.count))) of \(all): images with findings first, then the largest. All of them: "
        )
        try markup.element("code", text: "backstory list --output csv")
      }
      try markup.element(
        "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "Images"]
      ) {
        try markup.element("table") {
          try markup.element("caption", ["class": "hidden"], text: "Images, largest first")
          try markup.headRow(
            ["Image", "Format", "Virtual", "On disk", "Backing", "Pool", "Number", "State"],
            numbers: [2, 3, 6])
          try markup.element("tbody") { for image in rows { try plainRow(image) } }
        }
      }
    }
  }

  private func plainRow(_ image: Image) throws {
    try markup.element("tr") {
      try markup.element("th", ["scope": "row", "class": "path"], path: image.filename)
      try markup.element("td", text: image.formatInWords)
      try markup.numberCell(image.virtualSize.map(HumanWords.size) ?? "?")
      try markup.numberCell(image.actualSize.map(HumanWords.size) ?? "?")
      try markup.element("td", ["class": image.stateInWords], text: image.stateInWords)
      try markup.element("td", text: image.pool ?? "")
      try markup.numberCell(image.imageID.map { "#\($0)" } ?? "")
      let mark = image.imageID.flatMap { marks[$0] }
      try markup.element("td", ["class": mark?.style], text: mark?.words ?? "fine")
    }
    markup.line()
  }
}

extension Image {
  /// The state of the backing link, in the contract's word.
  fileprivate var stateInWords: String { backingState?.rawValue ?? "" }
}

/// What is wrong with an image, at its worst.
struct ImageMark {
  /// How bad the worst of it is; `nil` where a person knows of all of it.
  let severity: Severity?
  /// The places of the cards that say more, from 1 on.
  var cards: [Int] = []

  /// The class of its cell.
  var style: String { severity?.rawValue ?? "known" }

  /// The state in words.
  var words: String {
    switch severity {
    case .error: "in error"
    case .warning: "warning"
    case .info: "worth knowing"
    case nil: "acknowledged"
    }
  }
}

extension ReportPage {
  /// What is wrong with images, by their numbers.
  var marks: [Int64: ImageMark] {
    var marks: [Int64: ImageMark] = [:]
    for finding in overview.acknowledged {
      if let id = finding.imageID { marks[id] = ImageMark(severity: nil) }
    }
    for (place, group) in overview.groups.enumerated() {
      for id in group.images.union(group.findings.compactMap(\.imageID)) {
        let severity = group.kind.severity
        if let known = marks[id]?.severity, known >= severity {
          marks[id]?.cards.append(place + 1)
        } else {
          marks[id] = ImageMark(severity: severity, cards: (marks[id]?.cards ?? []) + [place + 1])
        }
      }
    }
    return marks
  }
}

/// The images of the plain table, in little memory: what is wrong, and the biggest.
private struct Biggest {
  let marks: [Int64: ImageMark]
  private(set) var count: Int64 = 0
  private var candidates: [Image] = []

  mutating func add(_ image: Image) {
    count += 1
    candidates.append(image)
    if candidates.count >= 8 * ImageTable.plainRows { candidates = rows }
  }

  init(marks: [Int64: ImageMark]) { self.marks = marks }

  /// What is wrong first, then the biggest on disk, then in byte order of the paths.
  var rows: [Image] {
    Array(
      candidates.sorted { left, right in
        let (one, other) = (rank(left), rank(right))
        if one != other { return one > other }
        return (right.actualSize ?? 0, left.filename) < (left.actualSize ?? 0, right.filename)
      }.prefix(ImageTable.plainRows))
  }

  private func rank(_ image: Image) -> Int {
    switch image.imageID.flatMap({ marks[$0] })?.severity {
    case .error: 2
    case .warning: 1
    case .info, nil: 0
    }
  }
}

/// The images as the page's script reads them.
///
/// `[[directory, pool, [[name, format, virtual, on disk, backing, number, state, cards, base, first, changed], …]], …]`:
/// names as they are shown, sizes in bytes; the base by its path, the scans that saw the image first and changed last;
/// images of one directory follow one another.
private struct ImageData {
  private let sink: ByteSink
  private let marks: [Int64: ImageMark]
  private var directory: PathBytes?

  init(to sink: ByteSink, marks: [Int64: ImageMark]) {
    self.sink = sink
    self.marks = marks
    sink.append("[")
  }

  mutating func add(_ image: Image) throws {
    let here = image.filename.directory
    if here == directory {
      sink.append(",\n")
    } else {
      if directory != nil { sink.append("]],\n") }
      sink.append("[\(ScriptJSON.string(TerminalText.escaped(here))),\(string(image.pool ?? "")),[")
      directory = here
    }
    sink.append(row(image))
    try sink.settle()
  }

  func finish() { sink.append(directory == nil ? "]" : "]]]") }

  private func row(_ image: Image) -> String {
    let name = ScriptJSON.string(TerminalText.escaped(PathBytes(image.filename.name)))
    let sizes =
      "\(ScriptJSON.number(image.virtualSize)),\(ScriptJSON.number(image.actualSize))"
    return "[\(name),\(string(image.formatInWords)),\(sizes),\(string(image.stateInWords)),"
      + "\(ScriptJSON.number(image.imageID))\(more(image))]"
  }

  /// What a row shows when it is opened; nothing of an image that is fine and stands on no other.
  private func more(_ image: Image) -> String {
    let mark = image.imageID.flatMap { marks[$0] }
    let cards = (mark?.cards ?? []).map(String.init).joined(separator: ",")
    // The name alone, where the base stands beside the image.
    let base = image.fullBackingFilename.map { base in
      base.directory == image.filename.directory ? PathBytes(base.name) : base
    }
    let path = base.map { ScriptJSON.string(TerminalText.escaped($0)) } ?? "0"
    return ",\(mark.map { string($0.words) } ?? "0"),[\(cards)],\(path),"
      + "\(ScriptJSON.number(image.firstSeen?.scan)),\(ScriptJSON.number(image.lastChanged?.scan))"
  }

  private func string(_ text: String) -> String {
    ScriptJSON.string(TerminalText.escaped(text))
  }
}
