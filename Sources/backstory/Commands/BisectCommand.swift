import ArgumentParser
import Model
import Presentation
import Query

/// `backstory bisect IMAGE --kind K`, `backstory bisect --where SQL [IMAGE]`
struct BisectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bisect",
    abstract: "Finds the scan since which something is wrong, and what changed in it.",
    discussion: """
      backstory bisect web.qcow2 --kind backing-missing
      backstory bisect web.qcow2 --where "virtual_size > 1e11"
      backstory bisect --where "SELECT 1 FROM open_findings WHERE severity = 'error'"

      A condition uses the columns of the view images_in_scan; a query reads the views as they \
      were after each scan. A scan that did not look is never called good. Exit code 2: it is \
      bad now.
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(help: "The image is bad while it has a finding of this kind.")
  var kind: FindingKind?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "A scan is bad if this condition is true for the image, or for any image, or if this query returns a row.",
      valueName: "sql"))
  var condition: String?

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard (kind == nil) != (condition == nil) else {
      throw ValidationError("Say what is bad: a kind of finding with --kind, or SQL with --where")
    }
    guard let image else {
      guard kind == nil else { throw ValidationError("Name the image that has the finding") }
      return
    }
    _ = try escaped.selector(image)
  }

  mutating func run() throws {
    let view = try asking.view()
    let selector = try image.map { try escaped.selector($0, in: view) }
    let answer: Bisection
    if let selector, let kind {
      answer = try view.bisect(selector, kind: kind)
    } else {
      answer = try view.bisect(where: condition ?? "", selector)
    }
    try asking.output.show(.bisect(answer))
    if answer.firstBad != nil { throw ExitStatus.found }
  }
}

/// `backstory why IMAGE`
struct WhyCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Shows a finding with its cause, and what else changed in that scan.",
    discussion: """
      backstory why web.qcow2
      backstory why web.qcow2 --kind backing-missing --output json
      """)

  @Argument(
    help: "A path, or # and the image's number (quoted for the shell).",
    completion: .custom(Completion.images))
  var image: String?

  @Option(help: "The kind of the finding. (default: the worst one)")
  var kind: FindingKind?

  @Option(
    help: ArgumentHelp(
      "The first finding of this cause, instead of an image; 'status' lists the numbers.",
      valueName: "number"))
  var cause: Int64?

  @OptionGroup var escaped: EscapedOption
  @OptionGroup var asking: AskingOptions

  func validate() throws {
    guard (image == nil) != (cause == nil), cause == nil || kind == nil else {
      throw ValidationError("Name an image, or a cause with --cause alone")
    }
    _ = try image.map(escaped.selector)
  }

  func report(from view: InventoryView) throws -> Report {
    if let image {
      return .why(
        try view.why(try escaped.selector(image, in: view), kind: kind), now: view.point)
    }
    let finding = try view.findings(ofCause: cause ?? 0).first { $0.imageID != nil }
    guard let finding, let number = finding.imageID else {
      throw CommandFailure("the cause concerns no existing image; see 'backstory check'")
    }
    return .why(try view.why(.number(number), kind: finding.kind), now: view.point)
  }
}
