/// How many letters have to be put in, taken out or exchanged to make one name of another.
public enum EditDistance {
  /// What more letters make is another name.
  public static let limit = 2

  /// The distance; `nil` beyond the limit, and where so many letters are all of a name.
  public static func between(_ left: [UInt8], _ right: [UInt8]) -> Int? {
    guard abs(left.count - right.count) <= limit, min(left.count, right.count) > limit else {
      return nil
    }
    var row = Array(0...right.count)
    for (line, letter) in left.enumerated() {
      var above = row[0]
      row[0] = line + 1
      for (column, other) in right.enumerated() {
        let exchanged = above + (letter == other ? 0 : 1)
        above = row[column + 1]
        row[column + 1] = min(exchanged, above + 1, row[column] + 1)
      }
      if row.allSatisfy({ $0 > limit }) { return nil }
    }
    return row.last.flatMap { $0 <= limit ? $0 : nil }
  }

  /// The word that is most like another; `nil` where none is.
  public static func nearest(to wanted: String, among words: [String]) -> String? {
    words.compactMap { word in
      between(Array(word.utf8), Array(wanted.utf8)).map { (word, $0) }
    }.min { $0.1 < $1.1 }?.0
  }
}
