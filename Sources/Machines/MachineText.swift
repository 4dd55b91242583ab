internal import DiskImage
internal import Model

/// What one file's text says of machines, for whoever has bytes and no source: the fuzzer.
public enum MachineText {
  /// The kinds of text.
  public enum Kind: CaseIterable, Sendable {
    /// A neutral list.
    case list
    /// A virtual machine of Proxmox VE, with `storage.cfg` before it and a NUL byte between.
    case proxmox
    /// A container of Proxmox VE, in the same way.
    case container
    /// The bytes of `/proc/PID/cmdline`.
    case commandLine
    /// A `.vmx` of VMware's, with a `.vmsd` behind it and a NUL byte between.
    case vmware
    /// A `.vbox`.
    case virtualBox
    /// A `.gns3`.
    case gns3
    /// A `.unl`.
    case eve
    /// The JSON of a backup of Xen Orchestra.
    case xenOrchestra
    /// A `backup.yaml` of Incus.
    case incus
  }

  /// The machines in a text; none where it is not believed.
  public static func machines(in bytes: [UInt8], as kind: Kind) -> [Machine] {
    let file: PathBytes = "/fuzz/100.conf"
    switch kind {
    case .list:
      do throws(MachineList.Fault) {
        return try MachineList.parse(bytes, at: file).machines
      } catch { return [] }
    case .proxmox, .container:
      let cut = bytes.firstIndex(of: 0) ?? bytes.startIndex
      let stores = ProxmoxStores(parsing: Array(bytes[..<cut]))
      let guest = ProxmoxGuest(parsing: Array(bytes[cut...].drop { $0 == 0 }))
      return [
        ProxmoxMachine(
          guest, number: "100", kind: kind == .container ? .container : .qemu, file: file,
          stores: stores, node: ProxmoxNode([], home: nil)
        ).machine
      ]
    case .commandLine:
      let arguments = QEMUCommandLine.arguments(in: bytes)
      let line = QEMUCommandLine(parsing: arguments, in: Array("/fuzz".utf8))
      var machine = Machine(kind: "qemu", identity: "1", name: line.name ?? "1", file: file)
      machine.uses = line.uses
      return [machine]
    case .vmware: return vmware(bytes)
    case .gns3:
      do throws(GNS3Fault) {
        let project = try GNS3Project(parsing: bytes)
        let library = GNS3Library(below: "/fuzz/images")
        return project.nodes.map { node in
          GNS3Machine(node, of: project, file: file, library: library).machine
        }
      } catch { return [] }
    case .eve:
      do throws(EVEFault) {
        let lab = try EVELab(parsing: bytes)
        return lab.nodes.map { node in
          Machine(kind: "eve", identity: "\(lab.id)/\(node.id)", name: node.name, file: file)
        }
      } catch { return [] }
    case .xenOrchestra:
      do throws(XOFault) {
        let backup = try XOBackup(parsing: bytes)
        var machine = Machine(kind: "xo", identity: "1", name: backup.name ?? "1", file: file)
        machine.uses = backup.disks.map { name in
          MachineUse(.disk, .named(Array(name.utf8), in: file.directory))
        }
        return [machine]
      } catch { return [] }
    case .incus:
      do throws(IncusFault) {
        let instance = try IncusInstance(parsing: bytes)
        return [Machine(kind: "incus", identity: "1", name: instance.name, file: file)]
      } catch { return [] }
    case .virtualBox:
      do throws(VirtualBoxFault) {
        let document = try VirtualBoxDocument(parsing: bytes, in: file.directory)
        return [VirtualBoxMachine(document, file: file, media: [:]).machine]
      } catch { return [] }
    }
  }

  private static func vmware(_ bytes: [UInt8]) -> [Machine] {
    let cut = bytes.firstIndex(of: 0) ?? bytes.endIndex
    var machine = VMwareMachine(file: "/fuzz/m.vmx", names: [], seenAs: ["/vmfs/volumes/a"])
    do throws(VMwareFault) {
      machine.add(try VMwareDictionary(parsing: Array(bytes[..<cut])))
      let others = try VMwareDictionary(parsing: Array(bytes[cut...].dropFirst()))
      machine.add(try VMwareSnapshots(others))
    } catch { machine.add(error) }
    return [machine.machine]
  }
}
