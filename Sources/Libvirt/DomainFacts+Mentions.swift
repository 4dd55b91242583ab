import DiskImage

extension DomainFacts {
  /// Paths of one definition that are kept; a machine names a dozen.
  private static let mentionLimit = 1000

  /// Absolute paths anywhere in a definition that nothing else was read from: what element of which version of
  /// libvirt, or of another program's namespace, they stand in is not known here, and the file may be needed all the
  /// same.
  static func mentions(
    in domain: XMLElement, besides known: [DomainReference]
  ) -> [DomainReference] {
    var seen = Set(known.compactMap(\.target.path))
    var found: [DomainReference] = []
    var waiting = [domain]
    while let element = waiting.popLast(), found.count < mentionLimit {
      waiting += element.children.reversed()
      for text in element.attributes.map(\.value) + [element.text] {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
          let end = text.lastIndex(where: { !$0.isWhitespace })
        else { continue }
        let path = String(text[start...end])
        guard mayBeStorage(path), seen.insert(Array(path.utf8)).inserted else { continue }
        found.append(
          DomainReference(
            role: .argument, part: .mention, target: .local(.file, path), isReadOnly: true))
      }
    }
    return found
  }

  /// Programs, devices and what a running system makes hold no disk.
  package static func mayBeStorage(_ path: String) -> Bool {
    path.hasPrefix("/") && path.utf8.count > 1 && !path.hasSuffix("/")
      && !["/usr/", "/bin/", "/dev/", "/proc/", "/sys/", "/run/"].contains { path.hasPrefix($0) }
  }
}
