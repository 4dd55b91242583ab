import ArgumentParser
import Configuration
import Foundation
import Host
import Machines
import Model
import Workflow

/// Which sources of machines a scan reads, from the command line or a configuration.
struct MachineSources {
  /// Where libvirt's files are; `nil`: they are not read.
  private(set) var libvirtRoot: PathBytes?
  /// Whether nobody names libvirt, and it is looked for.
  private(set) var isLibvirtSearched = false
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
    if let fault = try add(String(word), absolute, origin: .argument) {
      throw ValidationError(fault)
    }
  }

  /// Adds what a `[[machines]]` asks for.
  mutating func add(_ setting: MachineSetting) throws {
    guard let fault = try add(setting.kind, setting.path, origin: .configuration) else { return }
    throw ValidationError("\(setting.origin.words): \(fault)")
  }

  /// - Returns: why that cannot be asked for.
  private mutating func add(
    _ word: String, _ path: PathBytes?, origin: ScanRequest.Machines.Origin
  ) throws -> String? {
    switch word {
    case "auto":
      addSearched(below: path ?? "/")
      return nil
    case "none":
      hasNoOthers = true
      return path == nil ? nil : "'none' has no path"
    default: break
    }
    guard let kind = MachineSourceKind(rawValue: word) else {
      let words = MachineSourceKind.allCases.map(\.rawValue) + ["auto", "none"]
      return
        "'\(word)' is not a kind of source; it must be one of \(words.joined(separator: ", "))"
    }
    if kind == .libvirt { return addLibvirt(below: path ?? "/") }
    if kind == .domains || !kind.hasUsualPlace {
      guard let path else { return "'\(word)' needs a path; write \(word)=PATH" }
      if kind == .domains {
        directories.append(path)
      } else {
        others.append(ScanRequest.Machines(kind: kind, path: path, origin: origin))
      }
    } else {
      let places = path.map { [$0] } ?? kind.usualPlaces(below: "/", home: Self.home)
      guard !places.isEmpty else {
        return "'\(word)' needs a path, because this user has no home; write \(word)=PATH"
      }
      let standing = places.filter(Self.isThere)
      for place in places {
        // Of several usual places a host has one or two; a scan knows whether there were more.
        let isNamed = standing.isEmpty || standing.contains(place)
        if isNamed { add(kind, at: place, origin) } else { search(more: kind, at: place) }
      }
    }
    return nil
  }

  /// Adds libvirt's own files below a root that somebody names.
  /// - Returns: why that cannot be asked for.
  mutating func addLibvirt(below root: PathBytes) -> String? {
    if let libvirtRoot, !isLibvirtSearched, libvirtRoot != root {
      return "libvirt's files are read below one root, and both '\(libvirtRoot.displayText)' and "
        + "'\(root.displayText)' are named; name the definitions below the other with domains=DIR"
    }
    (libvirtRoot, isLibvirtSearched) = (root, false)
    return nil
  }

  /// The home of whoever asks; `nil` for a user without one.
  private static var home: PathBytes? {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    return home.hasPrefix("/") && home != "/" ? PathBytes(home) : nil
  }

  private mutating func add(
    _ kind: MachineSourceKind, at path: PathBytes, _ origin: ScanRequest.Machines.Origin
  ) {
    others.removeAll { $0.kind == kind && $0.path == path && $0.origin == .search }
    others.append(ScanRequest.Machines(kind: kind, path: path, origin: origin))
  }

  /// Adds every source that a host may have; the scan, which knows what was there before, looks which are.
  private mutating func addSearched(below root: PathBytes) {
    if libvirtRoot == nil { (libvirtRoot, isLibvirtSearched) = (root, true) }
    for kind in MachineSourceKind.allCases where kind != .libvirt {
      // What runs, runs on this host, and so does whoever asks.
      if kind == .running, root != "/" { continue }
      search(kind, at: kind.usualPlaces(below: root, home: root == "/" ? Self.home : nil))
    }
  }

  private static func isThere(_ path: PathBytes) -> Bool {
    do throws(HostFault) {
      return try statusIfThere(ofPath: path, followingLink: true) != nil
    } catch { return true }
  }

  private mutating func search(more kind: MachineSourceKind, at place: PathBytes) {
    guard !others.contains(where: { $0.kind == kind && $0.path == place }) else { return }
    others.append(ScanRequest.Machines(kind: kind, path: place, origin: .search))
  }

  private mutating func search(_ kind: MachineSourceKind, at places: [PathBytes]) {
    // Somebody who names one place of a kind means that one.
    guard !others.contains(where: { $0.kind == kind }) else { return }
    others += places.map { ScanRequest.Machines(kind: kind, path: $0, origin: .search) }
  }
}
