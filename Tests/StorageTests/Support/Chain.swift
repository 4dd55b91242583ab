import Host
import Model
import Sighting

/// Images of a tree as a scan would have them read.
struct Chain {
  let tree: TemporaryTree
  let filesystem: String

  init(_ tree: TemporaryTree) throws {
    self.tree = tree
    let mounts = try MountTable.current()
    filesystem = try FileSystemIdentity(mounts: mounts).identity(ofDirectory: tree.root)
  }

  /// The file of a name as it is known.
  func file(_ name: String) throws -> BaseFile {
    let path = tree.path(name)
    return BaseFile(
      path: path, inode: try status(ofPath: path, followingLink: false).inode,
      filesystem: filesystem)
  }

  /// A file of another number than the one that stands there.
  func stranger(_ name: String) throws -> BaseFile {
    let known = try file(name)
    return BaseFile(path: known.path, inode: known.inode + 1, filesystem: known.filesystem)
  }

  /// An image with what is below it, its top first; numbered from `number` on.
  func base(
    _ layers: [(name: String, format: String)], number: Int64 = 1, isWhole: Bool = true,
    _ purpose: BaseToRead.Purpose = .content
  ) throws -> BaseToRead {
    let layers = try layers.enumerated().map { index, layer in
      BaseLayer(
        image: number + Int64(index), format: layer.format, file: try file(layer.name), parts: [],
        start: 0)
    }
    return BaseToRead(image: number, layers: layers, isWhole: isWhole, purpose: purpose)
  }
}
