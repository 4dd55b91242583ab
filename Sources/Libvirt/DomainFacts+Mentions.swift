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
      // What is within an argument of QEMU's is read, or said to be unread, where arguments are.
      let isRead = [MachineArguments.argument, MachineArguments.variable].contains(element.name)
      for text in element.attributes.map(\.value) + [element.text] {
        let named =
          isRead
          ? PathsInText.all(inValue: text.utf8).filter { $0.elementsEqual(text.utf8) }
          : PathsInText.all(in: text.utf8)
        for path in named where seen.insert(path).inserted {
          found.append(
            DomainReference(
              role: .argument, part: .mention,
              target: .local(.file, String(decoding: path, as: UTF8.self)), isReadOnly: true))
        }
      }
    }
    return found
  }

  /// Programs, devices and what a running system makes hold no disk.
  package static func mayBeStorage(_ path: some Collection<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    return path.first == slash && path.count > 1 && Array(path.suffix(1)) != [slash]
      && !systems.contains { path.starts(with: $0.utf8) }
  }

  private static let systems = ["/usr/", "/bin/", "/dev/", "/proc/", "/sys/", "/run/"]
}
