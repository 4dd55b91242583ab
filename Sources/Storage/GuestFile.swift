internal import DiskImage
internal import Host

/// A file of an image, with the stretch of data that was looked for last.
final class GuestFile: ByteSource {
  let file: OpenFile
  /// How many bytes were read of it.
  private(set) var bytesRead: UInt64 = 0
  private var looked: UInt64 = 0
  private var data: Range<UInt64> = 0..<0

  init(_ file: consuming OpenFile) { self.file = file }

  var byteCount: UInt64 { file.byteCount }

  func bytes(at offset: UInt64, count: Int) throws(ReadFault) -> [UInt8] {
    bytesRead &+= UInt64(max(0, count))
    return try file.bytes(at: offset, count: count)
  }

  func isQuiet() throws(GuestFault) -> Bool {
    do throws(HostFault) {
      let (before, after) = (file.openedStatus, try file.status())
      return before.modified == after.modified && before.changed == after.changed
        && before.size == after.size
    } catch {
      throw .unreadable(error)
    }
  }

  /// Bytes from `offset` on that are a hole, or lie beyond the end.
  func hole(at offset: UInt64) -> UInt64 {
    if offset >= file.byteCount { return .max - offset }
    if !(looked..<max(looked, data.upperBound)).contains(offset) {
      do throws(HostFault) {
        data = try file.firstDataRange(after: offset) ?? file.byteCount..<file.byteCount
      } catch {
        // Where the file system does not say, all of it is data.
        data = offset..<file.byteCount
      }
      looked = offset
    }
    return data.lowerBound > offset ? data.lowerBound - offset : 0
  }

  /// Bytes from `offset`, which is not in a hole, to the end of the data there; at least one.
  func dataLength(from offset: UInt64) -> UInt64 {
    data.upperBound > offset ? data.upperBound - offset : 1
  }

  /// Puts bytes in their place; those of holes, and beyond the end, are there as zeros already.
  func fill(
    _ bytes: inout [UInt8], at place: Int, from offset: UInt64, count: Int
  ) throws(GuestFault) {
    if hole(at: offset) >= UInt64(count) { return }
    let found: [UInt8]
    do throws(ReadFault) {
      found = try self.bytes(at: offset, count: count)
    } catch {
      throw GuestFault(.unreadable(error), self)
    }
    bytes.replaceSubrange(place..<place + found.count, with: found)
  }
}

/// Why a disk could not be measured.
enum GuestFault: Error {
  /// The host could not read a file.
  case unreadable(HostFault)
  /// The image says something that cannot be, or in a way that is not read.
  case unmapped
  /// It was asked to stop.
  case stopped
}

extension GuestFault {
  /// What a header, or a table, could not be read for.
  init(_ fault: HeaderFault, _ file: GuestFile) {
    if case .unreadable(let fault) = fault {
      self = .unreadable(HostFault(operation: "read", path: file.file.path, code: fault.code))
    } else {
      self = .unmapped
    }
  }
}
