import Foundation
import Testing

@testable import Presentation

/// Compares `text` with `Golden/<name>` beside this file.
/// With RECORD_GOLDEN set it rewrites the file, and still fails.
func expectGolden(
  _ text: String, _ name: String, filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(fileURLWithPath: filePath).deletingLastPathComponent()
    .appending(path: "Golden/\(name)")
  if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  #expect(text == expected, sourceLocation: sourceLocation)
}

/// Compares a report in every output with its goldens; human output at 80 columns.
func expectGoldens(
  _ report: Report, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for format in OutputFormat.allCases {
    let suffix = format == .human ? "txt" : format.rawValue
    try expectGolden(
      try report.text(format), "\(name).\(suffix)", sourceLocation: sourceLocation)
  }
}

extension Report {
  /// The report as text, at 80 columns without colour unless told otherwise.
  func text(_ format: OutputFormat, _ style: Style = .plain) throws -> String {
    try ByteSink.text { try write(as: format, style: style, to: $0) }
  }
}

extension Style {
  /// 80 columns, no colour, Unicode.
  static let plain = Style(width: 80, hasColor: false, hasUnicode: true)
}
