import Foundation
import Host
import Model

/// Where an output is to be written, looked at before a night fails there.
struct OutputPlace {
  private let path: PathBytes
  /// Where units and what was dropped into them stand, the strongest first.
  private let units: [String]

  init(
    _ path: PathBytes,
    units: [String] = [
      "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system",
      "/lib/systemd/system",
    ]
  ) {
    self.path = path
    self.units = units
  }

  /// Why it could not be written; `nil` where nothing speaks against it.
  var obstacle: String? {
    let folder = path.directory
    let shown = folder.displayText
    do throws(HostFault) {
      guard let status = try statusIfThere(ofPath: folder, followingLink: true) else {
        return "'\(shown)' does not exist; create the directory"
      }
      guard status.kind == .directory else { return "'\(shown)' is not a directory" }
    } catch {
      return "'\(shown)' cannot be read: \(error.reason)"
    }
    if let text = folder.exactText, !FileManager.default.isWritableFile(atPath: text) {
      return "'\(shown)' cannot be written to by this user"
    }
    return obstacleOfUnit
  }

  /// The unit of the night may write to its state, and to what ReadWritePaths= names.
  private var obstacleOfUnit: String? {
    guard Account.isRoot, let lines = unitLines, lines.contains("ProtectSystem=strict") else {
      return nil
    }
    let named = lines.filter { $0.hasPrefix("ReadWritePaths=") }
      .flatMap { $0.dropFirst(15).split(separator: " ") }
      .map { String($0.drop { "-+".contains($0) }) }
    let states = lines.filter { $0.hasPrefix("StateDirectory=") }
      .flatMap { $0.dropFirst(15).split(separator: " ") }.map { "/var/lib/\($0)" }
    let isOpen = (named + states).contains { place in
      path.bytes.starts(with: Array("\(place)/".utf8))
    }
    guard !isOpen else { return nil }
    return "backstory-scan.service may not write to '\(path.directory.displayText)'; "
      + "'systemctl edit backstory-scan', and add [Service] ReadWritePaths=\(path.directory.displayText)"
  }

  private var unitLines: [String]? {
    let name = "backstory-scan.service"
    guard
      let unit = units.map({ "\($0)/\(name)" }).first(where: {
        FileManager.default.fileExists(atPath: $0)
      })
    else { return nil }
    let drops = units.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name).d")) ?? [])
        .filter { $0.hasSuffix(".conf") }.sorted().map { "\(folder)/\(name).d/\($0)" }
    }
    return ([unit] + drops).flatMap { file in
      (FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? "")
        .split(separator: "\n").map(String.init)
    }
  }
}
