import DiskImage
import Foundation
import Model
import Query
import Testing

@testable import Presentation

@Suite struct ReportPageTests {
  private func text(_ overview: Overview, _ images: [Image]) throws -> String {
    try ByteSink.text {
      try ReportPage(overview, plan: nil) { each in try images.forEach(each) }.write(to: $0)
    }
  }

  @Test func `a night is one page, the same every time`() throws {
    let page = try text(Examples.overview, [Examples.base, Examples.overlay])
    #expect(try text(Examples.overview, [Examples.base, Examples.overlay]) == page)
    try expectGolden(page, "report.html")
  }

  @Test func `nothing is loaded from anywhere`() throws {
    let page = try text(Examples.overview, [Examples.base])
    for word in ["http:", "https:", "src=", "url(", "@import", "style="] {
      #expect(!page.contains(word), "\(word)")
    }
    let links = page.components(separatedBy: "href=\"").dropFirst()
    #expect(links.allSatisfy { $0.hasPrefix("#") })
  }

  @Test func `the policy allows the script and the style sheet that are in the page, and no other`()
    throws
  {
    let page = try text(Examples.overview, [])
    let policy = ReportPage.policy
    let style = try #require(
      page.components(separatedBy: "<style>").last?.components(separatedBy: "</style>").first)
    let script = try #require(
      page.components(separatedBy: "<script>").last?.components(separatedBy: "</script>").first)
    #expect(policy.contains("style-src 'sha256-\(SHA256.base64(Array(style.utf8)))';"))
    #expect(policy.contains("script-src 'sha256-\(SHA256.base64(Array(script.utf8)))';"))
    #expect(policy.hasPrefix("default-src 'none';"))
    #expect(page.contains(HTMLText.escaped(policy)))
    #expect(!policy.contains("unsafe"))
  }

  @Test func `no text becomes an element, an attribute or a script`() throws {
    var image = HostileTextTests.image
    image.filename = PathBytes(Array("/\(HTMLTextTests.nasty)".utf8) + [0xff])
    let hostile = try text(Examples.hostileOverview, [image])
    #expect(hostile.components(separatedBy: "<script").count == 3)
    #expect(hostile.components(separatedBy: "</script").count == 3)
    #expect(!hostile.contains("<!--"))
    let steering = hostile.unicodeScalars.filter { $0.steersTerminal && $0 != "\n" }
    #expect(steering.isEmpty)
  }

  @Test func `the data of the script are all images by their directories`() throws {
    let page = try text(Examples.overview, [Examples.base, Examples.overlay])
    let start = try #require(page.range(of: "id=\"image-data\">"))
    let data = try #require(page[start.upperBound...].components(separatedBy: "</script>").first)
    #expect(
      data == """
        [["/srv/pool","default",[["base.qcow2","qcow2",21474836480,1288490188,"none",1,"warning",[2],0,1,1],
        ["web.qcow2","qcow2",21474836480,200704,"missing",3,"in error",[1],"gone.qcow2",1,11]]]]
        """)
  }

  @Test func `of many images the plain table has the biggest`() throws {
    let images = (1...2000).map { number in
      var image = Examples.base
      image.filename = PathBytes("/srv/pool/disk-\(number).qcow2".utf8)
      image.actualSize = UInt64(number) << 20
      return image
    }
    let page = try text(Examples.overview, images)
    let plain = try #require(page.components(separatedBy: "id=\"plain\"").last)
    #expect(
      plain.contains(
        "200 of 2,000 images: images with findings first, then the largest. All of them: "))
    #expect(plain.components(separatedBy: "<tr>").count == 202)
    #expect(plain.contains("/srv/pool/disk-1801.qcow2<"))
    #expect(!plain.contains("/srv/pool/disk-1800.qcow2<"))
  }

  @Test func `a first night without anything says so`() throws {
    let page = try text(Overview(host: "h", scan: Examples.summary), [])
    #expect(page.contains("Nothing needs attention in what was seen."), "the scan is partial")
    #expect(page.contains("This is the first scan"))
    #expect(page.contains("No images."))
  }

  @Test func `every heading is one level below the last at most, and every section has its own`()
    throws
  {
    let page = try text(Examples.overview, [Examples.base])
    let levels = page.components(separatedBy: "<h").dropFirst().compactMap {
      $0.first?.wholeNumberValue
    }
    #expect(levels.first == 1)
    #expect(levels.filter { $0 == 1 }.count == 1)
    for (above, below) in zip(levels, levels.dropFirst()) { #expect(below <= above + 1) }
    for name in ["attention", "changes", "pools", "chains", "reclaimable", "images"] {
      #expect(page.contains("<section id=\"\(name)\" aria-labelledby=\"\(name)-heading\">"))
      #expect(page.contains("href=\"#\(name)\""))
    }
    let drawings = page.components(separatedBy: "role=\"img\"").count
    #expect(drawings == page.components(separatedBy: "<desc id=").count)
    #expect(page.components(separatedBy: "<th>").count == 1)
  }
}

/// The colours of the style sheets, against each other.
@Suite struct ContrastTests {
  /// The value of each colour, in the light and in the dark.
  private static let palettes: [[String: String]] = {
    let blocks = ReportPage.styleSheet.components(separatedBy: ":root {").dropFirst().prefix(2)
    return blocks.map { block in
      var colors: [String: String] = [:]
      for part in block.prefix(while: { $0 != "}" }).split(separator: ";") {
        let words = part.split(separator: ":").map {
          $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if words.count == 2 { colors[words[0]] = words[1] }
      }
      return colors
    }
  }()

  @Test(arguments: [0, 1]) func `text is at least 4.5 times its ground, light and dark`(
    palette: Int
  ) throws {
    let pairs = [
      ("--ink", "--paper"), ("--ink", "--card"), ("--ink", "--area"), ("--muted", "--paper"),
      ("--muted", "--card"), ("--link", "--paper"), ("--link", "--card"), ("--error", "--card"),
      ("--error", "--paper"), ("--error", "--error-wash"), ("--warning", "--card"),
      ("--warning", "--paper"), ("--warning", "--warning-wash"), ("--good", "--paper"),
    ]
    for (text, ground) in pairs {
      let colors = Self.palettes[palette]
      let ratio = try contrast(try #require(colors[text]), try #require(colors[ground]))
      #expect(ratio >= 4.5, "\(text) on \(ground)")
    }
  }

  @Test(arguments: [
    ("#1c1b19", "#ffffff"), ("#57534b", "#ffffff"), ("#a3211a", "#fdeceb"), ("#57534b", "#eaf1f8"),
    ("#a3211a", "#ffffff"), ("#eae7e1", "#1e2125"), ("#b4b0a7", "#1e2125"), ("#b4b0a7", "#1d2a38"),
    ("#ff9d94", "#3a1e1d"), ("#ff9d94", "#1e2125"),
  ])
  func `so it is in the pictures`(text: String, ground: String) throws {
    #expect(ReportPage.styleSheet.contains(text))
    #expect(ReportPage.styleSheet.contains(ground))
    #expect(try contrast(text, ground) >= 4.5)
  }

  /// Source: WCAG 2.2, "contrast ratio" and "relative luminance".
  private func contrast(_ one: String, _ other: String) throws -> Double {
    let lights = try [luminance(one), luminance(other)].sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }

  private func luminance(_ color: String) throws -> Double {
    let value = try #require(UInt32(color.dropFirst(), radix: 16))
    let parts = [16, 8, 0].map { (shift: UInt32) -> Double in
      let part = Double(value >> shift & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
