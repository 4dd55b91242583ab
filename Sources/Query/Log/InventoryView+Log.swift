public import Database
public import Model

extension InventoryView {
  /// The inventory's events, newest first, or with `oldestFirst` the other way round; of more than `limit` the
  /// newest.
  public func log(
    _ filter: EventFilter, limit: Int? = nil, oldestFirst: Bool = false,
    each: (Event) throws -> Void
  ) throws(StoreFault) {
    try reading { transaction in
      var log = try EventLog(transaction, filter)
      guard let limit else {
        return try log.forEach(oldestFirst: oldestFirst) {
          try each($0)
          return true
        }
      }
      guard limit > 0 else { return }
      var newest: [Event] = []
      var count = 0
      try log.forEach(oldestFirst: false) { event in
        if oldestFirst { newest.append(event) } else { try each(event) }
        count += 1
        return count < limit
      }
      for event in newest.reversed() { try each(event) }
    }
  }

  /// The events of an image, or of every image that ever stood at a path, newest first, as `log` tells them.
  public func log(
    of selector: ImageSelector, _ filter: EventFilter, limit: Int? = nil, oldestFirst: Bool = false
  ) throws(StoreFault) -> [Event] {
    let start = try times.start(filter.since)
    let end = try filter.until.map { when throws(StoreFault) in try times.point(when).scan }
    return try reading { transaction in
      let events = try transaction.history(of: selector).flatMap(\.parts).filter {
        $0.point.scan > start ?? 0 && $0.point.scan <= end ?? transaction.at && filter.accepts($0)
      }
      let newest = events.suffix(limit ?? events.count)
      return oldestFirst ? Array(newest) : newest.reversed()
    }
  }
}
