import Benchmark

/// Everything that is measured inside the process, by subject.
///
/// A name that ends in `×1000` says that so many calls are measured as one; `inside.py` divides by it.
let benchmarks: @Sendable () -> Void = {
  measureHeaders()
  measureReferences()
  measureDigests()
  measureWalks()
  measureScans()
  measureNights()
  measureQuestions()
}

/// The time, and what the library's format for JMH does not do without.
private let metrics: [BenchmarkMetric] = [.wallClock, .throughput]

/// Measures a call that takes too little time to be measured alone, with what `prepare` made for it.
func measureThousands<Prepared, Value>(
  _ name: String, prepare: @escaping () throws -> Prepared,
  call: @escaping (Prepared) throws -> Value
) {
  let configuration = Benchmark.Configuration(
    metrics: metrics, warmupIterations: 3, scalingFactor: .kilo, maxDuration: .seconds(1),
    maxIterations: 5000)
  Benchmark(name + " ×1000", configuration: configuration) { benchmark, prepared in
    for _ in benchmark.scaledIterations { blackHole(try call(prepared)) }
  } setup: {
    try prepare()
  }
}

/// Measures a call in a folder of its own, with what `prepare` made there.
///
/// - Parameters:
///   - before: what each call needs and its time does not count.
///   - after: what has to be cleared away after each call.
func measure<Prepared, Input, Value>(
  _ name: String, in folder: TemporaryFolder, prepare: @escaping () throws -> Prepared,
  before: @escaping (Prepared) throws -> Input, call: @escaping (Input) throws -> Value,
  after: @escaping (Input) throws -> Void = { _ in }
) {
  let configuration = Benchmark.Configuration(
    metrics: metrics, warmupIterations: 3, maxDuration: .seconds(3), maxIterations: 1000)
  Benchmark(name, configuration: configuration) { benchmark, prepared in
    let input = try before(prepared)
    benchmark.startMeasurement()
    blackHole(try call(input))
    benchmark.stopMeasurement()
    try after(input)
  } setup: {
    try folder.make()
    return try prepare()
  } teardown: {
    try folder.remove()
  }
}

/// What a benchmark found that it cannot measure.
struct Unexpected: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// Fails where a benchmark does not do the work that its name says.
  static func unless(_ condition: Bool, _ description: String) throws {
    if !condition { throw Unexpected(description) }
  }
}
