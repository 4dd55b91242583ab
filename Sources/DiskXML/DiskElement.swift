internal import DiskImage
package import Libvirt

/// A disk as libvirt's `<disk>`, its chain spelled out.
///
/// Source: libvirt docs/kbase/backing_chains, "Advanced backing chain specifications"; for
/// `<dataStore>` docs/formatdomain of libvirt 10.10 and newer.
package struct DiskElement: Sendable {
  /// libvirt's `QEMU_DOMAIN_STORAGE_SOURCE_CHAIN_MAX_DEPTH` (src/qemu/qemu_domain.h).
  static let chainLimit = 200
  /// libvirt's names of formats that are also QEMU's (src/conf/storage_source_conf.c), and `fat`, as
  /// which a directory is shown; `vhdx` and `parallels` have none, and `luks` is raw with an
  /// `<encryption>`.
  static let formats = Set(
    ImageFormat.allCases.filter(\.traits.hasLibvirtName).map(\.rawValue)
  ).union(["fat"])

  private let disk: DomainDisk

  /// The element for a disk.
  package init(_ disk: DomainDisk) { self.disk = disk }

  /// Whether the disk is said to be encrypted, and so with which secret.
  package var hasSecret: Bool { DiskOthers(disk.others).encryption != nil }

  /// The element as text, indented by `indentation` spaces, with a line break at the end.
  /// - Throws: the first reason, from the top of the chain down, why libvirt could not be told.
  package func text(indentation: Int = 0) throws(DiskElementFault) -> String {
    let root = try element()
    do {
      return try root.markup(indentation: indentation)
    } catch {
      throw .text(error)
    }
  }

  private func element() throws(DiskElementFault) -> XMLElement {
    guard disk.chain.layers.count <= Self.chainLimit else {
      throw .chainTooLong(limit: Self.chainLimit)
    }
    let top = disk.chain.layers.first
    var element = XMLElement(
      "disk",
      [("type", top?.target.type?.rawValue ?? "file"), ("device", disk.kind.rawValue)])
    let others = DiskOthers(disk.others)
    element.attributes += others.more(of: "disk").attributes
    element.children.append(try driver(others))
    if let top {
      var source = try SourceElement(layer: top, level: 0).element()
      source.attributes += XMLElement("", [("startupPolicy", disk.startupPolicy)]).attributes
      source = source.joined(with: others.more(of: "source"))
      source.children = SourceElement.sorted(source.children)
      element.children.append(source)
      element.children += try backingStore()
    }
    element.children += others.beforeTarget
    element.children.append(
      XMLElement("target", [("dev", disk.targetDevice), ("bus", disk.bus)])
        .joined(with: others.more(of: "target")))
    element.children += others.behindTarget
    if disk.isReadOnly { element.children.append(others.more(of: "readonly")) }
    if disk.isShareable { element.children.append(others.more(of: "shareable")) }
    if disk.isTransient { element.children.append(others.more(of: "transient")) }
    element.children += others.atTheEnd
    return element
  }

  /// The images under the top, built from the bottom up; none or one element.
  private func backingStore() throws(DiskElementFault) -> [XMLElement] {
    var inner = disk.chain.isTerminated ? [XMLElement(name: "backingStore")] : []
    for (level, layer) in disk.chain.layers.enumerated().dropFirst().reversed() {
      let others = LayerOthers(layer.others)
      let format = XMLElement("format", [("type", try formatName(layer, level: level))])
        .joined(with: others.more(of: "format"))
      var source = try SourceElement(layer: layer, level: level).element()
        .joined(with: others.more(of: "source"))
      source.children = SourceElement.sorted(source.children)
      var store = XMLElement(
        "backingStore", [("type", layer.target.type?.rawValue)],
        children: [format, source] + others.others + inner)
      store.attributes += others.more(of: "backingStore").attributes
      inner = [store]
    }
    return inner
  }

  /// The backend and the format of the top.
  private func driver(_ others: DiskOthers) throws(DiskElementFault) -> XMLElement {
    let more = others.more(of: "driver")
    let name = more["name"] ?? disk.driver
    var format = try disk.chain.layers.first.map { layer throws(DiskElementFault) in
      let isSecretKnown = layer.format == "luks" && others.encryption?["format"] == "luks"
      return isSecretKnown ? "raw" : try formatName(layer, level: 0)
    }
    // Xen's backends of VHD; for QEMU the same format is `vpc`.
    if format == "vpc", name == "tap" || name == "tap2" { format = "vhd" }
    var driver = XMLElement("driver", [("name", name), ("type", format)])
    driver.attributes += more.attributes.filter { $0.name != "name" }
    driver.children = more.children
    return driver
  }

  private func formatName(
    _ layer: DiskLayer, level: Int
  ) throws(DiskElementFault) -> String {
    guard let format = layer.format else { throw .formatUnknown(level: level) }
    if format == "luks" { throw .secretUnknown(level: level) }
    guard Self.formats.contains(format) else {
      throw .formatWithoutName(level: level, format: format)
    }
    return format
  }
}
