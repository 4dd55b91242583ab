package import Database
internal import Model
internal import Rules
package import Sighting

extension InventoryView {
  /// What a word is to be about, or is about where it is taken back.
  package func meant(by speech: Speech) throws(StoreFault) -> [WordEntry] {
    try reading { try $0.meant(by: speech) }
  }
}

/// What a person means by a word.
extension ReadTransaction {
  /// What a word is to be about, or is about where it is taken back; each with its number.
  /// - Throws: `StoreFault.nothingMeant`, also where that is true of one image among several.
  func meant(by speech: Speech) throws -> [WordEntry] {
    try checkPool(speech.pool)
    let all = try candidates(for: speech)
    guard !speech.images.isEmpty else {
      if all.isEmpty { throw StoreFault.nothingMeant(speech.nothing("")) }
      return all
    }
    var meant: [WordEntry] = []
    for selector in speech.images {
      let mine = try all.filter(isAbout(selector))
      guard !mine.isEmpty else {
        if speech.verb != .keep || speech.isTakenBack, try knows(selector) {
          throw StoreFault.nothingMeant(speech.nothing(" on '\(selector.text)'"))
        }
        throw try absence(of: selector)
      }
      for word in mine where !meant.contains(where: { $0.key == word.key }) { meant.append(word) }
    }
    return meant
  }

  private func candidates(for speech: Speech) throws -> [WordEntry] {
    // Only for what is written; nobody sees it.
    let blank = SpokenWord(by: speech.who, reason: nil, since: point(at), said: speech.said)
    if speech.isTakenBack {
      return try words(speech.verb).filter { !$0.word.isRule && $0.isOf(speech) }
    }
    guard speech.verb == .keep else {
      let kinds =
        speech.verb == .settle
        ? (speech.kinds.isEmpty
          ? Rule.kinds(.canBeSettled) : speech.kinds.intersection(Rule.kinds(.canBeSettled)))
        : speech.kinds
      return try findings(kinds: kinds, pool: speech.pool, closedAfter: nil).map { finding in
        var answer = WordEntry(.finding(finding), word: blank)
        answer.key = finding.number ?? 0
        return answer
      }
    }
    return try speech.images.compactMap { selector in
      guard let number = try standing(selector), let path = try primaryPlace(of: number) else {
        return nil
      }
      var answer = WordEntry(.image(path, id: number), word: blank)
      answer.key = number
      return answer
    }
  }

  /// Whether a word is about an image that somebody names; also about one that is not there, by its path.
  private func isAbout(_ selector: ImageSelector) throws -> (WordEntry) -> Bool {
    let number = try standing(selector) ?? lostImage(selector)
    if case .path(let path) = selector {
      return { $0.imageID.map { $0 == number } ?? ($0.filename == path) }
    }
    return { $0.imageID == number }
  }

  private func knows(_ selector: ImageSelector) throws -> Bool {
    try standing(selector) != nil || lostImage(selector) != nil
  }
}

extension WordEntry {
  fileprivate func isOf(_ speech: Speech) -> Bool {
    guard let finding else { return speech.kinds.isEmpty && speech.pool == nil }
    return (speech.kinds.isEmpty || speech.kinds.contains(finding.kind))
      && (speech.pool.map { finding.isOf(pool: $0) } ?? true)
  }
}

extension Speech {
  /// That there is nothing, in a sentence.
  fileprivate func nothing(_ place: String) -> String {
    switch (verb, isTakenBack) {
    case (.acknowledge, false): "no finding is open\(place); see 'backstory check'"
    case (.acknowledge, true):
      "nothing is acknowledged\(place); see 'backstory ack --list', and the configuration for its rules"
    case (.settle, false):
      "nothing that can be settled is open\(place); see 'backstory check'"
    case (.settle, true): "nothing is settled\(place); see 'backstory settle --list'"
    case (.keep, _):
      "nothing is kept\(place); see 'backstory keep --list', and the configuration for its rules"
    }
  }
}
