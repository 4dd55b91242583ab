import ArgumentParser
import DiskImage
import Host
import Model
import Presentation
import Query

/// `backstory inspect FILE…`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows image headers without a database.",
    discussion: """
      backstory inspect web.qcow2
      backstory inspect --standalone upload.qcow2 && mv upload.qcow2 /srv/images/
      backstory inspect --output json *.vmdk

      Only the named files are opened, not the files that they refer to.
      """)

  @Argument(help: "Image files or block devices.")
  var files: [String]

  @Flag(help: "Exit with 2 unless, by their headers, all guest data is in the files themselves.")
  var standalone = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var output: OutputOptions

  mutating func run() throws {
    let paths = try files.map { try UserPath.bytes(of: $0, escaped: escaped.escaped) }
    var failures: [CommandFailure] = []
    var refusals: [(PathBytes, String)] = []
    let isGate = standalone
    try output.show(
      .inspection { each in
        for path in paths {
          switch Result(catching: { () throws(CommandFailure) in
            try Self.inspect(path, asStandalone: isGate)
          }) {
          case .success(let image):
            if let refusal = image.notStandalone { refusals.append((path, refusal)) }
            try each(image)
          case .failure(let failure): failures.append(failure)
          }
        }
      })
    for failure in failures { Console.complain(failure.message) }
    for (path, refusal) in refusals {
      Console.complain("'\(TerminalText.escaped(path))' cannot stand alone: \(refusal)")
    }
    if !failures.isEmpty { throw ExitStatus.failed }
    if !refusals.isEmpty { throw ExitStatus.found }
  }

  /// Reads the header of one file; also why it cannot stand alone, where that is asked.
  private static func inspect(
    _ path: PathBytes, asStandalone: Bool
  ) throws(CommandFailure) -> Image {
    let absolute = try UserPath.absolute(path)
    do throws(HostFault) {
      let file = try OpenFile(opening: path, allowingBlockDevice: true)
      let facts = try file.facts()
      var image = Image(
        inspecting: facts, filename: path, in: absolute.directory,
        fileSize: file.byteCount, actualSize: file.openedStatus.allocated)
      if asStandalone { image.notStandalone = facts.reasonNotStandalone }
      return image
    } catch {
      throw CommandFailure(
        "cannot read '\(TerminalText.escaped(path))': \(error.reason); \(remedy(for: path))")
    }
  }

  /// What may help against a file that cannot be read.
  private static func remedy(for path: PathBytes) -> String {
    // What the arguments give for bytes that are not UTF-8.
    path.exactText?.unicodeScalars.contains("\u{fffd}") == true
      ? "give a name that is not UTF-8 with --escaped" : "check the path and its permissions"
  }
}

extension OpenFile {
  /// What the file's header says.
  fileprivate borrowing func facts() throws(HostFault) -> ImageFacts {
    do {
      return try ImageFacts.reading(self)
    } catch {
      throw HostFault(operation: "read", path: path, code: error.code)
    }
  }
}
