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
/// A new output is a new closure here, and then every report that lacks it does not compile.
/// A report is written once: its elements may come from a cursor.
public struct Report {
  let human: (Page) throws -> Void
  let json: (ByteSink) throws -> Void
  let csv: (ByteSink) throws -> Void

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

  /// A report whose JSON is one object with one row of CSV.
  init<Answer: Encodable & CSVRow>(
    one answer: Answer, human: @escaping (Page, Answer) throws -> Void
  ) {
    self.human = { try human($0, answer) }
    json = { try JSONText.write(answer, to: $0) }
    csv = { try CSVList<Answer>(to: $0).append(answer) }
  }
}
