/// What a `<disk>` says besides where its images are and what its guest calls it: to be said again where the
/// disk is rewritten.
///
/// All that is not written anyway is kept, whether this version knows it or not. Left out are cookies, which
/// may be secrets, and what is of a running process alone: the names that libvirt gives to devices and nodes,
/// what a block job writes, and its private data.
///
/// Source: libvirt docs/formatdomain, "Hard drives, floppy disks, CDROMs"; the order is that of
/// src/conf/domain_conf.c, `virDomainDiskDefFormat`.
package struct DiskOthers {
  /// Elements that stand before the target.
  private static let before = ["auth", "backenddomain", "geometry", "blockio"]
  /// Elements between the target and the flags (`<readonly/>`, …).
  private static let behind = ["iotune", "throttlefilters"]
  /// Elements behind the flags that have a place of their own; all others follow.
  private static let last = ["serial", "wwn", "vendor", "product", "encryption", "boot"]
  /// Elements that are written anyway, and so hold only what they say more.
  private static let written = [
    "disk", "driver", "source", "target", "readonly", "shareable", "transient",
  ]

  /// In libvirt's order; elements that are written anyway hold what they say more.
  let elements: [String]
  private let parsed: [XMLElement]

  /// What a `<disk>` says.
  init(in disk: XMLElement) {
    var found = [disk.beyond(attributes: ["type", "device"], children: nil)]
    found += disk.children("driver").prefix(1).map { driver in
      let isUsual = driver["name"] == "qemu"
      return driver.beyond(attributes: isUsual ? ["type", "name"] : ["type"], children: [])
    }
    found += disk.children("source").prefix(1).map {
      $0.beyondPlace(ofType: disk["type"] ?? "file")
    }
    found += disk.children("target").prefix(1).map {
      $0.beyond(attributes: ["dev", "bus"], children: [])
    }
    found += Self.flags.flatMap { disk.children($0).prefix(1) }
    found.removeAll { $0.isBlank }
    let others = disk.children.filter { Self.isKept($0, of: disk) }
    for name in Self.before + Self.behind + Self.last {
      found += others.filter { $0.name == name }
    }
    let placed = Set(Self.before + Self.behind + Self.last)
    found += others.filter { !placed.contains($0.name) }
    parsed = found
    elements = found.compactMap { try? $0.markup() }
  }

  private static let flags = ["readonly", "shareable", "transient"]

  /// Whether a child of a disk is none that is written anyway, and none of a process alone.
  private static func isKept(_ child: XMLElement, of disk: XMLElement) -> Bool {
    if written.contains(child.name) || child.isForeign { return false }
    switch child.name {
    case "backingStore", "mirror", "privateData": return false
    // Who connects stands inside the source.
    case "auth": return disk["type"] != "network"
    // What a user calls a device begins so; anything else is libvirt's own.
    case "alias": return child["name"]?.hasPrefix("ua-") == true
    default: return true
    }
  }

  /// What was kept; anything that is no element is left out.
  package init(_ elements: [String]) {
    self.elements = elements
    parsed = elements.compactMap { try? XMLTree.root(of: Array($0.utf8)) }
  }

  /// What one of the elements that are written anyway says more.
  package func more(of name: String) -> XMLElement {
    parsed.first { $0.name == name } ?? XMLElement(name: name)
  }

  /// How the top is encrypted: inside its source or, as before libvirt 3.9, beside it.
  package var encryption: XMLElement? {
    more(of: "source").child("encryption") ?? parsed.first { $0.name == "encryption" }
  }

  /// What stands before the target.
  package var beforeTarget: [XMLElement] { parsed.filter { Self.before.contains($0.name) } }

  /// What stands between the target and the flags.
  package var behindTarget: [XMLElement] { parsed.filter { Self.behind.contains($0.name) } }

  /// What stands at the end.
  package var atTheEnd: [XMLElement] {
    let placed = Set(Self.written + Self.before + Self.behind)
    return parsed.filter { !placed.contains($0.name) }
  }
}
