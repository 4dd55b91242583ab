/// The word of a list that somebody probably meant.
public enum NearestWord {
  /// The nearest word: at most a third of its letters may be added, lost, other or swapped.
  public static func to(_ word: String, in words: [String]) -> String? {
    // A word of ours is shorter by far.
    guard word.utf8.count <= 64 else { return nil }
    let plain = word.lowercased().replacing("_", with: "-")
    let distances = words.map { (word: $0, distance: distance(Array(plain), Array($0))) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return nearest.distance <= max(1, nearest.word.count / 3) ? nearest.word : nil
  }

  /// Letters to be added, lost, changed, or swapped with their neighbour (Damerau and Levenshtein's
  /// distance, optimal string alignment).
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
      var row = [i + 1]
      for (j, b) in right.enumerated() {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
        if i > 0, j > 0, a == right[j - 1], b == left[i - 1] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
