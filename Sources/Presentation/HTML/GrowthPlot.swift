internal import Model
internal import Query

/// What a pool held on disk, scan by scan, drawn as a step line from its own lowest value: five per cent of a
/// large pool would not be seen from zero.
struct GrowthPlot {
  let growth: PoolGrowth
  /// What it is that grew, before its name.
  private let what: String

  init(_ growth: PoolGrowth, what: String = "pool ") {
    self.what = what
    self.growth = growth
  }

  /// Units of the drawing.
  static let size = (width: 340.0, height: 150.0)
  private static let frame = (left: 8.0, right: 332.0, top: 26.0, bottom: 124.0)
  /// Steps that are drawn; of more, the last of each stretch.
  private static let stepLimit = 160

  /// Draws a figure with the pool's name above it.
  func draw(in markup: Markup, name: String) throws {
    guard let first = growth.points.first, let last = growth.points.last else { return }
    try markup.element("figure", ["class": "plot"]) {
      try markup.element("figcaption") {
        try markup.element("strong", text: growth.name)
        markup.text(" \(HumanWords.size(last.actualSize)) ")
        try markup.element("small", text: difference(first, last))
        for sentence in roomInWords { try markup.element("small", text: sentence) }
      }
      try drawCurve(in: markup, name: name)
    }
    markup.line()
  }

  /// Draws the curve alone, at a place of a larger drawing where one is given.
  func drawCurve(in markup: Markup, name: String, at place: (x: Double, y: Double)? = nil) throws {
    guard let first = growth.points.first, let last = growth.points.last else { return }
    let (width, height) = (Self.size.width.short, Self.size.height.short)
    try markup.element(
      "svg",
      [
        "class": place.map { _ in "plot" }, "x": place?.x.short, "y": place?.y.short,
        "width": place.map { _ in width }, "height": place.map { _ in height },
        "viewBox": "0 0 \(width) \(height)", "role": "img",
        "aria-labelledby": "\(name)-title \(name)-words",
      ]
    ) {
      try markup.element("title", ["id": "\(name)-title"], text: "Growth of \(what)\(growth.name)")
      try markup.element("desc", ["id": "\(name)-words"], text: words(first, last))
      try curve(markup)
      try labels(first, last, markup)
    }
  }

  /// How it grew, and what is free, in sentences.
  var said: [String] {
    guard let first = growth.points.first, let last = growth.points.last else { return [] }
    return ["\(HumanWords.size(last.actualSize)) on disk, \(difference(first, last))"] + roomInWords
  }

  private func words(_ first: PoolGrowth.Point, _ last: PoolGrowth.Point) -> String {
    let sizes = growth.points.map(\.actualSize)
    return "\(HumanWords.size(first.actualSize)) on disk in "
      + "\(HumanWords.count(first.images, "image")) after \(HumanWords.point(first.point)), "
      + "\(HumanWords.size(last.actualSize)) in \(HumanWords.count(last.images, "image")) after "
      + "\(HumanWords.point(last.point)); between, at least \(HumanWords.size(sizes.min() ?? 0)) "
      + "and at most \(HumanWords.size(sizes.max() ?? 0))."
  }

  /// What is free, and when nothing is any more.
  private var roomInWords: [String] {
    guard let room = growth.points.last?.room else { return [] }
    let free = "\(HumanWords.size(room.available)) of \(HumanWords.size(room.capacity)) free"
    guard let forecast = growth.forecast, let full = forecast.full else { return [free] }
    let early = forecast.earliest.map { "from \(HumanWords.date($0))" }
    let late = forecast.latest.map { "to \(HumanWords.date($0))" } ?? "open-ended"
    let band = early.map { " (\($0) \(late))" } ?? ""
    return [free, "full about \(HumanWords.date(full))\(band)"]
  }

  private func difference(_ first: PoolGrowth.Point, _ last: PoolGrowth.Point) -> String {
    let images = HumanWords.count(last.images, "image")
    if last.actualSize == first.actualSize { return "unchanged, \(images)" }
    let grew = last.actualSize > first.actualSize
    let bytes =
      grew ? last.actualSize - first.actualSize : first.actualSize - last.actualSize
    let days = last.point.time.milliseconds.subtractingReportingOverflow(
      first.point.time.milliseconds
    ).partialValue
    return "\(grew ? "+" : "−")\(HumanWords.size(bytes)) in "
      + "\(HumanWords.span(milliseconds: days)), \(images)"
  }

  /// The points that are drawn, oldest first.
  private var steps: [PoolGrowth.Point] {
    let all = growth.points
    guard all.count > Self.stepLimit else { return all }
    let stride = (all.count + Self.stepLimit - 1) / Self.stepLimit
    return all.enumerated().filter {
      $0.offset == 0 || $0.offset == all.count - 1 || $0.offset % stride == stride - 1
    }.map(\.element)
  }

  private func curve(_ markup: Markup) throws {
    let frame = Self.frame
    let steps = steps
    let least = Double(steps.map(\.actualSize).min() ?? 0)
    let most = max(least + 1, Double(steps.map(\.actualSize).max() ?? 1))
    let start = Double(steps.first?.point.time.milliseconds ?? 0)
    let span = max(1, Double(steps.last?.point.time.milliseconds ?? 0) - start)
    var line = ""
    for (number, step) in steps.enumerated() {
      let time = (Double(step.point.time.milliseconds) - start) / span
      let x = frame.left + min(1, max(0, time)) * (frame.right - frame.left)
      let part = (Double(step.actualSize) - least) / (most - least)
      let y = frame.bottom - 8 - part * (frame.bottom - 8 - frame.top)
      line += number == 0 ? "M\(x.short) \(y.short)" : "H\(x.short)V\(y.short)"
    }
    let floor = "V\(frame.bottom.short)H\(frame.left.short)Z"
    try markup.element("path", ["class": "area", "d": line + floor]) {}
    try markup.element(
      "path",
      [
        "class": "axis",
        "d": "M\(frame.left.short) \(frame.bottom.short)H\(frame.right.short)"
          + "M\(frame.left.short) \(frame.top.short)H\(frame.right.short)",
      ]
    ) {}
    try markup.element("path", ["class": "curve", "d": line]) {}
  }

  private func labels(
    _ first: PoolGrowth.Point, _ last: PoolGrowth.Point, _ markup: Markup
  ) throws {
    let frame = Self.frame
    let most = growth.points.map(\.actualSize).max() ?? 0
    let label = { (text: String, x: Double, y: Double, end: Bool) in
      try markup.element(
        "text", ["x": x.short, "y": y.short, "text-anchor": end ? "end" : nil], text: text)
    }
    let least = growth.points.map(\.actualSize).min() ?? 0
    try label(HumanWords.size(most), frame.left, frame.top - 7, false)
    if least < most {
      try label("from \(HumanWords.size(least))", frame.right, frame.top - 7, true)
    }
    try label(String(first.point.time.text.prefix(10)), frame.left, frame.bottom + 18, false)
    try label(String(last.point.time.text.prefix(10)), frame.right, frame.bottom + 18, true)
  }
}
