extension HeaderDraft {
  /// A dynamic VDI of 2 MiB, the way VirtualBox writes it, with UUIDs of its own.
  static var vdi: HeaderDraft {
    var image = HeaderDraft(count: 2048)
    image.put("<<< Oracle VM VirtualBox Disk Image >>>\n", at: 0)
    image.put(little: 0xbeda_107f as UInt32, at: 64)
    image.put(little: 0x0001_0001 as UInt32, at: 68)
    image.put(little: 400 as UInt32, at: 72)
    image.put(little: 1 as UInt32, at: 76)
    image.put(little: 512 as UInt32, at: 340)
    image.put(little: 1024 as UInt32, at: 344)
    image.put(little: 512 as UInt32, at: 360)
    image.put(little: 2_097_152 as UInt64, at: 368)
    image.put(little: 1_048_576 as UInt32, at: 376)
    image.put(little: 2 as UInt32, at: 384)
    image.put((0x00...0x0f).map { $0 }, at: 392)
    image.put((0x10...0x1f).map { $0 }, at: 408)
    return image
  }

  /// A differencing VDI on top of that image.
  static var vdiChild: HeaderDraft {
    var image = vdi
    image.put(little: 4 as UInt32, at: 76)
    image.put((0x20...0x2f).map { $0 }, at: 392)
    image.put((0x00...0x0f).map { $0 }, at: 424)
    image.put((0x10...0x1f).map { $0 }, at: 440)
    return image
  }
}
