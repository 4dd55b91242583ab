import Machines
import Model
import Presentation
import Workflow

extension HostSurvey {
  /// A first configuration for the host, with a reason for each part.
  var firstConfiguration: String {
    """
    # Written by 'backstory init' for this host. All keys: 'backstory config keys'.
    # Check it with 'backstory config check', then run 'backstory scan'.


    """ + libvirtPart + folderPart + sourcePart + noPoolPart + """
      [retention]
      keep-last = 30
      keep-daily = 30
      keep-monthly = 24

      """ + metricsPart + """

        # Where to send what opens and closes; test it with 'backstory notify --always'.
        # [notify]
        # mail = ["root"]

        """
  }

  private var libvirtPart: String {
    guard hasLibvirt else { return "" }
    let pools = libvirtPools.map {
      "#   \(TerminalText.escaped($0.name)) \(TerminalText.escaped($0.path))\n"
    }
    let known = libvirtPools.isEmpty ? "it has no pool yet" : "its pools are scanned"
    return "# libvirt is installed: \(known) and its machines are known.\n"
      + pools.joined() + "[libvirt]\nenabled = true\n\n"
  }

  private var folderPart: String {
    folders.map { folder in
      """
      # A usual directory for images.
      [[pool]]
      name = \(Self.quoted(String(decoding: folder.name, as: UTF8.self)))
      path = \(Self.quoted(folder.displayText))


      """
    }.joined()
  }

  private var sourcePart: String {
    sources.map { source in
      """
      # Machines of '\(source.kind.rawValue)' are at \(source.path.displayText).
      [[machines]]
      kind = \(Self.quoted(source.kind.rawValue))
      path = \(Self.quoted(source.path.displayText))


      """
    }.joined()
  }

  private var noPoolPart: String {
    guard libvirtPools.isEmpty, folders.isEmpty else { return "" }
    return """
      # No pool was found. Name the directory of your images.
      # [[pool]]
      # name = "images"
      # path = "/srv/images"


      """
  }

  private var metricsPart: String {
    guard let metricsFolder else { return "" }
    return """

      # node_exporter's textfile collector is there.
      [output]
      metrics = \(Self.quoted(metricsFolder.displayText + "/backstory.prom"))

      """
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
