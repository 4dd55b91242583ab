import DiskImage

extension DomainDisk {
  /// One `<disk>` of a domain's `<devices>`.
  ///
  /// Source: libvirt docs/formatdomain, "Hard drives, floppy disks, CDROMs".
  init(element: XMLElement) {
    let kind = element["device"].flatMap(DiskKind.init) ?? .disk
    let format = element.child("driver")?["type"].flatMap { $0.isEmpty ? nil : $0 }
    self.init(
      targetDevice: element.child("target")?["dev"] ?? "",
      bus: element.child("target")?["bus"], kind: kind, driver: element.child("driver")?["name"],
      isReadOnly: kind == .cdrom || element.child("readonly") != nil,
      isShareable: element.child("shareable") != nil,
      isTransient: element.child("transient") != nil,
      startupPolicy: element.child("source")?["startupPolicy"],
      others: DiskOthers(in: element).elements,
      chain: DiskChain(top: element, format: format),
      mirror: element.child("mirror").flatMap(DiskChain.init(mirror:)))
  }
}

extension DiskChain {
  /// A `<disk>` and every `<backingStore>` in it.
  ///
  /// Source: libvirt docs/kbase/backing_chains, "Advanced backing chain specifications".
  init(top: XMLElement, format: String?) {
    self.init(layers: [], isTerminated: false)
    var holder: XMLElement? = top
    var format = format
    while let element = holder {
      guard let layer = DiskLayer(element: element, format: format) else { break }
      layers.append(layer)
      let next = element.child("backingStore")
      // libvirt ends a chain where a backing store has no type, whatever else it holds.
      if let next, next["type"] == nil {
        isTerminated = true
        break
      }
      format = next?.child("format")?["type"]
      holder = next
    }
  }

  /// A `<mirror>`; before libvirt 1.2.6 it had a file and a format and nothing in it.
  fileprivate init?(mirror: XMLElement) {
    self.init(top: mirror, format: mirror.child("format")?["type"] ?? mirror["format"])
    guard layers.isEmpty else { return }
    guard let file = mirror["file"] else { return nil }
    layers = [DiskLayer(target: .local(.file, file), format: mirror["format"])]
  }
}

extension DiskLayer {
  /// What `<disk>`, `<backingStore>`, `<mirror>` and `<dataStore>` have in common: a type, and a
  /// source; `nil` without a medium.
  init?(element: XMLElement, format: String?) {
    var source = element.child("source")
    // Before libvirt 3.9 the credentials stood beside the source.
    if source?.child("auth") == nil, let auth = element.child("auth") {
      source?.children.append(auth)
    }
    guard let target = ReferenceTarget(type: element["type"] ?? "file", source: source) else {
      return nil
    }
    let store = source?.child("dataStore")
    let encryption = source?.child("encryption") ?? element.child("encryption")
    self.init(
      target: target, format: Self.inQEMUsWords(format, encryption: encryption?["format"]),
      slice: source.flatMap(StorageSlice.init(source:)),
      dataStore: store.flatMap(DataStore.init(element:)),
      others: element.name == "backingStore" ? LayerOthers(in: element).elements : [])
  }
}

extension DiskLayer {
  /// The format by QEMU's name. libvirt says of an image of LUKS that it is raw and encrypted; Xen's
  /// backends are of `aio`, which is raw, and of `vhd`.
  ///
  /// Source: libvirt docs/formatstorageencryption, "luks"; src/conf/domain_conf.c,
  /// `virDomainDiskDefDriverParseXML`.
  private static func inQEMUsWords(_ format: String?, encryption: String?) -> String? {
    switch format {
    case nil where encryption == "luks", "raw" where encryption == "luks": "luks"
    case "aio": "raw"
    case "vhd": "vpc"
    default: format
    }
  }
}

extension DataStore {
  /// A `<dataStore>`, libvirt 10.10 and newer.
  fileprivate init?(element: XMLElement) {
    guard
      let layer = DiskLayer(element: element, format: element.child("format")?["type"])
    else { return nil }
    self.init(target: layer.target, format: layer.format, slice: layer.slice)
  }
}

extension StorageSlice {
  /// The slice that holds the image, inside a `<source>`.
  fileprivate init?(source: XMLElement) {
    let slices = source.child("slices")?.children("slice") ?? []
    guard let slice = slices.first(where: { $0["type"] == "storage" }),
      let offset = slice["offset"].flatMap({ UInt64($0) }),
      let size = slice["size"].flatMap({ UInt64($0) })
    else { return nil }
    self.init(offset: offset, size: size)
  }
}
