internal import DiskImage
internal import Model

/// Which events are wanted, as a user says it: `moved`, `grew:20%`, `shrank:1G`, `in-use`.
public struct EventCriterion: Hashable, Sendable {
  private enum What: Hashable {
    case kind(Event.Kind)
    /// A field of the image object that differs.
    case field(String)
  }

  /// How much a size has to change.
  private enum Measure: Hashable {
    case percent(Double)
    case bytes(UInt64)
  }

  private let what: What
  private var measure: Measure?

  /// - Returns: `nil` for what is neither an event nor a field, or has a measure that means nothing.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let word = parts.first.map(String.init) else { return nil }
    if let kind = Event.Kind(rawValue: word) {
      what = .kind(kind)
    } else if ImageFields.keys.contains(word) {
      what = .field(word)
    } else {
      return nil
    }
    guard parts.count > 1 else { return }
    guard Self.sizes[word] != nil, let measure = Self.measure(parts[1]) else { return nil }
    self.measure = measure
  }

  /// The fields of an image that may change.
  public static var fields: [String] { ImageFields.keys }

  /// The words that are understood.
  public static var words: [String] {
    Event.Kind.allCases.map(\.rawValue) + ImageFields.keys
  }

  /// The size that an event changes.
  private static let sizes = [
    "grew": "actual-size", "shrank": "actual-size", "resized": "virtual-size",
  ]

  private static func measure(_ text: Substring) -> Measure? {
    if text.last == "%" {
      guard let percent = Double(text.dropLast()), percent >= 0, percent.isFinite else {
        return nil
      }
      return .percent(percent)
    }
    return ByteCount(text).map { .bytes($0.bytes) }
  }

  /// Whether an event is wanted.
  func accepts(_ event: Event) -> Bool {
    switch what {
    case .field(let key): return event.fields.contains { $0.key == key }
    case .kind(let kind):
      guard event.kind == kind else { return false }
      guard let measure, let size = Self.sizes[kind.rawValue] else { return true }
      let field = event.fields.first { $0.key == size }
      let (from, to) = (field?.from?.bytes ?? 0, field?.to?.bytes ?? 0)
      let difference = from < to ? to - from : from - to
      switch measure {
      case .bytes(let bytes): return difference >= bytes
      case .percent(let percent): return Double(difference) * 100 >= Double(from) * percent
      }
    }
  }

  /// What has to be looked at to find such events.
  var source: EventSource {
    guard case .kind(let kind) = what else { return .images }
    return EventSource(of: kind)
  }
}

/// Where events come from.
enum EventSource: Hashable, CaseIterable {
  case scans, images, machines, findings, words

  /// Where events of a kind come from.
  init(of kind: Event.Kind) {
    switch kind {
    case .appeared, .changed, .moved, .replaced, .vanished, .returned, .asOf, .rebased, .grew,
      .shrank, .resized, .formatChanged:
      self = .images
    case .findingOpened, .findingClosed: self = .findings
    case .started, .stopped, .machineAppeared, .machineChanged, .machineVanished: self = .machines
    case .poolUnavailable, .poolReturned, .poolMoved, .scanPartial, .scanMissed: self = .scans
    case .acknowledged, .settled, .kept: self = .words
    }
  }
}
