internal import DiskImage
internal import Host
public import Model

/// A neutral list in a file.
public struct ListSource: MachineSource {
  /// `list`.
  public var kind: MachineSourceKind { .list }
  /// The file.
  public let path: PathBytes

  /// A list at a path.
  public init(path: PathBytes) { self.path = path }

  /// Reads the list; one that is not whole says nothing.
  public func read() -> MachineReading {
    var reading = MachineReading()
    let bytes: [UInt8]
    do {
      let file = try OpenFile(opening: path)
      bytes = try file.bytes(at: 0, count: MachineList.byteLimit + 1)
    } catch let fault as HostFault {
      reading.isMissing = fault.isMissing
      let why = fault.isMissing ? "it is not there" : "cannot be read: \(fault.reason)"
      reading.note(path, why)
      return reading
    } catch {
      reading.note(path, "cannot be read")
      return reading
    }
    guard bytes.count <= MachineList.byteLimit else {
      reading.note(path, "it is longer than \(MachineList.byteLimit) bytes; not read")
      return reading
    }
    do throws(MachineList.Fault) {
      let contents = try MachineList.parse(bytes, at: path)
      reading.machines = contents.machines
      if !contents.kept.isEmpty {
        var keeper = Machine(
          kind: Machine.keeper, identity: path.displayText, name: path.displayText, file: path)
        keeper.uses = contents.kept.map { target in
          var use = MachineUse(.disk, target)
          (use.occasion, use.isReadOnly, use.mayBeMissing) = (.kept, true, true)
          return use
        }
        reading.machines.append(keeper)
      }
      reading.coveredTrees.insert(path)
      if contents.isKnownToLack {
        reading.note(path, "it says itself that machines may be missing")
      }
    } catch {
      reading.note(path, error.sentence)
    }
    return reading
  }
}

extension Machine {
  /// The kind of what is no machine: a list that wants images kept.
  public static let keeper = "keep"
}
