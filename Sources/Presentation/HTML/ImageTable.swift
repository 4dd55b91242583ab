internal import Model
internal import Query

/// All images: as data for the page's script, and the biggest of them as a plain table.
struct ImageTable {
  private let markup: Markup

  init(_ markup: Markup) { self.markup = markup }

  /// Rows of the plain table; the script's has all.
  static let plainRows = 200

  /// Writes the section. The images are gone through once.
  func write(_ images: Report.Elements<ImageAnswer>) throws {
    try markup.element("section", ["id": "images", "aria-labelledby": "images-heading"]) {
      try markup.element("h2", ["id": "images-heading"], text: "All images")
      markup.line()
      var biggest = Biggest()
      try markup.element("script", ["type": "application/json", "id": "image-data"]) {
        var data = ImageData(to: markup.sink)
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
        guard rows.count < biggest.count else { return markup.text("\(all), the biggest first.") }
        markup.text("The \(HumanWords.number(Int64(rows.count))) biggest of \(all). All of them: ")
        try markup.element("code", text: "backstory list --output csv")
      }
      try markup.element(
        "div", ["class": "frame", "tabindex": "0", "role": "group", "aria-label": "Images"]
      ) {
        try markup.element("table") {
          try markup.element("caption", ["class": "hidden"], text: "Images, the biggest first")
          try markup.headRow(
            ["Image", "Format", "Virtual", "On disk", "Backing", "Pool", "Number"],
            numbers: [2, 3, 6])
          try markup.element("tbody") { for image in rows { try plainRow(image) } }
        }
      }
    }
  }

  private func plainRow(_ image: ImageAnswer) throws {
    try markup.element("tr") {
      try markup.element("th", ["scope": "row", "class": "path"], path: image.filename)
      try markup.element("td", text: image.formatInWords)
      try markup.numberCell(image.virtualSize.map(HumanWords.size) ?? "?")
      try markup.numberCell(image.actualSize.map(HumanWords.size) ?? "?")
      try markup.element("td", ["class": image.stateInWords], text: image.stateInWords)
      try markup.element("td", text: image.pool ?? "")
      try markup.numberCell(image.imageID.map { "#\($0)" } ?? "")
    }
    markup.line()
  }
}

extension ImageAnswer {
  /// The state of the backing link, in the contract's word.
  fileprivate var stateInWords: String { backingState?.rawValue ?? "" }
}

/// The biggest of many images, in little memory.
private struct Biggest {
  private(set) var count: Int64 = 0
  private var candidates: [ImageAnswer] = []

  mutating func add(_ image: ImageAnswer) {
    count += 1
    candidates.append(image)
    if candidates.count >= 8 * ImageTable.plainRows { candidates = rows }
  }

  /// The biggest on disk, biggest first, then in byte order of the paths.
  var rows: [ImageAnswer] {
    Array(
      candidates.sorted {
        ($1.actualSize ?? 0, $0.filename) < ($0.actualSize ?? 0, $1.filename)
      }.prefix(ImageTable.plainRows))
  }
}

/// The images as the page's script reads them.
///
/// `[[directory, pool, [[name, format, virtual, on disk, state, number], …]], …]`: names as they are
/// shown, sizes in bytes; images of one directory follow one another.
private struct ImageData {
  private let sink: ByteSink
  private var directory: PathBytes?

  init(to sink: ByteSink) {
    self.sink = sink
    sink.append("[")
  }

  mutating func add(_ image: ImageAnswer) throws {
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

  private func row(_ image: ImageAnswer) -> String {
    let name = ScriptJSON.string(TerminalText.escaped(PathBytes(image.filename.name)))
    let sizes =
      "\(ScriptJSON.number(image.virtualSize)),\(ScriptJSON.number(image.actualSize))"
    return "[\(name),\(string(image.formatInWords)),\(sizes),\(string(image.stateInWords)),"
      + "\(ScriptJSON.number(image.imageID))]"
  }

  private func string(_ text: String) -> String {
    ScriptJSON.string(TerminalText.escaped(text))
  }
}
