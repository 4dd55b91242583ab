internal import DiskImage
internal import Model

/// What to do next, in commands that work as they are printed, or are not printed.
extension FindingTerms {
  /// Whether `qemu-img` can write the base of the image.
  var isRebased: Bool {
    self["holder"].flatMap(ImageFormat.traits(of:))?.canBeRebased ?? true
  }

  /// Names the command that prints something about the image.
  func letRepairPrint(_ what: String) -> String {
    "let 'backstory repair\(word.map { " " + $0 } ?? "")' print \(what)"
  }

  /// Names QEMU's own check, with the format: what is told no format would be probed.
  var check: String {
    guard let word, let format = self["holder"] else { return "run 'qemu-img check' on it" }
    return "run 'qemu-img check -f \(format) \(word)'"
  }

  /// Names what clears the mark of an image that was not closed; a check that repairs nothing leaves it.
  var clearing: String {
    guard let word, let format = self["holder"] else { return check }
    return "with its machine off, copy it and run 'qemu-img check -r all -f \(format) \(word)'"
  }

  /// The domain as one word of a command.
  var domainWord: String { PathBytes(subject).wordOfCommand ?? "DOMAIN" }

  /// What a lost image stood on, and what going back to that loses.
  var standing: String {
    let loss = "and going back to that loses what was written since"
    if let base = self["stood-on"] { return "; its base was '\(base)', \(loss)" }
    if let base = self["stands-below"] {
      return "; its base is lost too, '\(base)' below is there, \(loss)"
    }
    return ""
  }

  /// A file of the name that stands elsewhere: the machine may see its directory under another path.
  var namesake: String {
    guard let place = self["namesake"] else { return "" }
    return
      "; a file of that name is at '\(place)': if machines see that directory under another path, set 'seen-as' of its pool in the configuration"
  }
}
