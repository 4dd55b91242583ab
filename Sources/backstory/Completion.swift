import ArgumentParser
import Database
import Model
import Query

/// Words for a shell that completes, from the database that would be asked; where there is none, nothing.
///
/// A shell waits for them: what takes long or cannot be asked is left out without a word.
enum Completion {
  /// Words that a shell is given at most.
  private static let most = 2000

  /// The names of the pools.
  static let pools: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    answer(words) { try $0.pools(countingFindings: false).map(\.outcome.name) }
  }

  /// The numbers of the scans, the newest first, and the other ways to name one.
  static let scans: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    answer(words) { view in
      ["latest", "latest~1", "yesterday"]
        + (try view.scans().reversed().prefix(50).map { "\($0.number)" })
    }
  }

  /// The names of images that only one has, and the paths of the others.
  static let images: @Sendable ([String], Int, String) -> [String] = { words, _, _ in
    let begun = words.last ?? ""
    return answer(words) { view in
      var names: [String: Int] = [:]
      var paths: [String] = []
      try view.images(format: nil, pool: nil, includingOther: false) { image in
        guard let path = image.filename.exactText else { return }
        let name = String(decoding: image.filename.name, as: UTF8.self)
        if begun.hasPrefix("/") {
          if path.hasPrefix(begun), paths.count < most { paths.append(path) }
        } else {
          names[name, default: 0] += 1
        }
      }
      return paths + names.filter { $0.value == 1 }.keys.sorted().prefix(most)
    }
  }

  private static func answer(
    _ words: [String], _ body: (InventoryView) throws -> [String]
  ) -> [String] {
    do {
      let database = try DatabaseOptions.parse(named(in: words))
      return try body(
        Inventory(reading: try database.existingFile()).view(at: .latest(back: 0)))
    } catch {
      return []
    }
  }

  /// The database that the words name.
  private static func named(in words: [String]) -> [String] {
    guard let place = words.firstIndex(of: "--db"), words.indices.contains(place + 1) else {
      return []
    }
    return ["--db", words[place + 1]]
  }
}
