internal import Model
internal import Query

/// What a pool held on disk, scan by scan, drawn as a step line from zero.
struct GrowthPlot {
  let growth: PoolGrowth

  init(_ growth: PoolGrowth) { self.growth = growth }

  /// Units of the drawing.
  private static let size = (width: 340.0, height: 150.0)
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
      }
      try markup.element(
        "svg",
        [
          "viewBox": "0 0 \(Self.size.width.short) \(Self.size.height.short)", "role": "img",
          "aria-labelledby": "\(name)-title \(name)-words",
        ]
      ) {
        try markup.element("title", ["id": "\(name)-title"], text: "Growth of pool \(growth.name)")
        try markup.element("desc", ["id": "\(name)-words"], text: words(first, last))
        try curve(markup)
        try labels(first, last, markup)
      }
    }
    markup.line()
  }

  private func words(_ first: PoolGrowth.Point, _ last: PoolGrowth.Point) -> String {
    let sizes = growth.points.map(\.actualSize)
    return "\(HumanWords.size(first.actualSize)) on disk in "
      + "\(HumanWords.count(first.images, "image")) after \(HumanWords.point(first.point)), "
      + "\(HumanWords.size(last.actualSize)) in \(HumanWords.count(last.images, "image")) after "
      + "\(HumanWords.point(last.point)); between, at least \(HumanWords.size(sizes.min() ?? 0)) "
      + "and at most \(HumanWords.size(sizes.max() ?? 0))."
  }

  private func difference(_ first: PoolGrowth.Point, _ last: PoolGrowth.Point) -> String {
    let images = HumanWords.count(last.images, "image")
    if last.actualSize == first.actualSize { return "as at first, \(images)" }
    let grew = last.actualSize > first.actualSize
    let bytes =
      grew ? last.actualSize - first.actualSize : first.actualSize - last.actualSize
    let days = last.point.time.milliseconds.subtractingReportingOverflow(
      first.point.time.milliseconds
    ).partialValue
    return "\(grew ? "+" : "−")\(HumanWords.size(bytes)) in "
      + "\(HumanWords.duration(milliseconds: days)), \(images)"
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
    let most = Double(max(1, steps.map(\.actualSize).max() ?? 1))
    let start = Double(steps.first?.point.time.milliseconds ?? 0)
    let span = max(1, Double(steps.last?.point.time.milliseconds ?? 0) - start)
    var line = ""
    for (number, step) in steps.enumerated() {
      let time = (Double(step.point.time.milliseconds) - start) / span
      let x = frame.left + min(1, max(0, time)) * (frame.right - frame.left)
      let y = frame.bottom - Double(step.actualSize) / most * (frame.bottom - frame.top)
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
    try label(HumanWords.size(most), frame.left, frame.top - 7, false)
    try label(String(first.point.time.text.prefix(10)), frame.left, frame.bottom + 18, false)
    try label(String(last.point.time.text.prefix(10)), frame.right, frame.bottom + 18, true)
  }
}
