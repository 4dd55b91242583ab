internal import DiskImage
internal import FoundationEssentials
internal import Model

/// The neutral list of machines: JSON Lines, from any host, script or product.
///
/// The first line says what it is, the last how many lines stand between: a copy that was cut is not
/// believed. `Documentation/guide/machines.md` describes it.
enum MachineList {
  /// Bytes of a list that are read.
  static let byteLimit = 256 << 20
  /// Bytes of one line.
  static let lineLimit = 1 << 16
  /// Lines of a list; ten thousand machines with ten disks each have a tenth of that.
  static let lineCountLimit = 1_000_000
  /// The version that this program writes, and the latest that it reads.
  static let version = 1

  /// What a list says.
  struct Contents {
    /// In the order of their first lines.
    var machines: [Machine] = []
    /// Images that are to be kept, whoever uses them.
    var kept: [ReferenceTarget] = []
    /// Whether it says itself that machines may be missing from it.
    var isKnownToLack = false
  }

  /// Why a list is not believed.
  struct Fault: Error, Hashable {
    /// Half a sentence.
    var reason: String
    /// The line, from 1; `nil` for the whole.
    var line: Int?

    /// The reason with the line.
    var sentence: String { line.map { "line \($0): \(reason)" } ?? reason }
  }

  /// Reads a list.
  /// - Throws: a `Fault` for the first line that is not understood, and for a list that is not whole: what
  ///   is half understood says nothing about who uses what.
  static func parse(_ bytes: [UInt8], at file: PathBytes) throws(Fault) -> Contents {
    var contents = Contents()
    var positions: [Key: Int] = [:]
    var state = State.before
    var number = 0
    var rest = bytes[...]
    var index = -1
    while !rest.isEmpty {
      // Line by line: a file of line breaks alone would fill the memory with them.
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let text = rest[..<end].trimmed
      rest = rest[end...].dropFirst()
      index += 1
      if text.isEmpty { continue }
      let entry = try Self.entry(text, index + 1)
      switch state {
      case .before:
        guard let version = entry.version else {
          throw Fault(
            reason: "it does not begin with {\"backstory-machines\": \(Self.version)}",
            line: index + 1)
        }
        guard version == Self.version else {
          throw Fault(reason: "version \(version) of the list is not known", line: index + 1)
        }
        contents.isKnownToLack = entry.isComplete == false
        state = .within
      case .within:
        if let count = entry.count {
          guard count == number else {
            throw Fault(
              reason: "it has \(number) lines instead of the stated \(count)", line: index + 1)
          }
          state = .behind
          continue
        }
        number += 1
        guard number <= lineCountLimit else {
          throw Fault(reason: "it is longer than \(lineCountLimit) lines")
        }
        try take(entry, index + 1, file, &contents, &positions)
      case .behind:
        throw Fault(reason: "there is text after the last line of the list", line: index + 1)
      }
    }
    switch state {
    case .before: throw Fault(reason: "it is empty; a list begins with {\"backstory-machines\": 1}")
    case .within: throw Fault(reason: "it does not end with {\"count\": N}, so it is truncated")
    case .behind: return contents
    }
  }

  private enum State { case before, within, behind }

  private struct Key: Hashable {
    var kind: String
    var identity: String
    var uuid: String?
  }

  private static func entry(_ text: ArraySlice<UInt8>, _ line: Int) throws(Fault) -> ListLine {
    guard text.count <= lineLimit else {
      throw Fault(reason: "it is longer than \(lineLimit) bytes", line: line)
    }
    guard text.first == UInt8(ascii: "{"), String(validating: text, as: UTF8.self) != nil else {
      throw Fault(reason: "it is not a JSON object in UTF-8", line: line)
    }
    do { return try ForeignJSON.decode(ListLine.self, from: text) } catch is ForeignJSON.Ambiguous {
      throw Fault(reason: "a key in it occurs twice", line: line)
    } catch {
      throw Fault(reason: "it cannot be parsed: \(ListLine.reason(error))", line: line)
    }
  }

