/// The images of a disk as its XML spells them out, top first.
public struct DiskChain: Hashable, Sendable {
  /// Top first; empty for a drive without a medium.
  public var layers: [DiskLayer]
  /// Whether an empty `<backingStore/>` says that nothing lies under the last layer.
  ///
  /// Where it does not, libvirt goes on by what the last image's own header records.
  public var isTerminated: Bool

  /// A chain, top first.
  public init(layers: [DiskLayer], isTerminated: Bool) {
    self.layers = layers
    self.isTerminated = isTerminated
  }
}
