/// A UUID as the programs that write one down spell it.
public enum UUIDText {
  /// In lower case, with its hyphens; `nil` for what is no UUID.
  ///
  /// libvirt takes one without hyphens and with blanks around it (`virUUIDParse`), VirtualBox writes braces around it,
  /// VMware a blank between its bytes, and RFC 9562 (section 4) has a URN of it.
  public static func parse(_ text: String) -> String? {
    var text = text.lowercased()[...]
    text = text.drop(while: \.isWhitespace)
    if text.hasPrefix(urn) { text.removeFirst(urn.count) }
    let digits = text.filter { !$0.isWhitespace && !"{-}".contains($0) }
    guard digits.utf8.count == 32, digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
    else { return nil }
    var uuid = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { uuid += "-" }
      uuid.append(digit)
    }
    return uuid
  }

  private static let urn = "urn:uuid:"
}
