import ArgumentParser
import Database
import DiskImage
import DiskXML
import Model
import Query

/// `backstory xml IMAGE`
struct XMLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xml",
    abstract: "Prints libvirt's <disk> element with the whole chain.",
    discussion: """
      backstory xml /var/lib/libvirt/images/web.qcow2
      backstory xml --domain web --target vda

      Nothing is guessed: if a format is not certain or a link is broken, the reason is reported \
      and nothing is printed.
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(help: ArgumentHelp("The disks of this domain, by name or UUID.", valueName: "name"))
  var domain: String?

  @Option(help: ArgumentHelp("Only the domain's disk with this target.", valueName: "dev"))
  var target: String?

  @Flag(
    help:
      "Print the secrets in the parameters of URLs too, which libvirt needs; else they are left out."
  )
  var secrets = false

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "The answer as of a scan: its number, latest, latest~N, a date or time, yesterday, 2d.",
      valueName: "when"), completion: .custom(Completion.scans))
  var at: When?

  func validate() throws {
    guard (image == nil) != (domain == nil) else {
      throw ValidationError("Give an image, or --domain and a name")
    }
    guard target == nil || domain != nil else {
      throw ValidationError("--target belongs to --domain")
    }
    _ = try image.map(escaped.selector)
  }

  mutating func run() throws {
    let view = try Inventory(reading: try database.existingFile()).view(at: at ?? .latest(back: 0))
    let disks =
      try image.map { [try view.disk(try escaped.selector($0, in: view))] }
      ?? view.disks(ofDomain: domain ?? "", target: target)
    try view.warnOfStaleness()
    // All of it, or nothing.
    let told = disks.map { secrets ? $0 : $0.withoutSecrets }
    let elements = told.map { DiskElement($0) }
    let text = try elements.map { element throws in try element.text() }.joined()
    for (disk, element) in zip(disks, elements) {
      warn(ofSecretsIn: disk)
      Self.warn(disk, hasSecret: element.hasSecret)
    }
    try Console.write(text: text)
  }

  /// Says where a secret is in the XML, or is not.
  private func warn(ofSecretsIn disk: ExplicitDisk) {
    for target in disk.targets where target.withoutSecretParameters.hadSecret {
      let shown = target.redacted.uri ?? target.redacted.name ?? "an image"
      Console.log(
        .warning,
        secrets
          ? "backstory: the XML holds the secret in the parameters of '\(shown)'; keep it from others"
          : "backstory: the secret in the parameters of '\(shown)' is left out, and without it libvirt may not reach the image; '--secrets' prints it"
      )
    }
  }

  /// Says what the XML does not, and its reader should know.
  private static func warn(_ disk: ExplicitDisk, hasSecret: Bool) {
    for (level, layer) in disk.layers.enumerated() {
      guard let path = layer.target.path.map({ PathBytes($0).displayText }) else { continue }
      if let shown = layer.shows {
        Console.log(
          .warning,
          "backstory: '\(path)' is recorded as raw and stays raw, though its header shows \(shown)")
      }
      if layer.isEncrypted, level > 0 || !hasSecret {
        Console.log(
          .warning,
          "backstory: '\(path)' is encrypted, and libvirt starts no machine on it without an "
            + "<encryption> with its secret; put that into its <source>")
      }
    }
  }
}
