/// What every page is made of, whatever it is about.
extension Markup {
  /// A label, a value and what is said beside it.
  typealias Tile = (label: String, value: String, detail: String?)

  /// A whole page: it loads nothing, and may do what `policy` says.
  func page(
    title: String, policy: String, _ style: String, _ body: () throws -> Void
  ) throws {
    raw("<!DOCTYPE html>\n")
    try element("html", ["lang": "en"]) {
      try head(title: title, policy: policy, style)
      try element("body") {
        try element("a", ["class": "skip", "href": "#main"], text: "Skip to content")
        try body()
      }
    }
    line()
  }

  private func head(title: String, policy: String, _ style: String) throws {
    try element("head") {
      void("meta", ["charset": "utf-8"])
      void("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
      void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      void("meta", ["name": "color-scheme", "content": "light dark"])
      void("meta", ["name": "referrer", "content": "no-referrer"])
      try element("title", text: title)
      try element("style") { sink.append(style) }
    }
    line()
  }

  /// What is to be known at a glance.
  func tiles(_ tiles: [Tile]) throws {
    try element("dl", ["class": "tiles"]) {
      for (label, value, detail) in tiles {
        try element("div") {
          try element("dt", text: label)
          try element("dd") {
            try element("strong", text: value)
            if let detail { try element("span", text: detail) }
          }
        }
      }
    }
  }

  /// Links to the sections of a page.
  func navigation(_ sections: [(place: String, name: String)]) throws {
    try element("nav", ["aria-label": "Sections"]) {
      try element("ul") {
        for (place, name) in sections {
          try element("li") { try element("a", ["href": "#\(place)"], text: name) }
        }
      }
    }
    line()
  }

  /// A section with its heading.
  func section(_ place: String, _ title: String, _ body: () throws -> Void) throws {
    try element("section", ["id": place, "aria-labelledby": "\(place)-heading"]) {
      try element("h2", ["id": "\(place)-heading"], text: title)
      line()
      try body()
    }
    line()
  }
}
