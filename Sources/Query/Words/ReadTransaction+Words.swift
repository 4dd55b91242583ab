public import Database
internal import Foundation
internal import GRDB
internal import Model
internal import Rules
public import Sighting

extension InventoryView {
  /// What people said and still holds, in the order of the paths.
  public func words(_ verb: WordVerb) throws(StoreFault) -> [WordEntry] {
    try reading { try $0.words(verb) }
  }
}

extension ReadTransaction {
  /// What people said and still holds, in the order of the paths.
  func words(_ verb: WordVerb) throws -> [WordEntry] {
    switch verb {
    case .acknowledge: try words(about: acknowledgements())
    case .settle: try settledWords()
    case .keep: try keptWords()
    }
  }

  private func words(about words: [Int64: SpokenWord]) throws -> [WordEntry] {
    guard !words.isEmpty else { return [] }
    return try findings(kinds: [], pool: nil, closedAfter: nil).compactMap { finding in
      finding.number.flatMap { number in words[number].map { Self.answer(finding, $0, number) } }
    }
  }

  private static func answer(
    _ finding: Finding, _ word: SpokenWord, _ number: Int64
  ) -> WordEntry {
    var bare = finding
    bare.acknowledged = nil
    bare.settled = nil
    var answer = WordEntry(.finding(bare), word: word)
    answer.key = number
    return answer
  }

  /// A finding that is forgotten is told by its image.
  private func settledWords() throws -> [WordEntry] {
    let words = try settlements()
    guard !words.isEmpty else { return [] }
    let told = try findings("finding.id IN (SELECT finding FROM settlement_at)", [:])
    var answers: [WordEntry] = []
    for finding in told {
      guard let number = finding.number, let word = words[number] else { continue }
      answers.append(Self.answer(finding, word, number))
    }
    let known = Set(answers.map(\.key))
    let rest = try Array(
      rows("SELECT finding, holder FROM settlement_at ORDER BY finding")
        .map { ($0[0] as Int64, $0[1] as Int64) })
    for (number, holder) in rest where !known.contains(number) {
      guard let word = words[number], let path = try lastPlace(of: holder) else { continue }
      var answer = WordEntry(.image(path, id: holder), word: word)
      answer.key = number
      answers.append(answer)
    }
    return answers
  }

  private func keptWords() throws -> [WordEntry] {
    try keeps().compactMap { image, word -> WordEntry? in
      guard let path = try lastPlace(of: image) else { return nil }
      var answer = WordEntry(.image(path, id: image), word: word)
      answer.key = image
      return answer
    }.sorted { ($0.filename ?? "", $0.key) < ($1.filename ?? "", $1.key) }
  }

  /// Whatever is kept, with all that it stands on: the image that somebody named, and what was said of it.
  func keptImages() throws -> [Int64: (named: Int64, word: SpokenWord)] {
    var kept: [Int64: (named: Int64, word: SpokenWord)] = [:]
    let words = try keeps().sorted { $0.key < $1.key }
    // Who is named speaks for himself.
    for (image, word) in words { kept[image] = (image, word) }
    for (image, word) in words {
      var waiting = try targets(of: image)
      while let next = waiting.popLast() {
        guard kept[next] == nil else { continue }
        kept[next] = (image, word)
        waiting += try targets(of: next)
      }
    }
    return kept
  }

  private func targets(of image: Int64) throws -> [Int64] {
    try Array(
      rows(
        "SELECT target_image FROM link_at WHERE holder = :image AND target_image IS NOT NULL",
        ["image": image]
      ).map { $0[0] as Int64 })
  }
}
