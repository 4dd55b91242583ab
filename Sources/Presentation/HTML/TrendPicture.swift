internal import Model
public import Query

/// How parts of the inventory grew, as a drawing: two plots beside each other, with the same words as on the page of
/// a night.
public struct TrendPicture {
  private let plots: [GrowthPlot]
  private let title: String

  /// Parts that a drawing may have and still be read.
  public static let mostDrawn = 100

  private static let columns = 2
  private static let cell = (width: GrowthPlot.size.width + 24, height: GrowthPlot.size.height + 84)
  /// Characters of a name that fit above a plot.
  private static let nameLength = 40

  /// A drawing of parts, in their order.
  public init(_ parts: [Trend], by group: TrendGroup) {
    title = "Growth by \(group.rawValue)"
    plots = parts.filter { !$0.points.isEmpty }.map { part in
      var growth = PoolGrowth(
        name: part.name, path: "/",
        points: part.points.map {
          PoolGrowth.Point(
            point: $0.point, images: $0.images, actualSize: $0.actualSize, room: $0.room)
        })
      growth.forecast = part.forecast
      return GrowthPlot(growth, what: "")
    }
  }

  /// Writes it as an SVG document.
  /// - Throws: what the sink throws.
  public func write(to sink: ByteSink) throws {
    let markup = Markup(sink: sink)
    let rows = (plots.count + Self.columns - 1) / Self.columns
    let width = (Double(Self.columns) * Self.cell.width + 24).short
    let height = (Double(max(1, rows)) * Self.cell.height + 24).short
    try markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "picture", "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "role": "img", "aria-labelledby": "growth-title",
      ]
    ) {
      try markup.element("title", ["id": "growth-title"], text: title)
      sink.append("<style>")
      for sheet in [PackageResources.picture_css, PackageResources.plot_css] {
        sink.append(String(decoding: sheet, as: UTF8.self))
      }
      sink.append("</style>")
      try markup.element("rect", ["class": "paper", "width": "100%", "height": "100%"]) {}
      for (number, plot) in plots.enumerated() { try draw(plot, number, in: markup) }
    }
    markup.line()
    try sink.flush()
  }

  private func draw(_ plot: GrowthPlot, _ number: Int, in markup: Markup) throws {
    let x = 24 + Double(number % Self.columns) * Self.cell.width
    let y = 24 + Double(number / Self.columns) * Self.cell.height
    let name = plot.growth.name.cutInTheMiddle(to: Self.nameLength, mark: "…")
    try markup.element("text", ["class": "name", "x": x.short, "y": (y + 12).short], text: name)
    for (line, sentence) in plot.said.enumerated() {
      try markup.element(
        "text", ["class": "small", "x": x.short, "y": (y + 29 + Double(line) * 15).short],
        text: sentence)
    }
    try plot.drawCurve(in: markup, name: "growth-\(number + 1)", at: (x, y + 64))
  }
}
