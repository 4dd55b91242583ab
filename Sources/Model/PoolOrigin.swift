/// Who named a pool.
public enum PoolOrigin: String, Sendable {
  /// The command line.
  case argument
  /// The configuration.
  case configuration
  /// libvirt, whose pool it is.
  case libvirt
}
