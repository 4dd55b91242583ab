/// What a `<disk>` says besides where its images are and what its guest calls it: to be said again
/// where the disk is written anew.
///
/// Aliases and addresses are libvirt's own to give, and what a running domain says of its process is
/// none of a definition.
///
/// Source: libvirt docs/formatdomain, "Hard drives, floppy disks, CDROMs"; the order is that of
/// src/conf/domain_conf.c, `virDomainDiskDefFormat`.
struct DiskOthers {
  /// Elements that stand before the target.
  private static let before = ["backenddomain", "geometry", "blockio"]
  /// Elements between the target and the flags (`<readonly/>`, …), and those behind the flags.
  private static let behind = ["iotune"]
  private static let last = ["serial", "wwn", "vendor", "product", "encryption", "boot"]

  /// Attributes of the disk itself, and what a source says besides where it leads. Cookies may be
  /// secrets, and are not kept.
  private static let attributes: Set = ["model", "rawio", "sgio", "snapshot"]
  private static let inSource = [
    "reservations", "encryption", "seclabel", "reconnect", "readahead", "timeout",
  ]

  /// In libvirt's order; `<disk>`, `<driver>` and `<source>` hold what these say more.
  let elements: [String]
  private let parsed: [XMLElement]

  /// What a `<disk>` says.
  init(in disk: XMLElement) {
    var found: [XMLElement] = []
    found.append(
      XMLElement(
        name: "disk", attributes: disk.attributes.filter { Self.attributes.contains($0.name) }))
    if var driver = disk.child("driver") {
      driver.attributes.removeAll {
        $0.name == "type" || ($0.name == "name" && $0.value == "qemu")
      }
      found.append(driver)
    }
    if let source = disk.child("source") {
      found.append(
        XMLElement(name: "source", children: Self.inSource.flatMap(source.children)))
    }
    found.removeAll { $0.attributes.isEmpty && $0.children.isEmpty }
    for name in Self.before + Self.behind + Self.last { found += disk.children(name) }
    parsed = found
    elements = found.compactMap { try? $0.markup() }
  }

  /// What was kept; anything that is no element is left out.
  init(_ elements: [String]) {
    self.elements = elements
    parsed = elements.compactMap { try? XMLTree.root(of: Array($0.utf8)) }
  }

  /// What one of the elements that are written anyway says more.
  func more(of name: String) -> XMLElement {
    parsed.first { $0.name == name } ?? XMLElement(name: name)
  }

  /// How the top is encrypted: inside its source or, as before libvirt 3.9, beside it.
  var encryption: XMLElement? {
    more(of: "source").child("encryption") ?? parsed.first { $0.name == "encryption" }
  }

  /// What stands before the target.
  var beforeTarget: [XMLElement] { parsed.filter { Self.before.contains($0.name) } }

  /// What stands between the target and the flags.
  var behindTarget: [XMLElement] { parsed.filter { Self.behind.contains($0.name) } }

  /// What stands at the end.
  var atTheEnd: [XMLElement] { parsed.filter { Self.last.contains($0.name) } }
}
