import Fleet
import Model
import Presentation
import Query

extension OutputOptions {
  /// Shows an answer about the fleet.
  func show(_ answer: FleetAnswer) throws {
    switch format {
    case .json:
      let text =
        try answer.document.map { try JSONText.document($0) }
        ?? JSONText.document(answer.objects)
      try Console.write(text: text)
    case .csv: try show(Report.rows { each in try answer.rows(answer.columns, each) })
    case .human: try show(Report.rows { each in try answer.rows(answer.shown, each) })
    }
  }
}

extension FleetAnswer {
  /// A row for each object, with the values under some keys.
  fileprivate func rows(_ keys: [String], _ each: (QueryRow) throws -> Void) throws {
    for object in objects {
      try each(QueryRow(columns: keys, cells: keys.map { object[$0]?.cell ?? .text("") }))
    }
  }
}

extension FleetValue {
  fileprivate var cell: QueryValue {
    switch self {
    case .text(let text): .text(text)
    case .number(let number): .integer(number)
    case .flag(let flag): .text(flag ? "true" : "false")
    case .path(let path): .text(TerminalText.escaped(path))
    case .list(let values): .text(values.map(\.words).joined(separator: "; "))
    case .object(let object): .text((try? JSONText.document(object)) ?? "")
    }
  }

  private var words: String {
    switch cell {
    case .text(let text): text
    case .integer(let number): number.description
    default: ""
    }
  }
}
