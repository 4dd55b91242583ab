internal import DiskImage
internal import Model

extension Event {
  /// A word for what some fields of an image do together.
  private struct Nature: Sendable {
    /// The word, if one of these fields differs.
    let decisive: Set<String>
    /// What belongs to it when it does.
    let companions: Set<String>
    let kind: @Sendable ([ImageChange.Field]) -> Kind
  }

  private static let natures: [Nature] = [
    Nature(
      decisive: ["format"],
      companions: ["content", "cluster-size", "format-specific", "header-fault"]
    ) { _ in .formatChanged },
    Nature(
      decisive: ["backing-filename"],
      companions: ["full-backing-filename", "backing-filename-format"]
    ) { _ in .rebased },
    Nature(decisive: ["virtual-size"], companions: []) { _ in .resized },
    Nature(decisive: ["actual-size", "file-size"], companions: []) {
      direction(of: $0) ? .grew : .shrank
    },
  ]

  /// The event by the words of `log`: what the header did, what the size did, and what is left.
  ///
  /// Every field is in one of them, so that together they say what the event says, and `diff`.
  var parts: [Event] {
    guard kind == .changed || kind == .moved else { return [self] }
    var rest = fields
    var parts: [Event] = []
    for nature in Self.natures where rest.contains(where: { nature.decisive.contains($0.key) }) {
      let own = nature.decisive.union(nature.companions)
      var part = self
      part.fields = rest.filter { own.contains($0.key) }
      part.kind = nature.kind(part.fields)
      part.previousFilename = nil
      rest.removeAll { own.contains($0.key) }
      parts.append(part)
    }
    // When a file was written belongs to what was written.
    if !parts.isEmpty {
      parts[parts.count - 1].fields += rest.filter { $0.key == "modified" }
      rest.removeAll { $0.key == "modified" }
    }
    guard kind == .moved || !rest.isEmpty else { return parts }
    var remainder = self
    remainder.fields = rest
    return [remainder] + parts
  }

  /// Whether more is used than before: of the disk, or where that is the same, of the file.
  private static func direction(of fields: [ImageChange.Field]) -> Bool {
    let field = fields.first { $0.key == "actual-size" } ?? fields.first { $0.key == "file-size" }
    return (field?.to?.bytes ?? 0) > (field?.from?.bytes ?? 0)
  }
}

extension FactValue {
  /// A number; `nil` for what is none.
  var bytes: UInt64? {
    if case .number(let value) = self { value } else { nil }
  }
}
