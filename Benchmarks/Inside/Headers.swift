import DiskImage

/// What it costs to know an image by its bytes, once its head is in memory.
func measureHeaders() {
  for seed in Seed.images() { measureHeader(seed.name, seed.image) }
  measureHeader("raw, nothing recognised") {
    (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 7) }
  }
  measureHeader("raw, all zeros") { [UInt8](repeating: 0, count: 65536) }
}

private func measureHeader(_ name: String, _ image: @escaping () throws -> [UInt8]) {
  measureThousands("header: " + name) {
    let image = try image()
    let head = try image.bytes(at: 0, count: ImageFacts.headLength)
    let fault = ImageFacts.reading(image, head: head).fault
    try Unexpected.unless(fault == nil, "\(name): \(fault?.reason ?? "")")
    return (image, head)
  } call: { image, head in
    ImageFacts.reading(image, head: head)
  }
}
