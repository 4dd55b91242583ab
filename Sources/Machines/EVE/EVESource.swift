internal import DiskImage
internal import Host
public import Model

/// The nodes of EVE-NG's labs that QEMU runs.
///
/// A node's overlays lie in `tmp/POD/LAB/NODE`, once for each user who has opened the lab, under the names of their bases
/// in `addons/qemu/IMAGE`.
public struct EVESource: MachineSource {
  /// Pods that are looked into; each user has one.
  private static let podLimit = 10_000

  /// `eve`.
  public var kind: MachineSourceKind { .eve }
  /// `/opt/unetlab`, or a copy of it.
  public let path: PathBytes

  /// The labs below a directory.
  public init(path: PathBytes) { self.path = path }

  /// A lab that was read.
  private struct File {
    let path: PathBytes
    let lab: EVELab
  }

  /// Reads every lab, and looks where it runs.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    var files: [File] = []
    if let labs = root.directory(Array("labs".utf8), &reading) {
      var tree = SourceTree { $0[...].hasSuffix(".unl") }
      tree.look(through: labs, &reading) { folder, reading in
        for name in folder.files {
          guard let bytes = folder.directory.bytes(name, limit: EVELab.byteLimit, &reading) else {
            continue
          }
          let file = folder.directory.path.appending(name)
          do throws(EVEFault) {
            files.append(File(path: file, lab: try EVELab(parsing: bytes)))
          } catch { reading.note(file, error.reason) }
        }
      }
    }
    let images = images(root, &reading)
    let running = running(root, &reading)
    for file in files { add(file, images, running, &reading) }
    let used = Set(files.flatMap { $0.lab.nodes }.compactMap { $0.image.map { Array($0.utf8) } })
    keep(images.filter { !used.contains($0.key) }, &reading)
    reading.coveredTrees.insert(path)
    if files.isEmpty {
      reading.passedOverCount += root.names(&reading)?.count ?? 0
      reading.concludeNothing("lab of EVE-NG (labs/*.unl)")
    }
    return reading
  }

  // MARK: Bases

  /// The bases of every image that EVE-NG would take, by its directory's name.
  private func images(
    _ root: SourceDirectory, _ reading: inout MachineReading
  ) -> [[UInt8]: [PathBytes]] {
    guard
      let qemu = root.directory(Array("addons".utf8), &reading)?
        .directory(Array("qemu".utf8), &reading), let contents = qemu.contents(&reading)
    else { return [:] }
    var images: [[UInt8]: [PathBytes]] = [:]
    for name in contents.directories + contents.links {
      guard let image = qemu.directory(name, &reading), let files = image.contents(&reading) else {
        continue
      }
      images[name] = (files.files + files.links).filter(Self.isDisk).map {
        image.path.appending($0)
      }
    }
    return images
  }

  /// Whether EVE-NG takes a file of an image's directory: it clones the disks, and uses a CD as it is.
  private static func isDisk(_ name: [UInt8]) -> Bool {
    if name.elementsEqual("cdrom.iso".utf8) { return true }
    return name[...].hasSuffix(".qcow2")
      && name.dropLast(".qcow2".utf8.count).allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
      }
  }

  /// Whether a file in a node's own directory may be an image of it: overlays, and CDs that are made for it.
  private static func isImage(_ name: [UInt8]) -> Bool {
    [".qcow2", ".iso", ".img", ".vmdk"].contains { name[...].hasSuffix($0) }
  }

  /// What no lab uses may be the base of the next node: the directory is EVE-NG's list of what there is.
  private func keep(_ images: [[UInt8]: [PathBytes]], _ reading: inout MachineReading) {
    guard !images.isEmpty else { return }
    var keeper = Machine(
      kind: Machine.keeper, identity: path.displayText, name: "EVE-NG's images", file: path)
    for files in images.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).map(\.value) {
      for file in files {
        var use = MachineUse(.disk, .local(file.bytes))
        (use.occasion, use.isReadOnly, use.mayBeMissing) = (.detached, true, true)
        keeper.uses.append(use)
      }
    }
    reading.machines.append(keeper)
  }

  // MARK: Nodes

  /// A place where a lab runs.
  private struct Run {
    let pod: [UInt8]
    let directory: SourceDirectory
  }

  /// Where each lab runs, by its number.
  private func running(
    _ root: SourceDirectory, _ reading: inout MachineReading
  ) -> [String: [Run]] {
    guard let tmp = root.directory(Array("tmp".utf8), &reading),
      let pods = tmp.contents(&reading)?.directories
    else { return [:] }
    if pods.count > Self.podLimit {
      reading.note(tmp.path, "it holds more than \(Self.podLimit) pods")
    }
    var runs: [String: [Run]] = [:]
    for pod in pods.prefix(Self.podLimit) {
      guard let directory = tmp.directory(pod, &reading), let labs = directory.contents(&reading)
      else {
        continue
      }
      for name in labs.directories {
        guard let lab = directory.directory(name, &reading) else { continue }
        guard Self.isNumber(name) else {
          // Others that came of UNetLab lay nodes out otherwise; what is in there may be anybody's.
          if lab.contents(&reading)?.names.isEmpty == false {
            reading.note(lab.path, EVEFault.unknownLayout.reason)
          }
          continue
        }
        runs[String(decoding: name, as: UTF8.self).lowercased(), default: []].append(
          Run(pod: pod, directory: lab))
      }
    }
    return runs
  }

  /// Whether a name is a UUID.
  private static func isNumber(_ name: [UInt8]) -> Bool {
    name.count == 36 && name.allSatisfy { $0 == UInt8(ascii: "-") || $0.isHexadecimal }
  }

  private func add(
    _ file: File, _ images: [[UInt8]: [PathBytes]], _ running: [String: [Run]],
    _ reading: inout MachineReading
  ) {
    let runs = running[file.lab.id] ?? []
    for node in file.lab.nodes {
      let bases = node.image.flatMap { images[Array($0.utf8)] } ?? []
      if runs.isEmpty {
        reading.machines.append(machine(of: node, file, bases, in: nil, &reading))
      }
      for run in runs {
        reading.machines.append(machine(of: node, file, bases, in: run, &reading))
      }
    }
  }

  private func machine(
    of node: EVELab.Node, _ file: File, _ bases: [PathBytes], in run: Run?,
    _ reading: inout MachineReading
  ) -> Machine {
    let pod = run.map { PathBytes($0.pod).displayText }
    var machine = Machine(
      kind: MachineSourceKind.eve.rawValue,
      identity: [pod, file.lab.id, node.id].compactMap { $0 }.joined(separator: "/"),
      name: "\(file.lab.name)/\(node.name)" + (pod.map { " (pod \($0))" } ?? ""), file: file.path)
    machine.uuid = node.uuid
    let folder = run?.directory.directory(Array(node.id.utf8), &reading)
    let overlays = folder?.contents(&reading)?.files.filter(Self.isImage) ?? []
    for name in overlays {
      guard let folder else { break }
      let place = folder.path.appending(name)
      var use = MachineUse(.disk, .local(place.bytes))
      use.slot = PathBytes(name).displayText
      use.isCDROM = name[...].hasSuffix(".iso")
      use.isReadOnly = use.isCDROM
      machine.uses.append(use)
    }
    for base in bases {
      let name = Array(base.name)
      var use = MachineUse(.backing, .local(base.bytes))
      (use.slot, use.isReadOnly) = (PathBytes(name).displayText, true)
      if name[...].hasSuffix(".iso") { (use.role, use.isCDROM) = (.disk, true) }
      machine.uses.append(use)
    }
    return machine
  }
}

extension UInt8 {
  /// Whether it is a digit of a hexadecimal number, in ASCII.
  var isHexadecimal: Bool {
    (0x30...0x39).contains(self) || (0x61...0x66).contains(self | 0x20)
  }
}
