public import Model

/// Something in a configuration, or about its file, that makes it one that is not followed.
public struct ConfigurationFault: Error, Hashable, Sendable {
  /// What is wrong; keys are given as `section.name`.
  public enum Problem: Hashable, Sendable {
    /// The text is no TOML; the parser's own words.
    case syntax(detail: String, column: Int)
    /// A key that means nothing, and what was probably meant.
    case unknownKey(String, nearest: String?)
    /// A value of another kind; `found` in words.
    case wrongKind(String, expected: SettingKind, found: String)
    /// Tables of which there may be several, `pool` for one, that are one table.
    case isNoList(String)
    /// A rule that describes nothing.
    case ruleLacks([String], in: String)
    /// A pool, a source of machines or a query without something that it needs.
    case lacks(String, String)
    /// A name or a path that two pools have.
    case poolTwice(String)
    /// A name that two queries have.
    case queryTwice(String)
    /// Keys with more dots, or lists and tables within each other, than a configuration has.
    case tooDeep(limit: Int)
    /// More is wrong than is told.
    case more
    /// A length of time, or several, that do not go together.
    case contradiction(String, String)
    /// The named file is not there.
    case missing
    /// The system refused; its own words.
    case unreadable(reason: String)
    /// More bytes than a configuration has.
    case tooLong(limit: Int)
    /// Text that is no UTF-8, or has a NUL in it.
    case notText
    /// A file that somebody else than root could have written, while this process is root's.
    case untrusted(owner: UInt32, mode: UInt32)
  }

  /// The configuration's file.
  public let file: PathBytes
  /// The line, from 1; `nil` where it is about the whole file.
  public let line: Int?
  /// What is wrong.
  public let problem: Problem

  init(_ problem: Problem, file: PathBytes, line: Int? = nil) {
    self.file = file
    self.line = line
    self.problem = problem
  }
}

/// Everything that is wrong with a configuration, in the order of its lines; never empty.
public struct ConfigurationFaults: Error, Hashable, Sendable {
  /// The faults.
  public let faults: [ConfigurationFault]

  init(_ faults: [ConfigurationFault]) {
    self.faults = faults.sorted { Self.place(of: $0) < Self.place(of: $1) }
  }

  /// What is about the whole file stands first, and that there is more at the end.
  private static func place(of fault: ConfigurationFault) -> Int {
    fault.problem == .more ? .max : fault.line ?? 0
  }
}

extension ConfigurationFault {
  /// Where and what, in one line: `FILE:LINE: the problem; the remedy`.
  public var message: String {
    let place = file.displayText + (line.map { ":\($0)" } ?? "")
    return place + ": " + words
  }

  /// As much of what stands in the file as a sentence bears.
  private static func shortened(_ text: String) -> String {
    let limit = 200
    let start = text.unicodeScalars.prefix(limit)
    return start.endIndex == text.unicodeScalars.endIndex ? text : String(start) + "…"
  }

  private var words: String {
    switch problem {
    case .syntax(let detail, let column):
      return "invalid TOML at column \(column): \(detail)"
    case .unknownKey(let key, let nearest):
      let hint = nearest.map { "did you mean '\($0)'?" } ?? "'backstory config keys' lists them"
      return "there is no key '\(Self.shortened(key))'; \(hint)"
    case .wrongKind(let key, let expected, let found):
      return "'\(key)' is \(Self.shortened(found)); write \(expected.words)"
    case .isNoList(let name): return "'\(name)' is not a list of tables; write [[\(name)]]"
    case .ruleLacks(let keys, let name):
      return "a rule has no \(keys.joined(separator: ", ")); add one below [[\(name)]]"
    case .lacks(let table, let what):
      let subjects = ["pool": "a pool", "query": "a query"]
      let subject = subjects[table] ?? "a source of machines"
      return "\(subject) has no \(what); add it below [[\(table)]]"
    case .tooDeep(let limit):
      return "keys, lists or tables are nested more than \(limit) deep; is it a configuration?"
    case .more: return "there are more faults; fix these first"
    case .poolTwice(let what): return "\(what) is used by two pools; write it once"
    case .queryTwice(let name):
      return "two queries are called '\(Self.shortened(name))'; rename one"
    case .contradiction(let one, let other): return "\(one) and \(other) contradict each other"
    case .missing: return "the file does not exist; check the path"
    case .unreadable(let reason): return "cannot read it: \(reason)"
    case .tooLong(let limit): return "it has more than \(limit) bytes; is it a configuration?"
    case .notText: return "it is not UTF-8, or holds a NUL character"
    case .untrusted(let owner, let mode):
      return "it is refused because user \(owner) owns it and its mode is 0"
        + String(mode & 0o7777, radix: 8)
        + ", so users other than root could change what root does; "
        + "run 'chown root: FILE; chmod go-w FILE'"
    }
  }
}
