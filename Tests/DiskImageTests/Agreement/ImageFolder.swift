import DiskImage
import Foundation
import Testing

/// A temporary directory for the images of one test; gone with its owner.
struct ImageFolder: ~Copyable {
  /// The directory.
  let url: URL

  /// A new, empty directory.
  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "backstory-images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Runs `qemu-img` in the directory.
  func qemuImg(_ arguments: String...) throws {
    try QemuImg.run(arguments, in: url)
  }

  /// Writes `bytes` to the file `name`.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }

  /// The bytes of the file `name`.
  func bytes(of name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: url.appending(path: name)))
  }

  /// What our reader says of the file `name`.
  func facts(of name: String) throws -> ImageFacts {
    try ImageFacts.reading(OpenImage(url.appending(path: name)))
  }

  /// Expects that every key of `qemu-img info` for the file `name` is ours too, with its value, and
  /// that we have none that it has not.
  ///
  /// Left out is what a header cannot say: `filename`, `actual-size`, `full-backing-filename`, and
  /// `children` of later versions.
  func expectAgreement(
    on name: String, as format: String? = nil, comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let facts = try facts(of: name)
    #expect(facts.fault == nil, comment, sourceLocation: sourceLocation)
    let theirs = try QemuImg.info(name, format: format, in: url)
      .without(Self.notInHeaders)
    #expect(
      facts.asQemuImgPrints(openedAs: name).sortedByKey == theirs, comment,
      sourceLocation: sourceLocation)
  }

  /// Expects that what `qemu-img info` refuses to open is a fault for us, or has an unknown feature,
  /// and that we agree on the rest.
  func expectSameVerdict(
    on name: String, as format: String, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let facts = try facts(of: name)
    let isRefused = facts.fault != nil || !facts.unknownFeatures.isEmpty
    do {
      let theirs = try QemuImg.info(name, format: format, in: url).without(Self.notInHeaders)
      #expect(!isRefused, comment, sourceLocation: sourceLocation)
      #expect(facts.asQemuImgPrints.sortedByKey == theirs, comment, sourceLocation: sourceLocation)
    } catch is QemuImg.Refusal {
      #expect(isRefused, comment, sourceLocation: sourceLocation)
    }
  }

  /// Keys of `qemu-img info` that no header says.
  private static let notInHeaders: Set = [
    "filename", "actual-size", "full-backing-filename", "children",
  ]
}

/// A file that is read at offsets.
struct OpenImage: ByteSource {
  let byteCount: UInt64
  private let handle: FileHandle

  /// Opens the file at `url`.
  init(_ url: URL) throws {
    handle = try FileHandle(forReadingFrom: url)
    byteCount = try handle.seekToEnd()
  }

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    do {
      try handle.seek(toOffset: offset)
      return [UInt8](try handle.read(upToCount: count) ?? Data())
    } catch {
      throw ReadFault(code: 5)
    }
  }
}

extension ImageFacts {
  /// The facts under the keys of `qemu-img info --output=json`, as far as a header says them.
  var asQemuImgPrints: FactValue { asQemuImgPrints(openedAs: nil) }

  /// The same of an image opened under a name, where the format repeats it.
  func asQemuImgPrints(openedAs name: String?) -> FactValue {
    var fields = [FactField("format", .text(format.rawValue))]
    if format.hasDirtyFlag { fields.append(FactField("dirty-flag", .boolean(isDirty))) }
    func add(_ key: String, _ value: FactValue?) {
      if let value { fields.append(FactField(key, value)) }
    }
    add("virtual-size", virtualSize.map(FactValue.number))
    add("cluster-size", clusterSize.map(FactValue.number))
    add("encrypted", isEncrypted ? .boolean(true) : nil)
    add("snapshots", snapshots.isEmpty ? nil : .list(snapshots.map(\.asQemuImgPrints)))
    add(
      "format-specific",
      name.map { formatSpecific(openedAs: Array($0.utf8)) } ?? formatSpecific)
    if let backing = references.first(where: { $0.role == .backing }) {
      add("backing-filename", .text(String(decoding: backing.stored, as: UTF8.self)))
      add(
        "backing-filename-format",
        backing.recordedFormat.map { .text(String(decoding: $0, as: UTF8.self)) })
    }
    return .object(fields)
  }
}

extension ImageSnapshot {
  /// The snapshot as an object of `qemu-img info`; the guest's clock is split into two numbers.
  var asQemuImgPrints: FactValue {
    var fields = [
      FactField("id", .text(id)),
      FactField("name", .text(name)),
      FactField("vm-state-size", .number(machineStateSize)),
      FactField("date-sec", .number(UInt64(date.seconds))),
      FactField("date-nsec", .number(UInt64(date.nanoseconds))),
      FactField("vm-clock-sec", .number(guestClock / 1_000_000_000)),
      FactField("vm-clock-nsec", .number(guestClock % 1_000_000_000)),
    ]
    if let instructionCount {
      fields.append(FactField("icount", .number(instructionCount)))
    }
    return .object(fields)
  }
}

extension FactValue {
  /// The same value with the keys of every object in order.
  var sortedByKey: FactValue {
    switch self {
    case .object(let fields):
      .object(
        fields.map { FactField($0.key, $0.value.sortedByKey) }.sorted { $0.key < $1.key })
    case .list(let values): .list(values.map(\.sortedByKey))
    case .boolean, .number, .text: self
    }
  }

  /// The object without the fields named in `keys`.
  func without(_ keys: Set<String>) -> FactValue {
    guard case .object(let fields) = self else { return self }
    return .object(fields.filter { !keys.contains($0.key) })
  }
}

extension [UInt8] {
  /// Overwrites the one place where `pattern` stands.
  mutating func replaceOnce(
    _ pattern: [UInt8], with replacement: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try #require(firstRange(of: pattern), sourceLocation: sourceLocation)
    #expect(
      self[found.upperBound...].firstRange(of: pattern) == nil, sourceLocation: sourceLocation)
    replaceSubrange(found, with: replacement)
  }
}
