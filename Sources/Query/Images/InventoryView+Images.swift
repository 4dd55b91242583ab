public import Database
public import Model

extension InventoryView {
  /// All images in the order of their directories and names.
  public func images(
    format: String?, pool: String?, includingOther: Bool, each: (Image) throws -> Void
  ) throws(StoreFault) {
    try reading {
      try $0.checkPool(pool)
      let parts = try $0.staleParts()
      try $0.forEachImage(format: format, pool: pool, includingOther: includingOther) { image in
        try each(image.marked(by: parts))
      }
    }
  }

  /// One image with its references, dependents and findings.
  public func image(_ selector: ImageSelector) throws(StoreFault) -> Image {
    try reading { transaction in
      let id = try transaction.number(of: selector)
      guard var image = try transaction.image(id) else {
        throw StoreFault.unknownImage(selector.text, scan: point.scan)
      }
      (image.linkCount, image.ownership) = try transaction.ownership(of: id)
      image.contentSample = try transaction.contentSample(of: id)
      image.references = try transaction.references(of: id, in: image.filename.directory)
      image.dependents = try transaction.dependents(of: DependentBases(images: [id]), depthLimit: 1)
      let own = try transaction.findings(ofImage: id)
      // One that spoils itself is told once.
      let others = try transaction.findings(spoiling: id).filter { $0.imageID != id }
      image.findings = own + others
      return image.marked(by: try transaction.staleParts())
    }
  }
}
