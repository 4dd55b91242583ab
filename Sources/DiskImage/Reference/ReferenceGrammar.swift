extension ReferenceTarget {
  /// Works out what `stored` means to an image that stands in `directory` (an absolute path).
  ///
  /// Nothing is opened, no link is followed, and nothing is thrown: a string that means nothing is a
  /// target with `invalid`. A name without a protocol is a path, relative to `directory`; QEMU looks
  /// whether a device is there, here it is one by its place below `/dev`. What has a colon before its
  /// first slash is a protocol, also where a file of that name exists.
  ///
  /// QEMU opens a relative name behind `file:`, a driver's prefix or inside `json:` from the working
  /// directory of its process, which no header knows. Such a name is taken relative to `directory`
  /// as well, and has the option `relative-to` with the value `working-directory`.
  ///
  /// Source: QEMU block.c, `path_has_protocol` and `bdrv_make_absolute_filename`; libvirt
  /// src/storage_file/storage_source.c, `virStorageSourceNewFromBacking`.
  public init(parsing stored: [UInt8], in directory: [UInt8]) {
    guard Self.protocolEnd(of: stored[...]) != nil else {
      self.init(plainName: stored, in: directory)
      return
    }
    do throws(InvalidReference) {
      self = try ReferenceGrammar(directory: directory).target(of: stored[...], depth: 0)
    } catch {
      self.init(invalid: error.reason)
    }
  }

  /// QEMU's `full-backing-filename` of `stored` in an image that was opened in `directory`.
  ///
  /// Text only: nothing is normalised. An absolute name, a name with a protocol and an empty name
  /// stay as they are.
  ///
  /// Source: QEMU block.c, `bdrv_make_absolute_filename` and `path_combine`.
  public static func fullName(of stored: [UInt8], in directory: [UInt8]) -> [UInt8] {
    guard let first = stored.first, first != UInt8(ascii: "/"), !directory.isEmpty,
      protocolEnd(of: stored[...]) == nil
    else { return stored }
    var name: [UInt8] = []
    name.reserveCapacity(directory.count + 1 + stored.count)
    name += directory
    if name.last != UInt8(ascii: "/") { name.append(UInt8(ascii: "/")) }
    name += stored
    return name
  }

  /// Where the protocol of `text` ends: its first colon, if no slash stands before it.
  static func protocolEnd(of text: ArraySlice<UInt8>) -> Int? {
    for index in text.indices {
      if text[index] == UInt8(ascii: ":") { return index }
      if text[index] == UInt8(ascii: "/") { return nil }
    }
    return nil
  }

  /// A file by its name alone.
  private init(plainName name: [UInt8], in directory: [UInt8]) {
    if name.isEmpty {
      self.init(invalid: "it is empty")
    } else if name.contains(0) {
      self.init(invalid: "it contains a NUL byte")
    } else {
      var path = LexicalPath.joined(directory, name[...])
      // For the system a name with a slash at its end is no file, though one without it be there.
      if name.last == UInt8(ascii: "/"), path.count > 1 { path.append(UInt8(ascii: "/")) }
      self.init(type: LexicalPath.isDevice(path) ? .block : .file)
      self.path = path
    }
  }

  /// A reference that means nothing.
  private init(invalid reason: String) {
    self.init()
    invalid = reason
  }
}

/// Why a reference means nothing.
public struct InvalidReference: Error {
  /// Half a sentence, without any secret of the reference.
  public let reason: String

  /// A reason, half a sentence.
  init(_ reason: String) { self.reason = reason }
}

/// The grammar of references with a protocol.
struct ReferenceGrammar {
  /// Bytes. The longest `json:` reference and every other: QEMU refuses a name in a header above
  /// 1023, a data file's name and other formats' names may be longer.
  static let maxLength = 65536
  /// Levels of drivers around drivers, and of objects in a `json:` reference; real ones have four.
  static let maxDepth = 32

  /// The absolute directory of the image that holds the reference.
  let directory: [UInt8]

  /// What `text` means; `depth` counts the drivers around it.
  func target(
    of text: ArraySlice<UInt8>, depth: Int
  ) throws(InvalidReference) -> ReferenceTarget {
    guard depth < Self.maxDepth else { throw InvalidReference("too many drivers are nested") }
    guard text.count <= Self.maxLength else {
      throw InvalidReference("it is longer than \(Self.maxLength) bytes")
    }
    guard !text.contains(0) else { throw InvalidReference("it contains a NUL byte") }
    guard let colon = ReferenceTarget.protocolEnd(of: text) else {
      return try local(.file, text)
    }
    if ReferenceTarget.isAbsoluteOnWindows(Array(text.prefix(3))) {
      throw InvalidReference(ReferenceTarget.isOfWindows)
    }
    let word = String(decoding: text[..<colon], as: UTF8.self)
    let rest = text[(colon + 1)...]
    return switch word {
    case "file": try local(.file, rest)
    case "host_device", "host_cdrom": try local(.block, rest)
    case "fat": try directory(asFAT: rest)
    case "nvme": try nvme(rest)
    case "blkdebug", "blkverify": try filtered(by: word, rest, depth: depth)
    case "json": try json(rest)
    default: try network(text, word: word, rest: rest)
    }
  }

  /// A path that QEMU hands to the system as it is: no percent-decoding, and slashes of a
  /// `file://` are slashes of the path.
  ///
  /// Source: QEMU block.c, `bdrv_parse_filename_strip_prefix`. libvirt refuses `file:` and
  /// `file://` in a header.
  func local(
    _ type: ReferenceType, _ name: ArraySlice<UInt8>
  ) throws(InvalidReference) -> ReferenceTarget {
    guard !name.isEmpty else { throw InvalidReference("it names no file") }
    guard !name.contains(0) else { throw InvalidReference("a file name contains a NUL byte") }
    var target = ReferenceTarget(type: type)
    target.path = LexicalPath.joined(directory, name)
    if name.first != UInt8(ascii: "/") { target.options["relative-to"] = "working-directory" }
    return target
  }

  private func network(
    _ text: ArraySlice<UInt8>, word: String, rest: ArraySlice<UInt8>
  ) throws(InvalidReference) -> ReferenceTarget {
    let scheme = word.utf8.firstIndex(of: UInt8(ascii: "+")).map { word[..<$0] } ?? word[...]
    guard let name = NetworkProtocol(rawValue: String(scheme)) else {
      throw InvalidReference("unknown protocol \(ReferenceText.quoted(word))")
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      throw InvalidReference("the \(name.rawValue) reference is not UTF-8")
    }
    if rest.starts(with: "//".utf8) { return try uri(URIText(parsing: text), name) }
    guard scheme == word else {
      throw InvalidReference("a reference with '\(scheme)+' is a URI and has '://'")
    }
    switch name {
    case .nbd: return try nbd(rest)
    case .rbd: return try rbd(rest)
    case .sheepdog: return try sheepdog(rest)
    case .gluster, .iscsi, .iser, .http, .https, .ftp, .ftps, .tftp, .ssh, .vxhs, .nfs, .nullCo,
      .nullAIO:
      throw InvalidReference("a reference of protocol \(name.rawValue) is a URI and has '://'")
    }
  }
}
