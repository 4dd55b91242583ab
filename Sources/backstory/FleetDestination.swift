import Model

/// The centre that a configuration names, `ssh://USER@HOST:PORT`, and how it is reached.
struct FleetDestination {
  /// As the configuration has it.
  let text: String
  private let address: Substring
  private let port: UInt16?

  /// Reads a destination.
  /// - Throws: `CommandFailure` for anything but `ssh://[USER@]HOST[:PORT]`.
  init(_ text: String) throws(CommandFailure) {
    let refusal = CommandFailure(
      "[fleet] destination is '\(text)'; write ssh://USER@HOST, with :PORT where it is not 22")
    guard text.hasPrefix("ssh://") else { throw refusal }
    var rest = text.dropFirst(6)
    if rest.last == "/" { rest.removeLast() }
    var port: UInt16?
    if let colon = rest.lastIndex(of: ":"), rest[colon...].contains("]") == false {
      port = UInt16(rest[rest.index(after: colon)...])
      guard port != nil else { throw refusal }
      rest = rest[..<colon]
    }
    // Nothing of it means anything to a shell, or is an option to ssh.
    let isPlain = rest.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-@[]%:".contains($0))
    }
    let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
    guard isPlain, parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.first != "-" }) else {
      throw refusal
    }
    self.text = text
    self.port = port
    // An address of IPv6 stands in brackets in a URL, and not in the words of ssh.
    address = rest.contains("[") ? rest.filter { !"[]".contains($0) }[...] : rest
  }

  /// The command of the shell that hands on what it reads, and says what the centre answers.
  var command: String {
    let option = port.map { " -p \($0)" } ?? ""
    return "ssh -T -o BatchMode=yes\(option) -- '\(address)' 'backstory-fleet import -'"
  }
}

/// What a centre answers to a bundle, among other lines.
struct FleetAnswer {
  /// The token up to which it has everything.
  private(set) var acknowledged: ScanToken?
  /// Where it wants a bundle to begin.
  private(set) var expected: Expectation?
  /// The other lines.
  private(set) var remarks: [Substring] = []

  /// What a bundle is to stand on.
  enum Expectation: Hashable {
    /// It has nothing of this database.
    case nothing
    /// The last scan that it has.
    case scan(ScanToken)
  }

  /// Reads what it printed.
  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "acknowledged",
        let token = ScanToken(hexadecimal: words[1])
      {
        acknowledged = token
      } else if words == ["expected", "nothing"] {
        expected = .nothing
      } else if words.count == 2, words[0] == "expected",
        let token = ScanToken(hexadecimal: words[1])
      {
        expected = .scan(token)
      } else {
        remarks.append(line)
      }
    }
  }
}
