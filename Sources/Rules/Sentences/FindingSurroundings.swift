package import Database
internal import Foundation
internal import GRDB

/// What many findings of one answer have in common, each looked up once.
package struct FindingSurroundings {
  package var places: PlaceCache
  package var keptCauses = CauseCache()
  package var causes = CauseSearch()
  var lengths: LengthCache
  package var machines = MachinesAbove()
  var namesakes = Namesakes()
  var keepers = KeeperCache()
  var depths = DecodedOnce<DepthDetail>()
  var headers = DecodedOnce<HeaderDetail>()
  var changes = DecodedOnce<ChangedBaseDetail>()
  package let acknowledgements: [Int64: SpokenWord]
  package let settlements: [Int64: SpokenWord]

  package init(_ transaction: ReadTransaction) throws {
    acknowledgements = try transaction.acknowledgements()
    settlements = try transaction.settlements()
    places = try PlaceCache(transaction)
    lengths = try LengthCache(transaction)
  }
}

/// Causes as they are kept, by the scan as of which they are told: many findings of one scan have one in common.
package struct CauseCache {
  private var causes: [Int64: [String: FindingCause]] = [:]

  package mutating func cause(
    _ json: String, _ transaction: ReadTransaction
  ) throws -> FindingCause {
    if let known = causes[transaction.at]?[json] { return known }
    let kept = try KeptCause(json: json)
    let cause = FindingCause(
      kind: FindingCause.Kind(rawValue: kept.kind) ?? .neverSeen, evidence: kept.evidence,
      nowAt: try kept.image.map(transaction.places) ?? [])
    causes[transaction.at, default: [:]][json] = cause
    return cause
  }
}

/// What short texts of JSON say: the findings of a pool have a few of them between them.
struct DecodedOnce<Value: Decodable> {
  private var values: [String: Value] = [:]

  mutating func value(_ json: String) throws -> Value {
    if let known = values[json] { return known }
    let value = try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    values[json] = value
    return value
  }
}

/// Whether machines of others than libvirt are known, by scan.
struct KeeperCache {
  private var known: [Int64: Bool] = [:]

  mutating func areOthers(_ transaction: ReadTransaction) throws -> Bool {
    if let known = known[transaction.at] { return known }
    let found = try transaction.knowsOtherKeepers()
    known[transaction.at] = found
    return found
  }
}

/// How long chains are, by top and scan: one look for each image, however many chains lead through it.
struct LengthCache {
  private let way: WayDown
  private var lengths: [Int64: ChainLengths] = [:]

  init(_ transaction: ReadTransaction) throws { way = try WayDown(transaction) }

  /// The number of images in the chain of `top`, itself included, as of a scan.
  mutating func length(ofChain top: Int64, at scan: Int64) throws -> Int64 {
    try lengths[scan, default: ChainLengths()].measure(top) { [way] image in
      try way.base(of: image, at: scan)
    }
    return lengths[scan]?[top] ?? 1
  }
}

/// What a finding about an overlay on another base keeps: the image that it was made on.
struct ChangedBaseDetail: Decodable {
  let was: Int64
  /// 1 where no base is named any more.
  var removed: Int?
}

/// What a finding about a header that is gone keeps: the format that it was of.
struct HeaderDetail: Decodable {
  let was: String
}

/// What a finding about a deep chain keeps: the length that was allowed then.
struct DepthDetail: Decodable {
  let allowed: Int64
}
