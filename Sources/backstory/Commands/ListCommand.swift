import ArgumentParser
import DiskImage
import Model
import Presentation
import Query

/// `backstory list`
struct ListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the images.",
    discussion: """
      backstory list
      backstory list --format qcow2 --pool default
      backstory list 'web-*' --sort size --limit 20
      backstory list --broken --output json
      backstory list --unused --larger 10G
      backstory list --at 2026-11-01 --output json
      """)

  /// What comes first.
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case path, name, size, virtual, id, format
  }

  @Option(help: "Only images of this format, by QEMU's name.")
  var format: ImageFormat?

  @Option(help: "Only images in this pool.", completion: .custom(Completion.pools))
  var pool: String?

  @Flag(help: "Also files that do not look like images.")
  var all = false

  @Flag(help: "Only orphans: images that nothing refers to.")
  var unused = false

  @Flag(help: "Only images with broken links, and images that depend on them.")
  var broken = false

  @Flag(help: "Only images that a process has open.")
  var inUse = false

  @Option(help: "The order; sizes largest first.")
  var sort = Order.path

  @OptionGroup var selection: SelectionOptions
  @OptionGroup var asking: AskingOptions

  func report(from view: InventoryView) throws -> Report {
    try view.warnOfStaleness(pool: pool)
    let wants = try filter(view)
    let count = Count()
    return .images(
      { each in
        count.value = 0
        var kept: [Image] = []
        try view.images(format: format?.rawValue, pool: pool, includingOther: all) { image in
          guard wants(image) else { return }
          count.value += 1
          if sort != .path {
            kept.append(image)
          } else if count.value <= selection.limit ?? .max {
            try each(image)
          }
        }
        for image in kept.sorted(by: isBefore).prefix(selection.limit ?? .max) { try each(image) }
      }, of: { Int64(count.value) })
  }

  /// How many images were wanted, listed or not.
  private final class Count {
    var value = 0
  }

  private func filter(_ view: InventoryView) throws -> (Image) -> Bool {
    let unused =
      try unused ? Set(view.orphans(all: false, olderThanMilliseconds: nil).map(\.imageID)) : nil
    let broken = try broken ? view.brokenImages() : nil
    return { image in
      guard selection.wants(image.filename, size: image.actualSize ?? 0) else { return false }
      guard !inUse || image.isInUse == true else { return false }
      return [unused, broken].allSatisfy { chosen in
        chosen == nil || image.imageID.map { chosen?.contains($0) == true } == true
      }
    }
  }

  private func isBefore(_ left: Image, _ right: Image) -> Bool {
    switch sort {
    case .path: break
    case .name:
      let (one, other) = (PathBytes(left.filename.name), PathBytes(right.filename.name))
      if one != other { return one < other }
    case .size:
      let (one, other) = (left.actualSize ?? 0, right.actualSize ?? 0)
      if one != other { return one > other }
    case .virtual:
      let (one, other) = (left.virtualSize ?? 0, right.virtualSize ?? 0)
      if one != other { return one > other }
    case .id:
      let (one, other) = (left.imageID ?? 0, right.imageID ?? 0)
      if one != other { return one < other }
    case .format:
      if left.format != right.format { return left.format < right.format }
    }
    return left.filename < right.filename
  }
}
