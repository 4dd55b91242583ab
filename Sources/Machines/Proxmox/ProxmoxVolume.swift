internal import DiskImage
internal import Model

/// The value of a disk's key: a volume and what else is said of it.
struct ProxmoxDrive: Sendable, Hashable {
  /// `STORE:…`, a path, `none` or `cdrom`; empty where none is named.
  var volume: ArraySlice<UInt8> = []
  /// All other options, the last of each name.
  var options: [String: String] = [:]

  /// Reads `VOLUME[,OPTION=…]`; the volume may have `file=` or `volume=` before it, and stand anywhere.
  init(parsing value: ArraySlice<UInt8>) {
    for part in value.split(separator: UInt8(ascii: ",")) {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else {
        volume = part.trimmed
        continue
      }
      let key = String(decoding: part[..<equals].trimmed, as: UTF8.self)
      let rest = part[(equals + 1)...].trimmed
      if key == "file" || key == "volume" {
        volume = rest
      } else {
        options[key] = String(decoding: rest, as: UTF8.self)
      }
    }
  }

  /// Whether no storage is meant: an empty drive, or the host's own.
  var isNone: Bool { volume.elementsEqual("none".utf8) || volume.elementsEqual("cdrom".utf8) }
  /// The format that is stated for a path.
  var format: String? { options["format"].flatMap { $0.isEmpty ? nil : $0 } }
  /// Whether it is a CD.
  var isCDROM: Bool { options["media"] == "cdrom" }
}

/// A volume as Proxmox VE names it, and the files that it stands for.
///
/// Source: pve-storage src/PVE/Storage/Plugin.pm, `parse_volname` and `filesystem_path`;
/// src/PVE/Storage/BTRFSPlugin.pm for what lies in directories of its own.
struct ProxmoxVolume: Sendable, Hashable {
  /// The store.
  var store: String
  /// `images`, `iso`, `rootdir`, ….
  var content: String
  /// For `images`: the number of the machine that it belongs to, which may be another's.
  var owner: String?
  /// The file's name.
  var name: ArraySlice<UInt8>
  /// For a linked clone, its base.
  var base: (owner: String, name: ArraySlice<UInt8>)? {
    get { baseOwner.map { ($0, baseName) } }
    set { (baseOwner, baseName) = (newValue?.owner, newValue?.name ?? []) }
  }
  private var baseOwner: String?
  private var baseName: ArraySlice<UInt8> = []

  /// Parses `STORE:VMID/NAME`, `STORE:BASEVMID/BASE/VMID/NAME`, `STORE:iso/NAME` and its like, and
  /// `STORE:NAME` of stores without directories; `nil` for anything else.
  init?(parsing text: ArraySlice<UInt8>) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex,
      colon + 1 < text.endIndex, !text[..<colon].contains(UInt8(ascii: "/"))
    else { return nil }
    store = String(decoding: text[..<colon], as: UTF8.self)
    let parts = text[(colon + 1)...].split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    // A name that leaves its directory is none.
    let isOdd = parts.contains {
      $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
    }
    guard !isOdd, let last = parts.last, let first = parts.first else { return nil }
    name = last
    if parts.count == 1 {
      content = "images"
    } else if parts.count == 2, Self.isNumber(first) {
      (content, owner) = ("images", String(decoding: first, as: UTF8.self))
    } else if parts.count == 4, Self.isNumber(first), Self.isNumber(parts[2]) {
      content = "images"
      owner = String(decoding: parts[2], as: UTF8.self)
      base = (String(decoding: first, as: UTF8.self), parts[1])
    } else if parts.count == 2,
      ProxmoxStore.usualPlaces[String(decoding: first, as: UTF8.self)] != nil
    {
      content = String(decoding: first, as: UTF8.self)
    } else {
      return nil
    }
  }

  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether it is a template's.
  var isBase: Bool { name.starts(with: "base-".utf8) }

  /// QEMU's name of a format, by the name of a file; volumes without an ending are raw.
  static func format(_ name: ArraySlice<UInt8>) -> String {
    for format in ["qcow2", "vmdk"] where name.hasSuffix(".\(format)") { return format }
    return "raw"
  }

  /// Where a file of the store lies; `nil` where the store has no directory for it.
  func target(in store: ProxmoxStore) -> ReferenceTarget? {
    if content == "rootdir" {
      return store.directory(of: content).map {
        .local(PathBytes($0).appending(name).bytes, .dir)
      }
    }
    guard content == "images" else {
      return store.directory(of: content).map { .local(PathBytes($0).appending(name).bytes) }
    }
    return owner.flatMap { Self.target(name, of: $0, in: store) }
  }

  /// Where the base of a linked clone lies.
  func baseTarget(in store: ProxmoxStore) -> ReferenceTarget? {
    base.flatMap { Self.target($0.name, of: $0.owner, in: store) }
  }

  /// What a snapshot of it is, where that is a file of its own.
  func snapshotTarget(_ snapshot: String, in store: ProxmoxStore) -> ReferenceTarget? {
    guard content == "images", let owner, let images = store.directory(of: "images") else {
      return nil
    }
    let folder = PathBytes(images).appending(owner.utf8)
    if store.type == "btrfs", name.hasSuffix(".raw") {
      let subvolume = Array(name.dropLast(4)) + Array("@\(snapshot)".utf8)
      return .local(folder.appending(subvolume).appending("disk.raw".utf8).bytes)
    }
    guard store.hasSnapshotFiles, !snapshot.contains("/") else { return nil }
    return .local(folder.appending(Array("snap-\(snapshot)-".utf8) + name).bytes)
  }

  private static func target(
    _ name: ArraySlice<UInt8>, of owner: String, in store: ProxmoxStore
  ) -> ReferenceTarget? {
    guard let images = store.directory(of: "images") else { return nil }
    let folder = PathBytes(images).appending(owner.utf8)
    if name.hasSuffix(".subvol") { return .local(folder.appending(name).bytes, .dir) }
    if store.type == "btrfs", name.hasSuffix(".raw") {
      return .local(folder.appending(name.dropLast(4)).appending("disk.raw".utf8).bytes)
    }
    return .local(folder.appending(name).bytes)
  }
}

extension ArraySlice<UInt8> {
  /// Whether it ends in `text`, with something before it.
  func hasSuffix(_ text: String) -> Bool {
    count > text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
