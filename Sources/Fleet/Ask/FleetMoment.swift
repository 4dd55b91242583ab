/// The time as of which the fleet is asked, and what is measured by it.
public struct FleetMoment: Hashable, Sendable {
  /// Milliseconds since 1970: of each host the last scan counts that had finished before; `nil`: its last.
  public let at: Int64?
  /// When it is asked, in milliseconds.
  public let now: Int64
  /// Milliseconds after which a host that was not heard of is silent.
  public let maxAge: Int64

  /// By how many milliseconds a clock may be wrong before nothing rests on it.
  static let clockTolerance: Int64 = 300_000

  /// A time, where one is given.
  public init(at: Int64?, now: Int64, maxAge: Int64) {
    self.at = at
    self.now = now
    self.maxAge = maxAge
  }

  /// By what ages are measured.
  public var reference: Int64 { at ?? now }
  var value: ServerValue { .number(at) }
  var measures: [ServerValue] {
    [value, .number(reference), .number(maxAge), .number(Self.clockTolerance)]
  }
}
