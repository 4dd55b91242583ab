internal import Query

/// The outputs of the contract.
public enum OutputFormat: String, CaseIterable, Sendable {
  /// For eyes; may change.
  case human
  /// The contract.
  case json
  /// The contract, flat.
  case csv
}

/// An answer in every output.
///
/// A new output is a case above and a closure here: the initializers below, which every answer goes through, then do
/// not compile before they have it. A report is written once: its elements may come from a cursor.
public struct Report {
  private let human: (Page) throws -> Void
  private let json: (ByteSink) throws -> Void
  private let csv: (ByteSink) throws -> Void

  /// Writes the report in one output.
  /// - Throws: what the sink throws, and what the source of the elements throws.
  public func write(as format: OutputFormat, style: Style, to sink: ByteSink) throws {
    switch format {
    case .human: try human(Page(style: style, sink: sink))
    case .json: try json(sink)
    case .csv: try csv(sink)
    }
    try sink.flush()
  }
}

extension Report {
  /// Calls its argument with every element of an answer, in order.
  public typealias Elements<Element> = ((Element) throws -> Void) throws -> Void

  /// A report whose JSON is an array with a row of CSV for every element.
  init<Element: Encodable & CSVRow>(
    each elements: @escaping Elements<Element>, human: @escaping (Page) throws -> Void
  ) {
    self.human = human
    json = { sink in
      let list = JSONList(to: sink)
      try elements { try list.append($0) }
      list.finish()
    }
    csv = { sink in
      let list = CSVList<Element>(to: sink)
      try elements { try list.append($0) }
    }
  }

  /// A report of a list that is there already.
  init<Element: Encodable & CSVRow>(
    list: [Element], human: @escaping (Page, [Element]) throws -> Void
  ) {
    self.init(each: { try list.forEach($0) }, human: { try human($0, list) })
  }

  /// A report whose JSON is one document, with rows of CSV that may be parts of it.
  init<Answer: Encodable, Row: CSVRow>(
    one answer: Answer, rows: @escaping (Answer) -> [Row],
    human: @escaping (Page, Answer) throws -> Void
  ) {
    self.human = { try human($0, answer) }
    json = { try JSONText.write(answer, to: $0) }
    csv = { sink in
      let list = CSVList<Row>(to: sink)
      for row in rows(answer) { try list.append(row) }
    }
  }

  /// A report whose JSON is one object with one row of CSV.
  init<Answer: Encodable & CSVRow>(
    one answer: Answer, human: @escaping (Page, Answer) throws -> Void
  ) {
    self.init(one: answer, rows: { [$0] }, human: human)
  }

  /// A report of rows whose columns the first of them names.
  init(rows: @escaping Elements<QueryRow>, human: @escaping (Page) throws -> Void) {
    self.human = human
    json = { sink in
      let list = JSONList(to: sink)
      try rows { try list.append($0) }
      list.finish()
    }
    csv = { sink in
      var isFirst = true
      try rows { row in
        if isFirst { sink.append(row.csvHeader + "\n") }
        isFirst = false
        sink.append(row.csvRow + "\n")
        try sink.settle()
      }
    }
  }

  /// A text that is the same in every output.
  init(text: @escaping (ByteSink) throws -> Void) {
    human = { try text($0.sink) }
    json = text
    csv = text
  }
}
