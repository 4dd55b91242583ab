internal import Model
internal import Query
internal import Rules

extension Page {
  /// What people said.
  func words(_ words: [WordEntry]) throws {
    guard !words.isEmpty else { return try line("Nothing.") }
    for (number, answer) in words.enumerated() {
      if number > 0 { try gap() }
      let place =
        answer.finding?.place
        ?? answer.filename.map { TerminalText.escaped($0) + " (#\(answer.key))" } ?? ""
      if let finding = answer.finding {
        try line(Piece(finding.kind.rawValue, finding.severity.tone), Piece("  " + place, .heading))
      } else {
        try line(Piece(place, .heading))
      }
      try labelled("by", answer.word.by)
      if let reason = answer.word.reason { try labelled("reason", reason) }
      try labelled("since", HumanWords.point(answer.word.since))
      if let until = answer.word.until { try labelled("until", HumanWords.time(until)) }
    }
  }
}

extension SpokenWord {
  /// `by alice since scan 3 (…), until 2027-01-31 00:00: the reason`.
  var inWords: String {
    let end = until.map { ", until \(HumanWords.time($0))" } ?? ""
    return "by \(by) since \(HumanWords.point(since))\(end)" + (reason.map { ": \($0)" } ?? "")
  }
}

extension WordEntry {
  fileprivate var key: String { imageID.map { "\($0)" } ?? "?" }
}
