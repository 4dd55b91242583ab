import DiskImage
internal import Model
internal import Query

extension Graph.Node {
  /// The file's name, the domain's name, or the last part of a URI.
  var title: String {
    switch kind {
    case .image, .place: TerminalText.escaped(PathBytes(name.name))
    case .domain: "domain " + TerminalText.escaped(name)
    }
  }

  /// The directory; `nil` for a domain, which has none.
  var place: String? {
    switch kind {
    case .image, .place: name.bytes.contains(0x2f) ? TerminalText.escaped(name.directory) : nil
    case .domain: nil
    }
  }

  /// What is known of it, in a few words.
  var facts: String {
    switch kind {
    case .image(let number):
      ([
        format, virtualSize.map(HumanWords.size),
        actualSize.map { HumanWords.size($0) + " on disk" },
      ]
      .compactMap { $0 } + ["#\(number)"]).joined(separator: " · ")
    case .domain: "virtual machine"
    case .place(let state): state.placeInWords
    }
  }

  /// The path, URI or name with what is known of it, in one line.
  var inWords: String {
    switch kind {
    case .image, .place: "\(TerminalText.escaped(name)): \(facts)"
    case .domain: title
    }
  }
}

extension LinkState {
  /// What stands at a place that is no image of the inventory.
  var placeInWords: String {
    switch self {
    case .ok: "there"
    case .missing: "missing: the target does not exist"
    case .unreadable: "there, and may not be read"
    case .outsidePools: "outside the pools"
    case .remote: "on a network, not visited"
    case .invalid: "means nothing"
    case .unknown: "not looked at yet"
    }
  }
}

extension Graph.Edge {
  /// The link in a few words: `backing, format qcow2`, `backing: missing`.
  var inWords: String {
    let words = isLoop ? "in a cycle" : state == .ok ? nil : state.rawValue
    let recorded =
      format.map { "format \($0)" } ?? (role == .backing ? "no recorded format" : nil)
    return role.rawValue + (words.map { ": \($0)" } ?? recorded.map { ", \($0)" } ?? "")
  }
}
