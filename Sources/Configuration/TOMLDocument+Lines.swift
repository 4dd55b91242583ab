extension TOMLDocument {
  /// The line on which a value begins, from 1.
  ///
  /// The lines from the header of the value's table to the next header are a document as well; there
  /// are thousands of pools in a long configuration, and few lines in each.
  func line(of steps: [Step]) -> Int? {
    guard Self.holds(root, steps[...]) else { return nil }
    let place = headers.place(of: steps)
    if let line = place.header, place.inner.isEmpty { return line }
    let block = lines[place.block]
    guard block.count < lines.count,
      let part = try? TOMLDocument(parsing: block.joined(separator: "\n")),
      let line = part.line(of: place.steps)
    else { return searchedLine(of: steps) }
    return place.block.lowerBound + line
  }

  /// The line on which a value begins, from 1.
  ///
  /// The parser keeps no lines of values, but knows what a document is: a value begins after the last
  /// line up to which the text is a document without it.
  private func searchedLine(of steps: [Step]) -> Int {
    var low = 0
    var high = lines.count
    var end = lines.count
    while low < high {
      let middle = low + (high - low) / 2
      guard let (complete, table) = firstDocument(from: middle, below: high) else {
        high = middle
        continue
      }
      if Self.holds(table, steps[...]) {
        end = complete
        high = middle
      } else {
        low = complete + 1
      }
    }
    let before = (0..<end).last { document(ofLines: $0) != nil } ?? 0
    return before + 1
  }

  /// The least number of lines in a range that are a document.
  private func firstDocument(
    from first: Int, below end: Int
  ) -> (lines: Int, table: [String: DocumentValue])? {
    for count in first..<end {
      if let table = document(ofLines: count) { return (count, table) }
    }
    return nil
  }

  private func document(ofLines count: Int) -> [String: DocumentValue]? {
    try? Self.table(of: lines.prefix(count).joined(separator: "\n"))
  }

  private static func holds(
    _ table: [String: DocumentValue], _ steps: ArraySlice<Step>
  ) -> Bool {
    guard let step = steps.first else { return true }
    guard case .key(let key) = step, let value = table[key] else { return false }
    return holds(value, steps.dropFirst())
  }

  private static func holds(_ value: DocumentValue, _ steps: ArraySlice<Step>) -> Bool {
    switch (value, steps.first) {
    case (_, nil): true
    case (.table(let table), .key): holds(table, steps)
    case (.list(let list), .index(let index)):
      list.indices.contains(index) && holds(list[index], steps.dropFirst())
    default: false
    }
  }
}
