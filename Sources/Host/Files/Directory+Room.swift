internal import CLinux
public import Model

extension Directory {
  /// How much room the file system of the directory has.
  /// - Throws: `ask the room of`; also where it has so much that no number holds it.
  public func room() throws(HostFault) -> FileSystemRoom {
    var room = FileSystemRoom(capacity: 0, available: 0)
    let result = unsafe bs_file_system_room(descriptor.number, &room.capacity, &room.available)
    if result < 0 { throw HostFault(operation: "ask the room of", path: path, code: -result) }
    return room
  }
}
