import DiskImage

extension DomainFacts {
  /// What `<os>` points to: firmware, its variables, a kernel booted directly.
  ///
  /// Source: libvirt docs/formatdomain, "Operating system booting".
  static func bootFiles(_ os: XMLElement) -> [DomainReference] {
    [loader(os)].compactMap(\.self) + variables(os)
      + file(.kernel, os.child("kernel")?.content) + file(.initrd, os.child("initrd")?.content)
      + file(.dtb, os.child("dtb")?.content) + file(.shim, os.child("shim")?.content)
      + (os.child("acpi")?.children("table") ?? []).flatMap { file(.acpiTable, $0.content) }
  }

  /// Files that the firmware hands to the guest by name.
  ///
  /// Source: libvirt docs/formatdomain, "SMBIOS System Information", `fwcfg`.
  static func firmwareFiles(_ domain: XMLElement) -> [DomainReference] {
    domain.children("sysinfo").filter { $0["type"] == "fwcfg" }.flatMap { $0.children("entry") }
      .flatMap { file(.firmwareConfiguration, $0["file"]) }
  }

  private static func loader(_ os: XMLElement) -> DomainReference? {
    guard let loader = os.child("loader"), let path = loader.content else { return nil }
    return DomainReference(
      role: .loader, target: .local(.file, path), declaredFormat: loader["format"],
      isReadOnly: loader["readonly"] != "no")
  }

  /// `<nvram>` with a path or a `<source>` in it, or `<varstore>`, and the template of either.
  private static func variables(_ os: XMLElement) -> [DomainReference] {
    var found: [DomainReference] = []
    if let nvram = os.child("nvram") {
      let target =
        ReferenceTarget(type: nvram["type"] ?? "file", source: nvram.child("source"))
        ?? nvram.content.map { .local(.file, $0) }
      if let target {
        // libvirt takes it for raw, unless it chooses the firmware itself, with its format.
        let usual = os["firmware"] == nil ? "raw" : nil
        found.append(
          DomainReference(
            role: .nvram, target: target, declaredFormat: nvram["format"] ?? usual))
      }
      found += template(nvram)
    }
    if let store = os.child("varstore") {
      if let path = store["path"] {
        found.append(DomainReference(role: .nvram, target: .local(.file, path)))
      }
      found += template(store)
    }
    return found
  }

  private static func template(_ element: XMLElement) -> [DomainReference] {
    guard let path = element["template"] else { return [] }
    return [
      DomainReference(
        role: .nvram, part: .template, target: .local(.file, path),
        declaredFormat: element["templateFormat"], isReadOnly: true)
    ]
  }

  /// A file that the domain only reads.
  static func file(_ role: ReferenceRole, _ path: String?) -> [DomainReference] {
    guard let path else { return [] }
    return [DomainReference(role: role, target: .local(.file, path), isReadOnly: true)]
  }
}

extension DomainFacts {
  /// File systems that the host hands to the guest; of the types that have a source on the host.
  ///
  /// Source: libvirt docs/formatdomain, "Filesystems". `bind` names a place inside the guest.
  static func fileSystems(in devices: XMLElement) -> [DomainReference] {
    devices.children("filesystem").compactMap { element in
      let type = element["type"] ?? "mount"
      let kinds = ["file": "file", "block": "block", "mount": "dir", "volume": "volume"]
      guard let kind = kinds[type],
        let target = ReferenceTarget(type: kind, source: element.child("source"))
      else { return nil }
      return DomainReference(
        role: .filesystem, target: target, declaredFormat: element.child("driver")?["format"],
        isReadOnly: element.child("readonly") != nil)
    }
  }

  /// Memory modules that are files of the host: `nvdimm` and `virtio-pmem`.
  static func memories(in devices: XMLElement) -> [DomainReference] {
    devices.children("memory").compactMap { element in
      guard let path = element.descendant("source", "path")?.content else { return nil }
      return DomainReference(
        role: .memory, target: .local(.file, path),
        isReadOnly: element.descendant("target", "readonly") != nil)
    }
  }
}
