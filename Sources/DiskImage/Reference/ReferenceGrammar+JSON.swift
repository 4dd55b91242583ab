extension ReferenceGrammar {
  /// Format drivers, whose `file` holds the image: every format that QEMU can open.
  static let formats = Set(ImageFormat.allCases.map(\.rawValue))
  /// Drivers that stand before another one and show the same image, with the key of that one.
  static let filters = [
    "blkdebug": "image", "blkverify": "test", "blkreplay": "image", "blklogwrites": "file",
    "throttle": "file", "copy-on-read": "file", "copy-before-write": "file", "compress": "file",
    "preallocate": "file", "snapshot-access": "file", "replication": "file",
  ]

  /// A `json:` reference, `text` without the prefix.
  ///
  /// The outermost object names the driver, or is a wrapper with nothing but `file`. A format driver
  /// outermost is the `formatInReference`; below it stand protocol drivers only, or `raw` with a
  /// slice of the file. A `filename` without a driver is a file, whatever it looks like.
  ///
  /// Source: QEMU qapi/block-core.json, `BlockdevOptions`; block.c, `bdrv_fill_options`; libvirt
  /// src/storage_file/storage_source_backingstore.c, `virStorageSourceParseBackingJSON`.
  func json(_ text: ArraySlice<UInt8>) throws(InvalidReference) -> ReferenceTarget {
    guard case .object(let members) = try JSONText(parsing: text) else {
      throw InvalidReference("its JSON is not an object")
    }
    let outermost = try DriverOptions(members)
    if outermost.has("driver") { return try target(of: outermost, within: nil) }
    guard outermost.has("file") else { throw InvalidReference("its JSON names no driver") }
    return try target(of: child("file", of: outermost, "its JSON"), within: nil)
  }

  /// What `options` describe; `format` is the format driver around them.
  func target(
    of options: DriverOptions, within format: String?
  ) throws(InvalidReference) -> ReferenceTarget {
    guard options.has("driver") else {
      guard options.has("filename") else { throw InvalidReference("its JSON names no driver") }
      return try file(.file, options)
    }
    guard let driver = options.string("driver") else {
      throw InvalidReference("'driver' is not a string")
    }
    if Self.formats.contains(driver) { return try formatted(driver, options, within: format) }
    if let key = Self.filters[driver] {
      var target = try target(of: child(key, of: options, driver), within: format)
      target.add(filter: driver)
      return target
    }
    guard driver != "quorum" else { throw InvalidReference("a quorum is several images") }
    if let target = try localTarget(driver, options) { return target }
    return try networkTarget(driver, options)
  }

  private func formatted(
    _ driver: String, _ options: DriverOptions, within format: String?
  ) throws(InvalidReference) -> ReferenceTarget {
    guard format == nil || (driver == "raw" && format != "raw") else {
      throw InvalidReference("the format driver '\(driver)' is nested in another")
    }
    var target = try target(of: child("file", of: options, driver), within: driver)
    if format == nil { target.formatInReference = driver }
    guard driver == "raw" else { return target }
    for key in ["offset", "size"] {
      if let number = try options.number(key) { target.options[key] = number }
    }
    return target
  }

  /// The driver that another one stands before; a string there names a node of a running QEMU.
  private func child(
    _ key: String, of options: DriverOptions, _ owner: String
  ) throws(InvalidReference) -> DriverOptions {
    guard let child = options.options(key) else {
      throw InvalidReference(
        options.has(key)
          ? "'\(key)' of \(owner) names a node instead of an image"
          : "\(owner) has no '\(key)'")
    }
    return child
  }

  /// Drivers of this host's files and devices; `nil` for any other.
  private func localTarget(
    _ driver: String, _ options: DriverOptions
  ) throws(InvalidReference) -> ReferenceTarget? {
    switch driver {
    case "file", "io_uring": return try file(.file, options)
    case "host_device", "host_cdrom": return try file(.block, options)
    case "nvme-io_uring": return try file(.block, options, key: "path")
    case "virtio-blk-vhost-user": return try file(.vhostuser, options, key: "path")
    case "virtio-blk-vhost-vdpa": return try file(.vhostvdpa, options, key: "path")
    case "vvfat":
      var target = try file(.dir, options, key: "dir")
      for key in ["fat-type", "floppy", "rw"] { target.options[key] = options.text(key) }
      return target
    case "nvme":
      return try Self.nvme(
        device: options.string("device") ?? "", namespace: options.text("namespace"))
    default: return nil
    }
  }

  /// A path under a key, taken literally.
  private func file(
    _ type: ReferenceType, _ options: DriverOptions, key: String = "filename"
  ) throws(InvalidReference) -> ReferenceTarget {
    guard let name = options.string(key) else { throw InvalidReference("it has no '\(key)'") }
    return try local(type, Array(name.utf8)[...])
  }
}
