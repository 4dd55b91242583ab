import DiskImage

extension HeaderDraft {
  /// A hosted sparse extent of 1 MiB, the way VMware writes it, with room for a descriptor of 20
  /// sectors and nothing in it.
  static var vmdkExtent: HeaderDraft {
    var image = HeaderDraft(count: 65_536)
    image.put("KDMV", at: 0)
    image.put(little: 1 as UInt32, at: 4)
    image.put(little: 3 as UInt32, at: 8)
    image.put(little: 2048 as UInt64, at: 12)
    image.put(little: 128 as UInt64, at: 20)
    image.put(little: 1 as UInt64, at: 28)
    image.put(little: 20 as UInt64, at: 36)
    image.put(little: 512 as UInt32, at: 44)
    image.put(little: 21 as UInt64, at: 48)
    image.put(little: 26 as UInt64, at: 56)
    image.put(little: 128 as UInt64, at: 64)
    image.put("\n \r\n", at: 73)
    return image
  }

  /// The same with a descriptor.
  static func vmdk(_ descriptor: String) -> HeaderDraft {
    var image = vmdkExtent
    image.put(descriptor, at: 512)
    return image
  }

  /// A delta of `base.vmdk`, in one file.
  static let vmdkDelta = vmdk(
    """
    # Disk DescriptorFile
    version=1
    encoding="UTF-8"
    CID=0000beef
    parentCID=7a1a2fee
    createType="monolithicSparse"
    parentFileNameHint="base.vmdk"
    # Extent description
    RW 2048 SPARSE "renamed-since.vmdk"

    """)

  /// A stream-optimised image, whose directory is in its footer.
  static var vmdkStream: HeaderDraft {
    var image = vmdk("# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n")
    image.put(little: 3 as UInt32, at: 4)
    image.put(little: 0x3_0001 as UInt32, at: 8)
    image.put(little: UInt64.max, at: 56)
    image.put(little: 1 as UInt16, at: 77)
    var footer = image
    footer.cut(to: 512)
    footer.put(little: 26 as UInt64, at: 56)
    image.put(little: 1 as UInt64, at: 65_536)
    image.put(little: 3 as UInt32, at: 65_548)
    image.put(footer.bytes, at: 66_048)
    image.put([UInt8](repeating: 0, count: 512), at: 66_560)
    return image
  }

  /// The extent of an ESX delta.
  static var cowd: HeaderDraft {
    var image = HeaderDraft(count: 4096)
    image.put("COWD", at: 0)
    image.put(little: 1 as UInt32, at: 4)
    image.put(little: 3 as UInt32, at: 8)
    image.put(little: 8192 as UInt32, at: 12)
    image.put(little: 1 as UInt32, at: 16)
    image.put(little: 4 as UInt32, at: 20)
    image.put(little: 2 as UInt32, at: 24)
    return image
  }

  /// The extent of a delta on VMFS 6.
  static var seSparse: HeaderDraft {
    var image = HeaderDraft(count: 8192)
    image.put(little: 0xcafe_babe as UInt64, at: 0)
    image.put(little: 0x2_0000_0001 as UInt64, at: 8)
    image.put(little: 65_536 as UInt64, at: 16)
    image.put(little: 8 as UInt64, at: 24)
    image.put(little: 64 as UInt64, at: 32)
    image.put(little: 8 as UInt64, at: 80)
    image.put(little: 1 as UInt64, at: 88)
    image.put(little: 9 as UInt64, at: 128)
    image.put(little: 1 as UInt64, at: 136)
    image.put(little: 10 as UInt64, at: 144)
    image.put(little: 0xcafe_cafe as UInt64, at: 4096)
    return image
  }

  /// What the reader says of the bytes.
  func facts() throws -> ImageFacts { try ImageFacts.reading(bytes) }
}

/// A descriptor in a file of its own.
enum VMDKText {
  /// What every descriptor has; extents follow.
  static func descriptor(_ createType: String, _ lines: String...) -> [UInt8] {
    let head =
      "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"
      + "createType=\"\(createType)\"\n\n# Extent description\n"
    return Array((head + lines.map { $0 + "\n" }.joined() + "\n#DDB\nddb.uuid = \"60 00\"\n").utf8)
  }
}
