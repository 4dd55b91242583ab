public import DiskImage

/// One image of a disk's chain as libvirt's XML states it.
public struct DiskLayer: Hashable, Sendable {
  /// Where the image is.
  public var target: ReferenceTarget
  /// The format that the XML declares, by QEMU's name for it; `nil` where it declares none and libvirt
  /// would probe.
  public var format: String?
  /// The part of the source that holds the image; `nil` for all of it.
  public var slice: StorageSlice?
  /// The external data file of a qcow2 image, where the XML spells it out.
  public var dataStore: DataStore?
  /// What else the XML says of an image under the top, each as an element: of `<source>` and `<format>` what
  /// they say more, and the rest of the `<backingStore>` as it stands.
  public var others: [String]

  /// A layer, of which only the place must be known.
  public init(
    target: ReferenceTarget, format: String? = nil, slice: StorageSlice? = nil,
    dataStore: DataStore? = nil, others: [String] = []
  ) {
    self.target = target
    self.format = format
    self.slice = slice
    self.dataStore = dataStore
    self.others = others
  }
}

/// libvirt's `<dataStore>`: where the guest's data of a qcow2 image is, and in which format.
public struct DataStore: Hashable, Sendable {
  /// Where the data file is.
  public var target: ReferenceTarget
  /// `raw`; libvirt knows no other.
  public var format: String?
  /// The part of the source that holds the data; `nil` for all of it.
  public var slice: StorageSlice?

  /// A data file.
  public init(target: ReferenceTarget, format: String? = "raw", slice: StorageSlice? = nil) {
    self.target = target
    self.format = format
    self.slice = slice
  }
}
