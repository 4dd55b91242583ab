internal import Model

/// What only the fleet can find.
enum FleetKind: String, CaseIterable {
  case sharedWritable = "shared-writable"
  case baseInUse = "base-in-use"
  case domainOnTwoHosts = "domain-on-two-hosts"
  case viewerSilent = "viewer-silent"
  case leftBehind = "left-behind"
  case versionDrift = "version-drift"
  case storageIdentityUnclear = "storage-identity-unclear"
  case clockSkew = "clock-skew"
  case generationChanged = "generation-changed"

  var severity: Severity {
    switch self {
    case .sharedWritable, .baseInUse, .domainOnTwoHosts: .error
    case .versionDrift: .info
    default: .warning
    }
  }

  /// One sentence that says what to do next.
  func message(_ row: ServerRow) -> String {
    let host = row["host"] ?? ""
    let other = row["other_host"] ?? ""
    let machine = row["machine"] ?? ""
    switch self {
    case .sharedWritable:
      return
        "'\(machine)' on \(host) and '\(row["other_machine"] ?? "")' on \(other) write to one image; if both run, they "
        + "destroy its file system: give each an image of its own, or mark the disks as shareable"
    case .baseInUse:
      return
        "'\(machine)' on \(host) writes to an image on which overlays stand that \(other) sees; whatever it writes "
        + "spoils them: take the disk away from it, or give it an overlay of its own"
    case .domainOnTwoHosts:
      return "'\(machine)' is defined on \(host) and on \(other) at one time"
        + (row.number("running") ?? 0 > 1
          ? ", and runs on both: stop one of them now"
          : "; undefine it where it does not belong, before somebody starts it there")
    case .viewerSilent:
      return "\(host) sees '\(row["storage"] ?? "")' and "
        + (row["since"] == nil ? "never reported" : "has not reported since then")
        + "; nothing there is called an orphan until it does, or 'backstory-fleet retire \(host)'"
    case .leftBehind:
      return
        "'\(machine)' went to \(other) and left a copy of its disk on \(host); when it runs there as it should, the copy can go"
    case .versionDrift:
      return
        "bases of this name have \(row["amount"] ?? "several") contents, on \(host), \(other) and perhaps others; "
        + "'backstory-fleet list' shows where, and overlays of one do not fit another"
    case .storageIdentityUnclear:
      if let spelling = row["other_storage"] {
        return
          "'\(row["storage"] ?? "")' and '\(spelling)' have the same files: if they are two names of one storage, "
          + "'backstory-fleet storage same' says so; until then nothing on either is called an orphan"
      }
      return
        "\(host) and \(other) name a file system alike, '\(row["storage"] ?? "")': it is one storage, and 'backstory-fleet "
        + "storage declare' says so, or their disks are copies of one another"
    case .clockSkew:
      let seconds = abs(row.number("amount") ?? 0) / 1000
      return row.number("amount") ?? 0 > 0
        ? "the clock of \(host) is \(seconds) s ahead of this server's: set it; until then nothing is called an orphan by its word"
        : "the last bundle of \(host) came \(seconds) s after it was written, by its clock: that is wrong, or bundles travel as "
          + "long; nothing is called an orphan by its word"
    case .generationChanged:
      return
        "\(host) began generation \(row["amount"] ?? "") of its database: an old copy was put back, and what happened in "
        + "between is not known"
    }
  }
}
