/// The sentence of a finding: what is wrong, and what to do next.
struct FindingMessage {
  /// The image's path, or the domain's name, as shown.
  let subject: String
  /// Where the reference points, as shown.
  let target: String
  /// Numbers and names that the judgement noted.
  let detail: [String: String]

  init(subject: String, target: String, detail: [String: String]) {
    self.subject = subject
    self.target = target
    self.detail = detail
  }

  func text(_ kind: FindingKind) -> String {
    switch kind {
    case .backingMissing:
      "The base '\(target)' of '\(subject)' is not there; put it back, or point the overlay at "
        + "the place where it is now with 'qemu-img rebase -u'."
    case .backingUnreadable:
      "The base '\(target)' of '\(subject)' is there and cannot be read; give the scanning user "
        + "permission to read it, or another base to the overlay where it is no file."
    case .backingInvalid where ["vpc", "vhdx"].contains(detail["holder"]):
      "What '\(subject)' names as its parent, '\(detail["stored"] ?? "?")', leads nowhere on this host: "
        + "\(detail["why"] ?? "?"); put the parent beside the image, and give it a relative path on Windows "
        + "with 'Set-VHD -ParentPath'."
    case .backingInvalid:
      "What '\(subject)' names as its base, '\(detail["stored"] ?? "?")', means nothing to libvirt: "
        + "\(detail["why"] ?? "?"); point it at its base with 'qemu-img rebase -u', at a file with a colon "
        + "in its name as './NAME'."
    case .dataFileMissing:
      "The data file '\(target)' of '\(subject)' is not there; put it back, without it the "
        + "image holds nothing."
    case .extentMissing:
      "The extent '\(target)' of '\(subject)' is not there; put it back beside its descriptor."
    case .backingLoop:
      "'\(subject)' is part of a cycle of \(detail["length"] ?? "several") images that back each "
        + "other; no machine can start from it until one of them gets another base."
    case .backingFormatUnrecorded where detail["holder"] == "qed":
      "'\(subject)' does not record the format of its base '\(target)', and qed can record none but "
        + "raw; let 'backstory repair' print how to record that, or how to convert the image to "
        + "qcow2, \(detail["base"] ?? "")."
    case .backingFormatUnrecorded:
      "'\(subject)' does not record the format of its base '\(target)'; record it with "
        + "'qemu-img rebase -u -F FORMAT', \(detail["base"] ?? "")."
    case .backingFormatMismatch:
      "'\(subject)' records the format \(detail["recorded"] ?? "?") for its base '\(target)', "
        + "whose header shows \(detail["detected"] ?? "?"); find out which is true before the "
        + "machine starts again."
    case .parentMismatch:
      "The parent '\(target)' of '\(subject)' is not in the state that the image was made on; put "
        + "the right parent back, or what the image shows is spoilt."
    case .backingOutsidePools where target.hasPrefix("/dev/"):
      "The base '\(target)' of '\(subject)' is a device, which no scan looks into; see to it that "
        + "it stays."
    case .backingOutsidePools:
      "The base '\(target)' of '\(subject)' lies outside the scanned pools; scan its directory "
        + "too, so that its loss is noticed."
    case .backingRemote:
      "The chain of '\(subject)' goes on at '\(target)', which is not visited; check it there."
    case .backingNameLong:
      "The backing name of '\(subject)' is \(detail["length"] ?? "nearly 1023") bytes long and "
        + "QEMU allows 1023; shorten it with a rebase before it grows over."
    case .baseModified, .headerAppeared, .headerVanished, .imageDirty, .imageCorrupt,
      .headerMalformed, .unknownFeature, .chainTooDeep, .orphan:
      ownText(kind)
    case .domainImageMissing, .domainFormatMismatch, .domainChainMismatch, .domainChainRefused,
      .baseInUse, .sharedWritable, .chainLeftover:
      domainText(kind)
    }
  }

  /// Sentences about an image that need no target.
  private func ownText(_ kind: FindingKind) -> String {
    switch kind {
    case .baseModified:
      "'\(subject)' has changed after overlays were made on it, and they may be spoilt; put its old "
        + "content back, or make the overlays anew."
    case .headerAppeared:
      "'\(subject)' was raw and shows a \(detail["format"] ?? "disk image") header now; a guest may "
        + "have written it, keep opening it as raw until somebody has looked."
    case .headerVanished:
      "'\(subject)' was \(detail["was"] ?? "a disk image") and its header is gone; stop its machine "
        + "and look at its first blocks before anything else writes to it."
    case .imageDirty:
      "'\(subject)' was not closed cleanly and nothing holds it now; run 'qemu-img check' on it."
    case .imageCorrupt:
      "'\(subject)' is marked as corrupt by QEMU; run 'qemu-img check' on it, and restore it if "
        + "that cannot mend it."
    case .headerMalformed:
      "The header of '\(subject)' cannot be true: \(detail["fault"] ?? "it contradicts itself"); "
        + "restore the image from a copy."
    case .unknownFeature:
      "'\(subject)' uses features that are not known here (\(detail["feature"] ?? "?")); what is "
        + "said of it may be incomplete, look at it with a newer qemu-img."
    case .chainTooDeep:
      "The chain of '\(subject)' is \(detail["length"] ?? "?") images long, and "
        + "\(detail["allowed"] ?? "fewer") were allowed when that was first seen; shorten it with "
        + "'qemu-img commit' or 'qemu-img rebase'."
    case .orphan:
      "Nothing refers to '\(subject)' any more; move it away if nobody misses it, and remove it "
        + "later."
    default: ""
    }
  }
}
