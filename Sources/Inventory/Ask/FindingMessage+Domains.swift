extension FindingMessage {
  /// Sentences about what domains do with images; the subject is the domain, or the image where
  /// several domains are concerned.
  func domainText(_ kind: FindingKind) -> String {
    switch kind {
    case .domainImageMissing where detail["beside"] != nil:
      "Domain '\(subject)' names '\(target)' by a symbolic link, and its base "
        + "'\(detail["beside"] ?? "")' is looked for beside the link, where it is not; name the image "
        + "itself in the domain with 'virsh edit', or link its base too."
    case .domainImageMissing where detail["deleted"] != nil:
      "Machine '\(subject)' runs on '\(target)', which is deleted: its content goes with the process; keep "
        + "the machine running, and copy its disk while it runs ('virsh blockcopy', QEMU's 'drive-mirror'), or "
        + "\(detail["deleted"] ?? "") while nothing writes to it."
    case .domainImageMissing:
      "'\(target)', which domain '\(subject)' uses, is not there; put it back, or change the domain "
        + "\(detail["editor"] ?? "with 'virsh edit'") before it is started."
    case .domainFormatMismatch:
      "Domain '\(subject)' opens '\(target)' as \(detail["recorded"] ?? "?"), and its header shows "
        + "\(detail["detected"] ?? "?"); find out which is true, and correct the domain or the image "
        + "before it is started."
    case .domainChainMismatch:
      "The chain that domain '\(subject)' spells out is not the one that the headers show, from "
        + "'\(target)' on; compare it with 'backstory xml --domain \(subject)' and correct it."
    case .domainChainRefused:
      "Domain '\(subject)' cannot start with its disk \(detail["disk"] ?? "'\(target)'"), because libvirt "
        + "refuses what '\(detail["overlay"] ?? target)' says of its base: \(detail["why"] ?? "?"); "
        + "\(detail["remedy"] ?? "")."
    case .baseInUse:
      "'\(target)' is a writable disk of domain '\(subject)', and \(detail["overlays"] ?? "overlays") "
        + "on it; whatever the guest writes spoils them: give the domain an overlay of its own, or "
        + "remove what a commit left behind."
    case .sharedWritable:
      "'\(subject)' is written to by the domains \(detail["domains"] ?? "of several disks"), and they "
        + "do not say that it is shared; give each an image of its own, or mark the disks as "
        + "<shareable/> if the guests know of each other."
    case .chainLeftover:
      "No domain uses '\(subject)', and one uses another overlay of '\(detail["base"] ?? "its base")'; "
        + "if a snapshot or a backup left it behind, remove it."
    default: ""
    }
  }
}
