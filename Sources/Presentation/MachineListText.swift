internal import DiskImage
internal import Model
internal import Query
internal import Sighting

/// The neutral list of machines, as `Documentation/guide/machines.md` describes it.
struct MachineListText {
  /// Whether all machines are in it, as far as their sources were seen whole.
  let isComplete: Bool
  let host: String
  let created: String

  /// Writes every machine; the last line says how many lines there are, so that a cut copy is seen.
  func write(_ machines: [MachineSummary], to sink: ByteSink) throws {
    // What has neither a path nor a URI cannot be listed; it may be an image of somebody else's.
    let isListed = machines.allSatisfy { $0.uses.allSatisfy(\.isListable) }
    var head = ListLineText()
    head.add("backstory-machines", number: 1)
    head.add("created", created)
    head.add("host", host)
    if !isComplete || !isListed { head.add("complete", false) }
    try head.write(to: sink)
    var count: Int64 = 0
    for machine in machines {
      let isKeeper = machine.kind == "keep"
      let uses = machine.uses.filter { $0.target.path != nil || $0.target.uri != nil }
      for use in uses {
        count += 1
        try (isKeeper ? Self.keep(use) : Self.line(machine, use)).write(to: sink)
      }
      if uses.isEmpty, !isKeeper {
        count += 1
        try Self.line(machine, nil).write(to: sink)
      }
    }
    var tail = ListLineText()
    tail.add("count", number: count)
    try tail.write(to: sink)
  }

  private static func keep(_ use: MachineSummary.Use) -> ListLineText {
    var line = ListLineText()
    line.add("keep", path: use.target.path ?? [])
    return line
  }

  private static func line(_ machine: MachineSummary, _ use: MachineSummary.Use?) -> ListLineText {
    var line = ListLineText()
    line.add("machine", machine.name)
    line.add("kind", machine.kind)
    // Without either, who reads it knows only the list's own name.
    if let identity = machine.identity ?? (machine.uuid == nil ? machine.name : nil) {
      line.add("id", identity)
    }
    if let uuid = machine.uuid { line.add("uuid", uuid) }
    if machine.isRunning { line.add("running", true) }
    guard let use else { return line }
    if let path = use.target.path {
      line.add("path", path: path)
      if use.target.type == .dir { line.add("directory", true) }
    } else if let uri = use.target.uri {
      line.add("uri", uri)
    }
    line.add("role", use.role.rawValue)
    if let format = use.format { line.add("format", format) }
    if use.listedOccasion != "now" { line.add("occasion", use.listedOccasion) }
    if let slot = use.use.target { line.add("slot", slot) }
    if use.use.device == "cdrom" { line.add("device", "cdrom") }
    line.add("read-only", use.use.isReadOnly)
    if use.use.isShareable { line.add("shareable", true) }
    if use.use.isTransient { line.add("transient", true) }
    if use.use.startupPolicy.map({ $0 != "mandatory" }) == true { line.add("may-be-missing", true) }
    return line
  }
}

/// A JSON object in one line.
struct ListLineText {
  private var members: [String] = []

  mutating func add(_ key: String, _ text: String) {
    members.append("\"\(key)\": \"\(JSONText.escaped(text))\"")
  }

  mutating func add(_ key: String, _ flag: Bool) { members.append("\"\(key)\": \(flag)") }

  mutating func add(_ key: String, number: Int64) { members.append("\"\(key)\": \(number)") }

  /// A path, escaped where it is not UTF-8, and marked so.
  mutating func add(_ key: String, path bytes: [UInt8]) {
    let path = PathBytes(bytes)
    add(key, path.displayText)
    if path.exactText == nil { add("\(key)-escaped", true) }
  }

  func write(to sink: ByteSink) throws {
    sink.append("{\(members.joined(separator: ", "))}\n")
    try sink.settle()
  }
}

extension MachineSummary.Use {
  /// Whether a list can say it, or nobody has to know: a volume of LVM or ZFS is no file.
  fileprivate var isListable: Bool {
    target.path != nil || target.uri != nil || (target.type == .volume && format == "raw")
  }

  /// The occasion in the list's words; libvirt has more of them.
  fileprivate var listedOccasion: String {
    if use.documents.allSatisfy({ $0 == .snapshot || $0 == .saved }) { return "snapshot" }
    let words = ["now", "pending", "detached", "below", "elsewhere", "open", "deleted"]
    guard words.contains(occasion) else { return "pending" }
    return use.level > 0 && occasion == "now" ? "below" : occasion
  }
}
