import ArgumentParser
import Configuration
import Host
import Machines
import Model
import Scan

/// Which sources of machines a scan reads, from the command line or a configuration.
struct MachineSources {
  /// Where libvirt's files are; `nil`: they are not read.
  private(set) var libvirtRoot: PathBytes?
  /// Directories of domain XML.
  private(set) var directories: [PathBytes] = []
  /// All others.
  private(set) var others: [ScanRequest.Machines] = []
  /// Whether somebody says that there are no more.
  private(set) var hasNoOthers = false

  /// Whether nothing was asked for.
  var isEmpty: Bool {
    libvirtRoot == nil && directories.isEmpty && others.isEmpty && !hasNoOthers
  }

  /// Adds what `--machines KIND[=PATH]` asks for.
  mutating func add(argument text: String, escaped: Bool) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let word = parts.first else { return }
    let path = parts.count == 2 ? String(parts[1]) : nil
    guard path != "" else { throw ValidationError("'\(text)' names no path; write KIND=PATH") }
    let absolute = try path.map { try UserPath.absolute($0, escaped: escaped) }
    if let fault = try add(String(word), absolute, isArgument: true) {
      throw ValidationError(fault)
    }
  }

  /// Adds what a `[[machines]]` asks for.
  mutating func add(_ setting: MachineSetting) throws {
    guard let fault = try add(setting.kind, setting.path, isArgument: false) else { return }
    throw ValidationError("\(setting.origin.words): \(fault)")
  }

  /// - Returns: why that cannot be asked for.
  private mutating func add(
    _ word: String, _ path: PathBytes?, isArgument: Bool
  ) throws -> String? {
    switch word {
    case "auto", "none":
      guard path == nil else { return "'\(word)' has no path" }
      if word == "none" { hasNoOthers = true } else { try addFound() }
      return nil
    default: break
    }
    guard let kind = MachineSourceKind(rawValue: word) else {
      let words = MachineSourceKind.allCases.map(\.rawValue) + ["auto", "none"]
      return
        "there are no machines of the kind '\(word)'; it is one of \(words.joined(separator: ", "))"
    }
    switch kind {
    case .libvirt: libvirtRoot = path ?? "/"
    case .domains, .list:
      guard let path else { return "'\(word)' needs a path; write \(word)=PATH" }
      if kind == .domains {
        directories.append(path)
      } else {
        others.append(ScanRequest.Machines(kind: kind, path: path, isArgument: isArgument))
      }
    case .proxmox, .running:
      others.append(
        ScanRequest.Machines(
          kind: kind, path: path ?? Self.usualPath(kind), isArgument: isArgument))
    }
    return nil
  }

  private static func usualPath(_ kind: MachineSourceKind) -> PathBytes {
    kind == .running ? "/proc" : "/etc/pve"
  }

  /// Adds every source that this host has. What was there before and is not now is asked for all the same
  /// where the configuration names it, so a name is safer than 'auto'.
  private mutating func addFound() throws {
    let libvirts: [PathBytes] = ["/etc/libvirt/qemu", "/var/lib/libvirt/qemu", "/run/libvirt/qemu"]
    if try libvirts.contains(where: Self.isThere) { libvirtRoot = libvirtRoot ?? "/" }
    if try Self.isThere("/etc/pve/nodes") {
      others.append(ScanRequest.Machines(kind: .proxmox, path: "/etc/pve", isArgument: false))
    }
    others.append(ScanRequest.Machines(kind: .running, path: "/proc", isArgument: false))
  }

  private static func isThere(_ path: PathBytes) throws -> Bool {
    try statusIfThere(ofPath: path, followingLink: true) != nil
  }
}
