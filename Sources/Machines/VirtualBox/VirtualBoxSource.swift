internal import DiskImage
internal import Host
public import Model

/// The machines of VirtualBox, from their own files.
public struct VirtualBoxSource: MachineSource {
  /// Bytes that are read of one file; libvirt's limits hold for all XML.
  private static let byteLimit = 4 << 20

  /// `vbox`.
  public var kind: MachineSourceKind { .virtualBox }
  /// The directory of the machines, or of the registry, or one above both.
  public let path: PathBytes
  private let others: [PathBytes]

  /// The machines below a directory; `others` are the paths of other sources of the kind, which say themselves what
  /// they could not read.
  public init(path: PathBytes, besides others: [PathBytes] = []) {
    self.path = path
    self.others = others
  }

  /// One file that was read.
  private struct File {
    let path: PathBytes
    let document: VirtualBoxDocument
  }

  /// Reads every machine, and the registry.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    var files: [File] = []
    var tree = SourceTree { Self.isMachine($0) || Self.isFormer($0) || Self.isRegistry($0) }
    tree.look(through: root, &reading) { folder, reading in
      for name in folder.files { read(name, in: folder, &files, &reading) }
    }
    var media: [String: VirtualBoxDocument.Medium] = [:]
    for file in files {
      for medium in file.document.media where media[medium.uuid] == nil {
        media[medium.uuid] = medium
      }
    }
    for file in files { add(file, media, &reading) }
    judge(registriesOf: files, &reading)
    reading.coveredTrees.insert(path)
    // A registry without machines says that there are none.
    if files.isEmpty { reading.concludeNothing("machine of VirtualBox's (.vbox)") }
    return reading
  }

  private static func isMachine(_ name: [UInt8]) -> Bool { name[...].hasSuffix(".vbox") }
  private static func isFormer(_ name: [UInt8]) -> Bool { name[...].hasSuffix(".vbox-prev") }
  private static func isRegistry(_ name: [UInt8]) -> Bool {
    name.elementsEqual("VirtualBox.xml".utf8)
  }

  private func read(
    _ name: [UInt8], in folder: SourceTree.Folder, _ files: inout [File],
    _ reading: inout MachineReading
  ) {
    let file = folder.directory.path.appending(name)
    if Self.isFormer(name) {
      // Between the two renames of a write only this is there.
      let now = Array(name.dropLast("-prev".utf8.count))
      if !folder.names.contains(now) {
        reading.note(folder.directory.path.appending(now), VirtualBoxFault.onlyFormer.reason)
      }
      reading.passedOverCount += 1
      return
    }
    guard let bytes = folder.directory.bytes(name, limit: Self.byteLimit, &reading) else { return }
    do throws(VirtualBoxFault) {
      files.append(
        File(path: file, document: try VirtualBoxDocument(parsing: bytes, in: file.directory)))
    } catch { reading.note(file, error.reason) }
  }

  private func add(
    _ file: File, _ media: [String: VirtualBoxDocument.Medium], _ reading: inout MachineReading
  ) {
    let found = VirtualBoxMachine(file.document, file: file.path, media: media)
    // A registry that lists no media keeps nothing.
    if file.document.machine != nil || !found.machine.uses.isEmpty {
      reading.machines.append(found.machine)
    }
    for fault in found.faults { reading.note(file.path, fault.reason) }
  }

  /// A registry lists machines wherever they are: one that was not read may use any image.
  private func judge(registriesOf files: [File], _ reading: inout MachineReading) {
    let read = Set(files.compactMap { $0.document.machine?.uuid })
    for file in files {
      for (uuid, source) in file.document.registered.sorted(by: { $0.value < $1.value })
      where !read.contains(uuid) {
        let path = PathBytes(source)
        if others.contains(where: path.isWithin) { continue }
        reading.note(file.path, VirtualBoxFault.unread(source).reason)
      }
    }
  }
}
