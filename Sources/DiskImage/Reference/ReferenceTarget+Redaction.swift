extension ReferenceTarget {
  /// The stored string with secrets replaced by `***`; every other byte stays.
  ///
  /// Secrets are the password of a URI's user, values of options and query parameters whose name
  /// says so, and such values of a `json:` reference. What looks like `json:` and is not JSON is
  /// replaced as a whole once it mentions a secret's name or an `@`. The name of a plain file is
  /// never changed.
  public static func redacting(_ stored: [UInt8]) -> [UInt8] {
    guard protocolEnd(of: stored[...]) != nil else { return stored }
    return SecretText.redacted(stored, depth: 0)
  }

  /// A JSON text with the values of what is called as a secret is, and the secrets in its strings, replaced by
  /// `***`; byte for byte the same where it has none. What is no JSON, and may have one, is `***`.
  public static func redacting(json text: [UInt8]) -> [UInt8] {
    SecretText.redactedJSON(text[...], depth: 0)
  }

  /// The last components of a reference, as they are searched for, without its secrets.
  public static func redacting(name: [UInt8]) -> [UInt8] {
    // A piece of a `json:` that means nothing, or else of a URI.
    let start = Array((name.contains(UInt8(ascii: "\"")) ? "json:" : "x://").utf8)
    return Array(SecretText.redacted(start + name, depth: 0).dropFirst(start.count))
  }

  /// The target without the secrets among the parameters of its URI, and whether there was one: for
  /// writing it where `***` would be taken for the secret.
  public var withoutSecretParameters: (target: ReferenceTarget, hadSecret: Bool) {
    guard let query = options["query"] else { return (self, false) }
    var target = self
    var (kept, hadSecret) = SecretText.strippedQuery(query)
    // What is one only as a whole is left out as a whole.
    if SecretText.redactedQuery(kept) != kept { (kept, hadSecret) = ("", true) }
    guard hadSecret else { return (self, false) }
    target.options["query"] = kept.isEmpty ? nil : kept
    return (target, true)
  }

  /// The target with every secret replaced by `***`, for showing it.
  public var redacted: ReferenceTarget {
    var target = self
    for key in options.keys where SecretText.isSecret(key[...]) { target.options[key] = "***" }
    for key in ["query", "fragment"] {
      target.options[key] = target.options[key].map(SecretText.redactedQuery)
    }
    // A path is a part of the URI, and has its secrets.
    if uri != nil { target.name = name.map(SecretText.redactedPath) }
    target.uri = uri.map { String(decoding: Self.redacting(Array($0.utf8)), as: UTF8.self) }
    return target
  }
}
