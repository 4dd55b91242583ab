/// What the options of a block device lead to, as a command line of QEMU states them.
///
/// Source: QEMU qapi/block-core.json, `BlockdevOptions`; the manual, `-blockdev` and `-drive`.
public struct BlockOptions: Sendable {
  /// One image or device that is opened.
  public struct Image: Hashable, Sendable {
    /// Where it is; `invalid` where that means nothing.
    public var target: ReferenceTarget
    /// Whether it holds the data of a qcow2 that has them elsewhere.
    public var isDataFile = false
    /// The format that is stated for it; QEMU probes where none is.
    public var format: String?
    /// Whether it is opened for reading only.
    public var isReadOnly = false
    /// The name by which other devices refer to it.
    public var nodeName: String?
  }

  /// Everything that is opened, in the order of the options; what is only named as a node is not.
  public private(set) var images: [Image] = []
  /// The node that a format driver stands before, where it is named.
  public private(set) var before: (node: String, format: String, isReadOnly: Bool)?

  /// Options as a JSON object.
  /// - Throws: never: what cannot be read is an image whose target is invalid.
  public init(json text: [UInt8]) {
    do throws(InvalidReference) {
      guard case .object(let members) = try JSONText(parsing: text[...]) else {
        throw InvalidReference("its JSON is not an object")
      }
      try add(DriverOptions(members), isReadOnly: false, depth: 0)
    } catch {
      images = [Image(invalid: error.reason)]
    }
  }

  /// Options with dotted keys, each with its text; of two with one key the last counts.
  public init(_ pairs: [(key: String, value: String)]) {
    do throws(InvalidReference) {
      let members = Dictionary(pairs.map { ($0.key, JSONText.string($0.value)) }) { $1 }
      try add(DriverOptions(members), isReadOnly: false, depth: 0)
    } catch {
      images = [Image(invalid: error.reason)]
    }
  }

  /// Adds what a device opens: itself, then its base and its data.
  private mutating func add(
    _ options: DriverOptions, isReadOnly outer: Bool, depth: Int
  ) throws(InvalidReference) {
    guard depth < ReferenceGrammar.maxDepth else {
      throw InvalidReference("too many drivers are nested")
    }
    let isReadOnly = outer || ["on", "true"].contains(options.text("read-only") ?? "off")
    let driver = options.string("driver")
    if driver == "quorum" {
      for child in try options.list("children") ?? [] {
        try add(child, isReadOnly: isReadOnly, depth: depth + 1)
      }
      return
    }
    let key = driver.flatMap { ReferenceGrammar.filters[$0] } ?? "file"
    if let node = options.string(key), options.string("filename") == nil {
      note(node: node, driver: driver, isReadOnly)
    } else if !Self.opensNothing(driver) {
      images.append(try image(of: options, isReadOnly: isReadOnly))
    }
    if let base = options.options("backing") {
      try add(base, isReadOnly: true, depth: depth + 1)
    }
    guard let data = options.options("data-file") else { return }
    let first = images.count
    try add(data, isReadOnly: isReadOnly, depth: depth + 1)
    for index in images.indices.dropFirst(first) { images[index].isDataFile = true }
  }

  private mutating func note(node: String, driver: String?, _ isReadOnly: Bool) {
    guard let driver, ReferenceGrammar.formats.contains(driver) else { return }
    before = (node, driver, isReadOnly)
  }

  private func image(
    of options: DriverOptions, isReadOnly: Bool
  ) throws(InvalidReference) -> Image {
    let grammar = ReferenceGrammar(directory: [UInt8(ascii: "/")])
    var target = try grammar.target(of: options, within: nil)
    // The process of a machine stands in no directory that anybody knows.
    if target.options.removeValue(forKey: "relative-to") != nil {
      throw InvalidReference("its path is not absolute")
    }
    let format = target.formatInReference
    target.formatInReference = nil
    return Image(
      target: target, format: format, isReadOnly: isReadOnly,
      nodeName: options.string("node-name"))
  }

  /// The members of a JSON object that are no objects themselves, as text; `nil` where it is none.
  public static func strings(ofJSON text: [UInt8]) -> [String: String]? {
    guard case .object(let members) = try? JSONText(parsing: text[...]) else { return nil }
    return members.compactMapValues { value in
      switch value {
      case .string(let text), .number(let text): text
      case .boolean(let flag): flag ? "on" : "off"
      case .null, .list, .object: nil
      }
    }
  }

  /// Drivers that have nothing behind them.
  private static func opensNothing(_ driver: String?) -> Bool {
    driver == "null-co" || driver == "null-aio"
  }
}

extension BlockOptions.Image {
  fileprivate init(invalid reason: String) {
    var target = ReferenceTarget()
    target.invalid = reason
    self.init(target: target)
  }

  /// An image by the name that `-drive file=` or `-hda` gives.
  public init(named name: String, format: String? = nil, isReadOnly: Bool = false) {
    self.init(
      target: ReferenceTarget(parsing: Array(name.utf8), in: [UInt8(ascii: "/")]), format: format,
      isReadOnly: isReadOnly)
    self.format = format ?? target.formatInReference
    target.formatInReference = nil
    let isRelative =
      target.options.removeValue(forKey: "relative-to") != nil
      || (target.type == .file && name.utf8.first != UInt8(ascii: "/") && !name.contains(":"))
    guard isRelative else { return }
    target = ReferenceTarget()
    target.invalid = "its path is not absolute"
  }
}
