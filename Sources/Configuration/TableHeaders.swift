/// On which lines the tables of a document begin, as far as their headers are plain words.
///
/// Below each line that looks like a header goes a key with the line's number, and the parser says
/// which table it belongs to: a line in a text belongs to none.
struct TableHeaders {
  /// Where a value is to be looked for.
  struct Place {
    /// The line of the header of its table, from 1; `nil` above the first header.
    let header: Int?
    /// The lines of the table, from 0; all lines, where the table is not known.
    let block: Range<Int>
    /// The steps to the value within these lines.
    let steps: [TOMLDocument.Step]
    /// Those of them that follow the steps to the table.
    let inner: ArraySlice<TOMLDocument.Step>
  }

  private static let mark = "\u{1}line"

  /// How many lines are above the first line that looks like a header.
  private let preamble: Int
  /// From each line that looks like a header to the last one before the next, from 1.
  private let ends: [Int: Int]
  private let marked: [String: DocumentValue]
  private let count: Int

  init(of lines: [Substring]) {
    let candidates = lines.indices.filter { Self.isHeader(lines[$0]) }.map { $0 + 1 }
    let last = candidates.dropFirst().map { $0 - 1 } + [lines.count]
    preamble = candidates.first.map { $0 - 1 } ?? lines.count
    ends = Dictionary(zip(candidates, last)) { first, _ in first }
    count = lines.count
    var text = ""
    for (index, line) in lines.enumerated() {
      text += line + "\n"
      if Self.isHeader(line) { text += "\"\\u0001line\" = \(index + 1)\n" }
    }
    marked = (try? TOMLDocument.table(of: text)) ?? [:]
  }

  private static func isHeader(_ line: Substring) -> Bool {
    line.wholeMatch(of: /\s*\[\[?\s*[A-Za-z0-9_-]+\s*\]\]?\s*(#.*)?/) != nil
  }

  /// The table that holds a value, and the way from there.
  func place(of steps: [TOMLDocument.Step]) -> Place {
    guard case .key(let name) = steps.first else { return nowhere(steps) }
    switch (marked[name], steps.dropFirst().first) {
    case (.table(let table), _):
      return place(of: table, [.key(name)], steps.dropFirst()) ?? nowhere(steps)
    case (.list(let list), .index(let index)):
      guard list.indices.contains(index), case .table(let table) = list[index] else {
        return nowhere(steps)
      }
      return place(of: table, [.key(name), .index(0)], steps.dropFirst(2)) ?? nowhere(steps)
    case (nil, _), (.list, _), (.text, _), (.number, _), (.flag, _), (.other, _):
      return Place(header: nil, block: 0..<preamble, steps: steps, inner: steps[...])
    }
  }

  private func place(
    of table: [String: DocumentValue], _ outer: [TOMLDocument.Step],
    _ inner: ArraySlice<TOMLDocument.Step>
  ) -> Place? {
    guard case .number(let number) = table[Self.mark], let line = Int(exactly: number),
      let end = ends[line]
    else { return nil }
    return Place(header: line, block: line - 1..<end, steps: outer + inner, inner: inner)
  }

  private func nowhere(_ steps: [TOMLDocument.Step]) -> Place {
    Place(header: nil, block: 0..<count, steps: steps, inner: steps[...])
  }
}