  private static func take(
    _ entry: ListLine, _ line: Int, _ file: PathBytes, _ contents: inout Contents,
    _ positions: inout [Key: Int]
  ) throws(Fault) {
    if let keep = entry.keep {
      guard entry.machine == nil else {
        throw Fault(reason: "it has both 'keep' and 'machine'", line: line)
      }
      contents.kept.append(.local(try path(keep, entry.isKeepEscaped, line)))
      return
    }
    guard let name = entry.machine, !name.isEmpty else {
      throw Fault(reason: "it has neither 'machine' nor 'keep' nor 'count'", line: line)
    }
    // A name alone tells a machine from the others of this list, and of no other.
    let key = Key(
      kind: entry.kind ?? "list",
      identity: entry.id ?? (entry.uuid == nil ? "\(name) of \(file.displayText)" : name),
      uuid: entry.uuid?.lowercased())
    let position = positions[key] ?? contents.machines.count
    if position == contents.machines.count {
      var machine = Machine(kind: key.kind, identity: key.identity, name: name, file: file)
      machine.uuid = key.uuid.flatMap { $0.isEmpty ? nil : $0 }
      contents.machines.append(machine)
      positions[key] = position
    }
    if entry.running == true { contents.machines[position].isRunning = true }
    if let use = try use(entry, line) { contents.machines[position].uses.append(use) }
  }

  private static func use(_ entry: ListLine, _ line: Int) throws(Fault) -> MachineUse? {
    guard entry.path != nil || entry.uri != nil else { return nil }
    guard let role = ReferenceRole(rawValue: entry.role ?? "disk") else {
      throw Fault(reason: "the role '\(entry.role ?? "")' is not known", line: line)
    }
    if let format = entry.format, ImageFormat(rawValue: format) == nil {
      throw Fault(reason: "the format '\(format)' is not one of QEMU's", line: line)
    }
    let target: ReferenceTarget
    if let path = entry.path {
      target = .local(
        try self.path(path, entry.isEscaped, line), entry.isDirectory == true ? .dir : nil)
    } else {
      target = ReferenceTarget(parsing: Array((entry.uri ?? "").utf8), in: Array("/".utf8))
    }
    var use = MachineUse(role, target, format: entry.format)
    guard let occasion = MachineUse.Occasion(rawValue: entry.occasion ?? "now") else {
      throw Fault(reason: "the occasion '\(entry.occasion ?? "")' is not known", line: line)
    }
    use.occasion = occasion
    use.slot = entry.slot
    use.isCDROM = entry.device == "cdrom"
    use.isReadOnly = entry.isReadOnly ?? use.isCDROM
    use.isShareable = entry.isShareable ?? false
    use.isTransient = entry.isTransient ?? false
    use.mayBeMissing = entry.mayBeMissing ?? false
    return use
  }

  private static func path(
    _ text: String, _ isEscaped: Bool?, _ line: Int
  ) throws(Fault) -> [UInt8] {
    let path = isEscaped == true ? PathBytes(escaped: text)?.bytes : Array(text.utf8)
    guard let path, path.first == UInt8(ascii: "/"), path.count > 1, !path.contains(0) else {
      throw Fault(reason: "the path is not absolute", line: line)
    }
    return path
  }
}

/// One line of a list, before it is understood.
struct ListLine: Decodable {
  var version: Int?
  var isComplete: Bool?
  var count: Int?
  var machine: String?
  var uuid: String?
  var kind: String?
  var id: String?
  var running: Bool?
  var keep: String?
  var path: String?
  var uri: String?
  var isEscaped: Bool?
  var isKeepEscaped: Bool?
  var isDirectory: Bool?
  var role: String?
  var format: String?
  var occasion: String?
  var slot: String?
  var device: String?
  var isReadOnly: Bool?
  var isShareable: Bool?
  var isTransient: Bool?
  var mayBeMissing: Bool?

  enum CodingKeys: String, CodingKey {
    case version = "backstory-machines"
    case count, machine, uuid, kind, id, running, keep, path, uri, role, format, occasion
    case slot, device
    case isComplete = "complete"
    case isEscaped = "path-escaped"
    case isKeepEscaped = "keep-escaped"
    case isDirectory = "directory"
    case isReadOnly = "read-only"
    case isShareable = "shareable"
    case isTransient = "transient"
    case mayBeMissing = "may-be-missing"
  }

  /// Why a line could not be decoded, in half a sentence.
  static func reason(_ error: any Error) -> String {
    if case DecodingError.typeMismatch(_, let context) = error, let key = context.codingPath.last {
      return "'\(key.stringValue)' is of another type"
    }
    return "it is not JSON"
  }
}
