internal import DiskImage
internal import Host
public import Model

/// The machines of VMware's products, from the files beside their disks.
public struct VMwareSource: MachineSource {
  /// `vmware`.
  public var kind: MachineSourceKind { .vmware }
  /// A datastore, or any directory above the machines'.
  public let path: PathBytes
  private let seenAs: [PathBytes]

  /// The machines below a directory; `seenAs` are the paths at which machines see pools of this host.
  public init(path: PathBytes, seenAs: [PathBytes] = []) {
    self.path = path
    self.seenAs = seenAs
  }

  /// Reads the machines of every directory.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    var tree = SourceTree { name in
      [".vmx", ".vmtx", ".vmsd", ".vmfd"].contains { name[...].hasSuffix($0) }
    }
    tree.look(through: root, &reading) { folder, reading in read(folder, &reading) }
    reading.coveredTrees.insert(path)
    if reading.machines.allSatisfy({ $0.kind == Machine.keeper }) {
      reading.concludeNothing("machine of VMware's (.vmx)")
    }
    return reading
  }

  private func read(_ folder: SourceTree.Folder, _ reading: inout MachineReading) {
    for name in folder.files {
      let file = folder.directory.path.appending(name)
      if name[...].hasSuffix(".vmfd") {
        reading.machines.append(Self.keeper(ofDiskOf: name, file))
      }
      guard name[...].hasSuffix(".vmx") || name[...].hasSuffix(".vmtx") else { continue }
      guard let dictionary = Self.dictionary(name, in: folder.directory, &reading) else { continue }
      var machine = VMwareMachine(file: file, names: folder.names, seenAs: seenAs)
      machine.add(dictionary)
      let end = name.lastIndex(of: UInt8(ascii: ".")) ?? name.endIndex
      let snapshots = Array(name[..<end]) + Array(".vmsd".utf8)
      if folder.names.contains(snapshots),
        !add(snapshots, in: folder.directory, to: &machine, &reading)
      {
        // What the snapshots used before they may use still.
        reading.unseen.insert(file)
      }
      reading.machines.append(machine.machine)
      for fault in machine.faults { reading.note(file, fault.reason) }
    }
  }

  /// - Returns: whether the snapshots were read.
  private func add(
    _ name: [UInt8], in directory: SourceDirectory, to machine: inout VMwareMachine,
    _ reading: inout MachineReading
  ) -> Bool {
    guard let dictionary = Self.dictionary(name, in: directory, &reading) else { return false }
    do throws(VMwareFault) {
      machine.add(try VMwareSnapshots(dictionary))
      return true
    } catch {
      reading.note(directory.path.appending(name), error.reason)
      return false
    }
  }

  private static func dictionary(
    _ name: [UInt8], in directory: SourceDirectory, _ reading: inout MachineReading
  ) -> VMwareDictionary? {
    guard let bytes = directory.bytes(name, limit: VMwareDictionary.byteLimit, &reading) else {
      return nil
    }
    do throws(VMwareFault) { return try VMwareDictionary(parsing: bytes) } catch {
      reading.note(directory.path.appending(name), error.reason)
      return nil
    }
  }

  /// A first-class disk has a file of its own beside it, and no machine: whoever made it keeps it.
  private static func keeper(ofDiskOf name: [UInt8], _ file: PathBytes) -> Machine {
    var keeper = Machine(
      kind: Machine.keeper, identity: file.displayText, name: file.displayText, file: file)
    let disk = name.dropLast(".vmfd".utf8.count) + Array(".vmdk".utf8)
    var use = MachineUse(.disk, .named(Array(disk), in: file.directory))
    (use.occasion, use.isReadOnly, use.mayBeMissing) = (.kept, true, true)
    keeper.uses = [use]
    return keeper
  }
}
