import DiskImage
import Machines

/// What a fuzzer made up: a text of somebody who keeps machines.
///
/// The first byte chooses whose (`MachineText.Kind`); the text follows.
struct MachineInput {
  private let bytes: [UInt8]

  /// An input, of any bytes.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The kind of text that a seed's first byte chooses.
  var kind: MachineText.Kind? {
    let kinds = MachineText.Kind.allCases
    return bytes.first.map { kinds[Int($0) % kinds.count] }
  }

  /// What the text says.
  var machines: [Machine] {
    kind.map { MachineText.machines(in: Array(bytes.dropFirst()), as: $0) } ?? []
  }

  /// Reads the text; gives the first promise that was broken, and `nil` for none.
  func brokenPromise() -> String? {
    for machine in machines {
      if machine.name.isEmpty { return "a machine has no name" }
      for use in machine.uses {
        if (use.target.type == nil) != (use.target.invalid != nil) {
          return "a target neither means something nor says why not"
        }
        if let path = use.target.path, path.first != UInt8(ascii: "/") {
          return "a path is not absolute"
        }
        if let format = use.format, format.isEmpty { return "a format is empty" }
      }
    }
    return nil
  }
}
