public import Database
internal import Model
public import Query
public import Record
internal import Rules
public import Sighting

extension InventoryWriter {
  /// Notes what a person says, from the last scan on, or that it is taken back: of all that is meant, or of nothing.
  /// - Returns: what was said, or taken back.
  /// - Throws: `StoreFault.nothingMeant` where there is nothing that it could be about.
  public func say(_ speech: Speech) throws(StoreFault) -> [WordEntry] {
    let before = try Inventory(reading: file).view(at: .latest(back: 0))
    let scan = before.point.scan
    let meant = try before.meant(by: speech)
    try write(speech, about: meant.map(\.key), after: scan)
    guard !speech.isTakenBack else { return meant }
    let keys = Set(meant.map(\.key))
    do throws(StoreFault) {
      return try Inventory(reading: file).view(at: .number(scan)).words(speech.verb)
        .filter { keys.contains($0.key) }
    } catch {
      // It is written down, and that is told even where it cannot be read again.
      return meant.map { entry in
        var entry = entry
        (entry.word.reason, entry.word.until) = (speech.reason, speech.ends)
        return entry
      }
    }
  }
}
