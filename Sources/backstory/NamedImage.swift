import Foundation
import Host
import Model
import Query

extension EscapedOption {
  /// The image that a user names: a path, `#` and a number, or a file name that only one image has, where nothing
  /// stands at the path that it is. Which image was taken for a name is said on stderr.
  func selector(_ text: String, in view: InventoryView) throws -> ImageSelector {
    let selector = try selector(text)
    guard case .path(let path) = selector, try !view.knows(selector) else { return selector }
    if let same = try self.path(ofFileAt: path, in: view) { return .path(same) }
    let name = try UserPath.bytes(of: text, escaped: escaped).bytes
    guard !name.contains(UInt8(ascii: "/")) else { return selector }
    guard try statusIfThere(ofPath: path, followingLink: false) == nil else { return selector }
    let found = try view.paths(named: name, atMost: Self.shownNames + 1)
    guard let first = found.first else {
      try suggest(insteadOf: text, name, in: view)
      return selector
    }
    guard found.count == 1 else {
      let shown = found.prefix(Self.shownNames).map { "'\($0.displayText)'" }.joined(
        separator: ", ")
      throw CommandFailure(
        "several images have the name '\(PathBytes(name).displayText)': \(shown)"
          + (found.count > Self.shownNames ? ", and more" : "") + "; give the path")
    }
    Console.log(
      .notice, "backstory: '\(PathBytes(name).displayText)' is '\(first.displayText)'")
    return .path(first)
  }

  /// The image at a path, or whose file stands there under another name: that is no guess, and so good where the image
  /// is removed for the answer.
  func exactSelector(_ text: String, in view: InventoryView) throws -> ImageSelector {
    let selector = try selector(text)
    guard case .path(let path) = selector, try !view.knows(selector),
      let same = try self.path(ofFileAt: path, in: view)
    else { return selector }
    return .path(same)
  }

  /// Where the inventory has the file that stands at a path: by a bind mount, a symbolic link or a hard link it may be
  /// one of a pool.
  private func path(ofFileAt path: PathBytes, in view: InventoryView) throws -> PathBytes? {
    guard let (filesystem, here) = file(at: path) else { return nil }
    return try view.paths(ofFile: here.inode, on: filesystem).first { place in
      do throws(HostFault) {
        let there = try status(ofPath: place, followingLink: true)
        return there.device == here.device && there.inode == here.inode
      } catch { return false }
    }
  }

  /// The regular file at a path, with the identity of its file system; `nil` where there is none, or nobody may tell.
  private func file(at path: PathBytes) -> (filesystem: String, status: FileStatus)? {
    do throws(HostFault) {
      guard let status = try statusIfThere(ofPath: path, followingLink: true),
        status.kind == .regular
      else { return nil }
      let filesystems = FileSystemIdentity(mounts: try MountTable.current())
      return (try filesystems.identity(of: OpenFile(opening: path)), status)
    } catch { return nil }
  }

  /// Names that are listed where several images have one.
  private static let shownNames = 5

  /// Ends with what the user may have meant, where there is something.
  private func suggest(insteadOf text: String, _ name: [UInt8], in view: InventoryView) throws {
    if let number = Int64(text), number > 0, try view.knows(.number(number)) {
      throw CommandFailure("there is no image '\(text)'; did you mean '#\(number)'?")
    }
    guard let like = try view.name(like: name) else { return }
    throw CommandFailure(
      "there is no image '\(PathBytes(name).displayText)'; did you mean '\(like.displayText)'?")
  }
}
