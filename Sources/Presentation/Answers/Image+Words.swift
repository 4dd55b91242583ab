import DiskImage
internal import Model
internal import Query

extension Image {
  /// The format, and what a raw image holds: `raw (gpt)`.
  var formatInWords: String { content.map { "\(format) (\($0))" } ?? format }

  /// The sizes that are known: `20 GiB virtual, 1.2 GiB on disk, file of 1.3 GiB`.
  var sizeInWords: String {
    let parts = [
      virtualSize.map { HumanWords.size($0) + " virtual" },
      actualSize.map { HumanWords.size($0) + " on disk" },
      fileSize.map { "file of " + HumanWords.size($0) },
    ].compactMap { $0 }
    return parts.isEmpty ? "unknown" : parts.joined(separator: ", ")
  }

  /// What holds beside the ordinary: `dirty`, `in use`, `encrypted`.
  var conditions: [String] {
    [
      isDirty ? "dirty" : nil, isInUse == true ? "in use" : nil, isEncrypted ? "encrypted" : nil,
    ].compactMap { $0 }
  }

  /// The image in a few words: `qcow2, 20 GiB, 1.2 GiB on disk, dirty`.
  var inWords: String {
    let sizes = [
      virtualSize.map { HumanWords.size($0) }, actualSize.map { HumanWords.size($0) + " on disk" },
    ]
    return ([formatInWords] + sizes.compactMap { $0 } + conditions).joined(separator: ", ")
  }

  /// The backing link: `ok, recorded format qcow2`.
  var linkInWords: String {
    let format = backingFilenameFormat.map { "recorded format \($0)" } ?? "no recorded format"
    return [backingState?.rawValue, format].compactMap { $0 }.joined(separator: ", ")
  }

  /// Whose the file is, and how many names it has where it has several.
  var ownerInWords: String? {
    guard let ownership else { return nil }
    let owner = "user \(ownership.user), group \(ownership.group), mode \(ownership.modeText)"
    guard let linkCount, linkCount > 1 else { return owner }
    return "\(owner), \(linkCount) names"
  }

  /// When the image was first seen and last found changed.
  var seenInWords: String? {
    guard let firstSeen else { return nil }
    let first = "first in " + HumanWords.point(firstSeen)
    guard let lastChanged, lastChanged != firstSeen else { return first + ", unchanged since" }
    return first + ", last changed in " + HumanWords.point(lastChanged)
  }
}

extension BackingState {
  /// What the state means to an operator.
  var tone: Style.Tone? {
    switch self {
    case .none: nil
    case .ok: .good
    case .missing, .unreadable, .loop, .invalid: .error
    case .outsidePools, .unknown: .warning
    case .remote: .note
    }
  }

  /// Why a chain ends at a link in this state; `nil` where it need not.
  var endInWords: String? {
    switch self {
    case .none, .ok: nil
    case .missing: "missing: the target does not exist"
    case .unreadable: "unreadable: the target exists and cannot be read"
    case .loop: "loop: the target is already in this chain"
    case .remote: "remote: not scanned"
    case .outsidePools: "outside the pools: the target exists and was not scanned"
    case .invalid: "invalid: the stored reference cannot be parsed"
    case .unknown: "unknown: the scan could not see the target"
    }
  }
}

extension LinkState {
  /// What the state means to an operator.
  var tone: Style.Tone? {
    switch self {
    case .ok: .good
    case .missing, .unreadable, .invalid: .error
    case .outsidePools, .unknown: .warning
    case .remote: .note
    }
  }
}

extension Reference {
  /// Where the reference points, or why it points nowhere.
  var targetInWords: String {
    if let invalid = target.invalid { return "invalid: \(invalid)" }
    if let path = target.path { return TerminalText.escaped(PathBytes(path)) }
    return target.uri ?? "(unknown)"
  }

  /// The link: `ok, recorded format qcow2`; that nothing is recorded matters for a base alone.
  var linkInWords: String {
    let silence = role == .backing ? "no recorded format" : nil
    let words = [state?.rawValue, format.map { "recorded format \($0)" } ?? silence]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}

extension Dependent {
  /// Who depends and how: `/a/b.qcow2 (backing)`.
  var inWords: String {
    let words =
      switch holder {
      case .image(let path, _): "\(TerminalText.escaped(path)) (\(via))"
      case .domain(let name, let target):
        "machine '\(name)'" + (target.map { ", \($0)" } ?? "") + " (\(via))"
      case .person(let name, let reason):
        "\(TerminalText.escaped(name)) (\(via))"
          + (reason.map { ": \(TerminalText.escaped($0))" } ?? "")
      }
    return doubt == nil ? words : words + ", not certain"
  }
}
