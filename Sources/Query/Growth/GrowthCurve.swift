internal import Model

/// Adds up what was there between scans.
struct GrowthCurve {
  /// So many bytes and images, from a scan until before another.
  struct Span {
    var from: Int64
    let until: Int64
    let bytes: Int64
    var virtualBytes: Int64 = 0
    let images: Int64

    /// Begins where the same image has not been counted yet; names of one image overlap.
    mutating func cutAfter(_ counted: inout Int64) {
      from = max(from, counted)
      counted = max(counted, until)
    }
  }

  /// What is there. Sums wrap: what is added is taken away again.
  struct Sum {
    private(set) var bytes: Int64 = 0
    private(set) var virtualBytes: Int64 = 0
    private(set) var images: Int64 = 0

    fileprivate mutating func begin(_ span: Span) {
      bytes = bytes.addingReportingOverflow(span.bytes).partialValue
      virtualBytes = virtualBytes.addingReportingOverflow(span.virtualBytes).partialValue
      images += span.images
    }

    fileprivate mutating func end(_ span: Span) {
      bytes = bytes.subtractingReportingOverflow(span.bytes).partialValue
      virtualBytes = virtualBytes.subtractingReportingOverflow(span.virtualBytes).partialValue
      images -= span.images
    }

    fileprivate mutating func begin(_ sum: Sum) {
      bytes = bytes.addingReportingOverflow(sum.bytes).partialValue
      virtualBytes = virtualBytes.addingReportingOverflow(sum.virtualBytes).partialValue
      images += sum.images
    }
  }

  private var turns: [Int64: Sum] = [:]
  /// Images with several names: the scan until which they have been counted.
  var countedUntil: [Int64: Int64] = [:]

  mutating func add(_ span: Span) {
    guard span.from < span.until else { return }
    turns[span.from, default: Sum()].begin(span)
    turns[span.until, default: Sum()].end(span)
  }

  /// The sums after each scan, from the first with an image on.
  func sums(_ scans: [ScanPoint]) -> [(point: ScanPoint, sum: Sum)] {
    var next = turns.sorted { $0.key < $1.key }[...]
    var total = Sum()
    var sums: [(point: ScanPoint, sum: Sum)] = []
    for scan in scans {
      while let (at, turn) = next.first, at <= scan.scan {
        total.begin(turn)
        next.removeFirst()
      }
      if sums.isEmpty, total.images == 0 { continue }
      sums.append((scan, total))
    }
    return sums
  }
}
