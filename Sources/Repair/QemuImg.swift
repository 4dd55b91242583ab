internal import DiskImage
internal import Host
internal import Model

/// The calls of `qemu-img` that change what an image refers to, and nothing else of it.
enum QemuImg {
  /// Formats whose backing reference `qemu-img rebase` can write.
  static func canRebase(_ format: String) -> Bool {
    ImageFormat.traits(of: format)?.canBeRebased ?? false
  }

  /// Writes a backing reference and its format without looking at either.
  static func rebase(
    _ image: PathBytes, of format: String, to stored: PathBytes, as baseFormat: String
  ) -> Command {
    Command([
      "qemu-img", "rebase", "-u", "-f", word(format), "-F", word(baseFormat), "-b", stored, image,
    ])
  }

  /// Copies into an image what lies between it and another base, and names that one.
  static func rebaseWithData(
    _ image: PathBytes, of format: String, to base: PathBytes, as baseFormat: String
  ) -> Command {
    Command([
      "qemu-img", "rebase", "-f", word(format), "-F", word(baseFormat), "-b", base, image,
    ])
  }

  /// Copies into an image all that lies under it, and takes the reference out.
  static func standAlone(_ image: PathBytes, of format: String) -> Command {
    Command(["qemu-img", "rebase", "-f", word(format), "-b", "", image])
  }

  /// Writes where the data of a qcow2 image are.
  ///
  /// `amend` opens the data file, which is not where the image says; so it is told where it is, and
  /// to leave the base alone.
  static func amendDataFile(
    _ image: PathBytes, to stored: PathBytes, at path: PathBytes, hasBase: Bool
  ) -> Command {
    let blockdev = joined([
      "driver=qcow2,file.driver=file,file.filename=", option(image),
      ",data-file.driver=file,data-file.filename=", option(path),
      hasBase ? ",backing=" : "",
    ])
    return Command([
      "qemu-img", "amend", "--image-opts", "-o", joined(["data_file=", option(stored)]), blockdev,
    ])
  }

  /// Makes a standalone qcow2 image of one whose base `qemu-img` is told.
  static func convert(
    _ image: PathBytes, of format: String, over base: PathBytes, as baseFormat: String,
    to output: PathBytes
  ) -> Command {
    let blockdev = joined([
      "driver=", word(format), ",file.driver=file,file.filename=", option(image),
      ",backing.driver=", word(baseFormat), ",backing.file.driver=file,backing.file.filename=",
      option(base),
    ])
    return Command(["qemu-img", "convert", "--image-opts", "-O", "qcow2", blockdev, output])
  }

  /// Writes a reference into the image that `qemu-img` is passed open: no name leads to it, and nothing that
  /// its header names is opened. The data file is not needed to write its name: zeros stand for it.
  static func write(_ planned: PlannedReference, into image: LiveImage) -> Command {
    var tree =
      "driver=\(image.facts.format.rawValue),file.driver=file,"
      + "file.filename=\(ProgramRun.pathOfPassed)"
    if image.facts.references.contains(where: { $0.role == .dataFile }) {
      tree += ",data-file.driver=null-co,data-file.size=\(image.facts.virtualSize ?? 0)"
    }
    guard planned.role == .dataFile else {
      return Command([
        "qemu-img", "rebase", "--image-opts", "-u", "-F", word(planned.format ?? ""), "-b",
        planned.stored, word(tree),
      ])
    }
    if image.facts.references.contains(where: { $0.role == .backing }) { tree += ",backing=" }
    return Command([
      "qemu-img", "amend", "--image-opts", "-o", joined(["data_file=", option(planned.stored)]),
      word(tree),
    ])
  }

  private static func word(_ text: String) -> PathBytes { PathBytes(text.utf8) }

  private static func joined(_ parts: [PathBytes]) -> PathBytes {
    PathBytes(parts.flatMap(\.bytes))
  }

  /// A value of an option list: a comma ends it, and two are one (QEMU util/keyval.c).
  private static func option(_ path: PathBytes) -> PathBytes {
    let comma = UInt8(ascii: ",")
    return PathBytes(path.bytes.flatMap { $0 == comma ? [comma, comma] : [$0] })
  }
}
