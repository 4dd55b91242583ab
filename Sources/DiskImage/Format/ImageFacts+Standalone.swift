extension ImageFacts {
  /// Why the image cannot be taken without anything else; `nil` where its header says where all of the
  /// guest's data is, and that it is this file.
  ///
  /// Completes "the image cannot stand alone: …".
  public var reasonNotStandalone: String? {
    if let fault { return "it has an invalid header: \(fault.reason)" }
    if !references.isEmpty { return "it refers to \(referredTo)" }
    if let incompleteness { return incompleteness }
    if !unknownFeatures.isEmpty {
      return "it has a feature that this version does not know: "
        + unknownFeatures.joined(separator: ", ")
    }
    if let content, Archive.contents.contains(content) {
      return "it is no disk, but \(content): unpack it first"
    }
    return nil
  }

  /// What the image refers to, by the roles of its references; no role twice.
  private var referredTo: String {
    var roles: [String] = []
    for role in references.map(\.role.rawValue) where !roles.contains(role) { roles.append(role) }
    return "something else (\(roles.joined(separator: ", ")))"
  }
}
