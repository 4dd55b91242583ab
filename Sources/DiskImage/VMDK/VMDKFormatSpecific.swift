/// What `qemu-img info` prints under `format-specific` for a VMDK.
///
/// Source: QEMU qapi/block-core.json, `ImageInfoSpecificVmdk`. QEMU opens every extent; what only that
/// shows (`cluster-size` and `compressed` of an extent in another file) is not here, and file names are
/// those of the descriptor: `ImageFacts.formatSpecific(openedAs:)` gives them as QEMU does.
extension VMDKDescriptor {
  /// The object for a disk of several files; `nil` where something is missing that it must have.
  var formatSpecific: FactValue? {
    // With a size, every extent that counts has one that can be said in bytes.
    guard let createType, (try? virtualSize) != nil else { return nil }
    return facts(
      createType: String(decoding: createType, as: UTF8.self),
      extents: countedExtents.map { extent in
        var fields = [FactField("virtual-size", .number(extent.sectors * 512))]
        if let name = extent.fileName {
          fields.append(FactField("filename", .text(String(decoding: name, as: UTF8.self))))
        }
        fields.append(FactField("format", .text(extent.type)))
        return .object(fields)
      })
  }

  /// The object for a disk in one file; `nil` where QEMU would not open it.
  func formatSpecific(embeddedIn header: VMDKSparseHeader) -> FactValue? {
    guard let size = try? header.virtualSize, let grain = try? header.clusterSize else {
      return nil
    }
    var fields: [FactField] = []
    if header.isCompressed { fields.append(FactField("compressed", .boolean(true))) }
    fields.append(FactField("virtual-size", .number(size)))
    if describesItself, let name = extents.first?.fileName {
      fields.append(FactField("filename", .text(String(decoding: name, as: UTF8.self))))
    }
    fields.append(FactField("cluster-size", .number(grain)))
    fields.append(FactField("format", .text("")))
    return facts(
      createType: header.isCompressed ? "streamOptimized" : "monolithicSparse",
      extents: [.object(fields)])
  }

  private func facts(createType: String, extents: [FactValue]) -> FactValue? {
    guard let cid, let parentCID else { return nil }
    let data: [FactField] = [
      FactField("cid", .number(UInt64(cid))),
      FactField("parent-cid", .number(UInt64(parentCID))),
      FactField("create-type", .text(createType)),
      FactField("extents", .list(extents)),
    ]
    return .object([FactField("type", .text("vmdk")), FactField("data", .object(data))])
  }
}

extension ImageFacts {
  /// `formatSpecific` the way `qemu-img info` prints it for the image opened as `filename`.
  ///
  /// QEMU names the extents of a VMDK by their paths: the image itself as it was opened, others
  /// relative to its directory. All other formats have no paths there.
  public func formatSpecific(openedAs filename: [UInt8]) -> FactValue? {
    guard format == .vmdk else { return formatSpecific }
    let own = String(decoding: filename, as: UTF8.self)
    let end = filename.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let directory = String(decoding: filename[..<end], as: UTF8.self)
    return formatSpecific?.replacing(["data", "extents"]) { extents in
      guard case .list(let items) = extents else { return extents }
      return .list(items.map { $0.withFileName(own: own, directory: directory) })
    }
  }
}

extension FactValue {
  /// The same object with the value at the end of a path of keys replaced.
  fileprivate func replacing(
    _ keys: ArraySlice<String>, with change: (FactValue) -> FactValue
  ) -> FactValue {
    guard let key = keys.first, case .object(let fields) = self else { return change(self) }
    return .object(
      fields.map { field in
        guard field.key == key else { return field }
        return FactField(key, field.value.replacing(keys.dropFirst(), with: change))
      })
  }

  /// The extent with the path of its file; one without a format is the image itself.
  fileprivate func withFileName(own: String, directory: String) -> FactValue {
    guard case .object(var fields) = self else { return self }
    let isItself = fields.contains(FactField("format", .text("")))
    let place = fields.firstIndex { $0.key == "filename" }
    if isItself {
      if let place { fields.remove(at: place) }
      fields.append(FactField("filename", .text(own)))
    } else if let place, case .text(let name) = fields[place].value, !name.hasPrefix("/") {
      fields[place] = FactField("filename", .text(directory + name))
    }
    return .object(fields)
  }
}
