/// Where a reference keeps its secrets.
enum SecretText {
  /// What stands for a secret.
  static let mask = Array("***".utf8)
  /// Names, or ends of names, of options whose values are secrets.
  static let names = [
    "password", "passwd", "passphrase", "secret", "token", "signature", "cookie", "credential",
    "api-key", "api_key", "apikey", "access-key", "access_key", "accesskey",
  ]
  /// Names that are a secret's only as a whole.
  private static let wholeNames = ["key", "sig", "pass", "pwd", "auth", "authorization"]
  /// Options of QEMU that name a secret's object.
  private static let identifiers = ["password-secret", "key-secret", "cookie-secret"]

  /// Whether the value of an option is a secret, by the last part of a dotted name.
  static func isSecret(_ name: Substring) -> Bool {
    let isPlain = name.utf8.allSatisfy { $0 < 0x80 }
    let lower =
      isPlain
      ? name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      : Array(name.lowercased().utf8)
    let dot = UInt8(ascii: ".")
    let end = lower.lastIndex { $0 != dot }.map { $0 + 1 } ?? 0
    let start = lower[..<end].lastIndex(of: dot).map { $0 + 1 } ?? 0
    let last = lower[start..<end]
    if identifiers.contains(where: last.ends(with:)) { return false }
    return wholeNames.contains { last.isText($0) } || names.contains(where: last.ends(with:))
  }

  /// The parameters of a URI without their secrets.
  static func redactedQuery(_ query: String) -> String {
    let uri = redacted(Array("x://x?\(query)".utf8), depth: 0)
    return String(decoding: uri.dropFirst(6), as: UTF8.self)
  }

  /// The path of a URI without its secrets, parameters behind a semicolon.
  static func redactedPath(_ path: String) -> String {
    let uri = redacted(Array("x://x/\(path)".utf8), depth: 0)
    return String(decoding: uri.dropFirst(6), as: UTF8.self)
  }

  /// The parameters of a URI but those that are secrets, and whether there was one.
  static func strippedQuery(_ query: String) -> (query: String, hadSecret: Bool) {
    var kept = ""
    var hadSecret = false
    var rest = query[...]
    while !rest.isEmpty {
      let end = rest.firstIndex { "&;".contains($0) }
      let parameter = rest[..<(end ?? rest.endIndex)]
      if redactedQuery(String(parameter)) == parameter {
        kept += rest[..<(end.map { rest.index(after: $0) } ?? rest.endIndex)]
      } else {
        hadSecret = true
      }
      rest = end.map { rest[rest.index(after: $0)...] } ?? ""
    }
    while hadSecret, let last = kept.last, "&;".contains(last) { kept.removeLast() }
    return (kept, hadSecret)
  }

  /// `text` without its secrets; `depth` counts the strings around it.
  static func redacted(_ text: [UInt8], depth: Int) -> [UInt8] {
    guard depth < ReferenceGrammar.maxDepth else { return mask }
    let start = filterEnd(in: text)
    guard text[start...].starts(with: "json:".utf8) else {
      return redactedSettings(redactedUsers(text))
    }
    let prefix = redactedSettings(Array(text[..<start])) + Array("json:".utf8)
    return prefix + redactedJSON(text[(start + 5)...], depth: depth)
  }

  /// Where the first driver begins that is no filter, behind any number of `blkdebug:SETTING:`.
  private static func filterEnd(in text: [UInt8]) -> Int {
    var rest = text[...]
    while rest.starts(with: "blkdebug:".utf8) || rest.starts(with: "blkverify:".utf8) {
      guard let image = rest.cut(at: ":").tail?.cut(at: ":").tail else { break }
      rest = image
    }
    return rest.startIndex
  }
}

extension SecretText {
  /// Replaces the password in `//USER:PASSWORD@`, wherever there is a URI.
  private static func redactedUsers(_ text: [UInt8]) -> [UInt8] {
    guard let lastAt = text.lastIndex(of: UInt8(ascii: "@")) else { return text }
    var result: [UInt8] = []
    var rest = text[...]
    while let mark = rest.firstPlace(of: "://") {
      result += rest[..<mark.upperBound]
      rest = rest[mark.upperBound...]
      guard let at = userEnd(in: rest, lastAt: lastAt) else { continue }
      let isISCSI = ["iscsi://", "iser://"].contains {
        result.suffix($0.utf8.count).elementsEqual($0.utf8)
      }
      let user = rest[..<at]
      let end = user.firstIndex {
        $0 == UInt8(ascii: ":") || (isISCSI && $0 == UInt8(ascii: "%"))
      }
      if let end {
        result += user[...end]
        result += mask
      } else {
        result += user
      }
      rest = rest[at...]
    }
    return result + rest
  }

  /// The `@` behind a user. A password that holds a slash by mistake is followed to its `@`.
  private static func userEnd(in rest: ArraySlice<UInt8>, lastAt: Int) -> Int? {
    let end = rest.firstIndex(where: URIText.endsAuthority) ?? rest.endIndex
    if let at = rest[..<end].lastIndex(of: UInt8(ascii: "@")) { return at }
    let (_, port) = rest[..<end].cut(at: ":")
    guard let port, rest.first != UInt8(ascii: "["), !port.allSatisfy({ 0x30...0x39 ~= $0 }) else {
      return nil
    }
    return lastAt >= rest.startIndex ? lastAt : nil
  }

  /// Replaces VALUE in `:NAME=VALUE` up to the next colon without a backslash, and in `?NAME=VALUE`
  /// up to the next parameter.
  private static func redactedSettings(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "=")) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var nameStart: Int?
    var index = 0
    while index < text.count {
      let byte = text[index]
      result.append(byte)
      index += 1
      switch byte {
      case UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ";"),
        UInt8(ascii: ","):
        nameStart = index
      case UInt8(ascii: "="):
        guard let start = nameStart else { continue }
        let name = ReferenceText.percentDecoded(text[start..<(index - 1)])
        let plain = String(decoding: name.filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
        let isParameter = start > 0 && "?&;".utf8.contains(text[start - 1])
        nameStart = nil
        guard isSecret(plain[...]) else { continue }
        result += mask
        index = valueEnd(text, from: index, isParameter: isParameter)
      case _: continue
      }
    }
    return result
  }

  private static func valueEnd(_ text: [UInt8], from start: Int, isParameter: Bool) -> Int {
    var index = start
    while index < text.count {
      if isParameter {
        if "&;#".utf8.contains(text[index]) { return index }
      } else if text[index] == UInt8(ascii: "\\") {
        index += 1
      } else if text[index] == UInt8(ascii: ":") {
        return index
      }
      index += 1
    }
    return text.count
  }
}
