public import Model

/// What is mounted where, as this process sees it.
public struct MountTable: Sendable {
  /// The mounts in the kernel's order: what is mounted on another comes after it.
  public let mounts: [Mount]

  /// The table as it is now.
  /// - Throws: `open` or `read` when /proc is not there.
  public static func current() throws(HostFault) -> MountTable {
    MountTable(parsing: try SystemFile.contents("/proc/self/mountinfo"))
  }

  /// Reads the text of a mountinfo file (proc(5), /proc/pid/mountinfo); lines that are no mounts are
  /// passed over.
  public init(parsing text: [UInt8]) {
    mounts = text.split(separator: UInt8(ascii: "\n")).compactMap { Mount(line: $0) }
  }

  /// The mount with the number that `FileStatus.mountID` gives.
  public func mount(withID id: UInt64) -> Mount? { mounts.last { $0.id == id } }

  /// The mount through which a file was reached.
  public func mount(of status: FileStatus) -> Mount? {
    status.mountID.flatMap { mount(withID: $0) }
  }

  /// The mount that holds the absolute, canonical `path`: the longest mount point that leads to it,
  /// and of several on one point the last.
  public func mount(holding path: PathBytes) -> Mount? {
    var best: Mount?
    for mount in mounts where Self.leads(mount.mountPoint.bytes, to: path.bytes) {
      if mount.mountPoint.bytes.count >= best?.mountPoint.bytes.count ?? 0 { best = mount }
    }
    return best
  }

  /// The type of the file system at the canonical `path`, whose status is `status`, where machines of
  /// other hosts may use it; `nil` where they may not. What is mounted since the table was read, as by
  /// an automounter, is asked for anew; what then is not known may be shared.
  public func sharedType(of status: FileStatus, at path: PathBytes) -> String? {
    guard let mount = mount(of: status) ?? mountNow(of: status, at: path) else {
      return "an unknown file system"
    }
    return mount.mayBeShared ? mount.type : nil
  }

  private func mountNow(of status: FileStatus, at path: PathBytes) -> Mount? {
    // A kernel that numbers no mounts would have the table read for every directory.
    guard status.mountID != nil else { return mount(holding: path) }
    do throws(HostFault) {
      return try MountTable.current().mount(of: status)
    } catch {
      return nil
    }
  }

  /// Whether something is mounted exactly on the absolute, canonical `path`.
  public func isMountPoint(_ path: PathBytes) -> Bool { mounts.contains { $0.mountPoint == path } }

  private static func leads(_ point: [UInt8], to path: [UInt8]) -> Bool {
    guard path.starts(with: point) else { return false }
    let slash = UInt8(ascii: "/")
    return point.last == slash || path.count == point.count || path[point.count] == slash
  }
}

extension Mount {
  /// Reads one line: `36 35 98:0 /root /point options [optional…] - type source options`.
  init?(line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count >= 9, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]),
      dash + 2 < fields.count,
      let id = UInt64(text: fields[0]), let parentID = UInt64(text: fields[1]),
      let device = Self.device(fields[2], radix: 10)
    else { return nil }
    self.id = id
    self.parentID = parentID
    self.device = device
    root = PathBytes(Self.unescaped(fields[3]))
    mountPoint = PathBytes(Self.unescaped(fields[4]))
    type = String(decoding: Self.unescaped(fields[dash + 1]), as: UTF8.self)
    source = Self.unescaped(fields[dash + 2])
  }

  /// `major:minor` as one number, major << 32 | minor.
  static func device(_ field: some Collection<UInt8>, radix: Int) -> UInt64? {
    let parts = field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let major = UInt32(text: parts[0], radix: radix),
      let minor = UInt32(text: parts[1], radix: radix)
    else { return nil }
    return UInt64(major) << 32 | UInt64(minor)
  }

  /// Undoes the kernel's `\ooo` for space, tab, newline, backslash and `#`.
  static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(text: rest.prefix(3), radix: 8)
      {
        plain.append(code)
        rest.removeFirst(3)
      } else {
        plain.append(byte)
      }
    }
    return plain
  }
}

extension FixedWidthInteger {
  /// The number that ASCII digits state; nil for anything else, a sign included.
  init?(text: some Collection<UInt8>, radix: Int = 10) {
    let plus = UInt8(ascii: "+")
    let minus = UInt8(ascii: "-")
    guard let first = text.first, first != plus, first != minus else { return nil }
    self.init(String(decoding: text, as: UTF8.self), radix: radix)
  }
}
