import DiskImage
import Foundation
import Testing

/// What our maps lead to, against the disk that `qemu-img` converted.
@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing)) struct GuestMapAgreementTests {
  /// 5 MiB, with data at the beginning, across blocks, and at the end.
  private static let disk: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 5 << 20)
    for (range, value) in [
      (0..<70_000, 1), (1 << 20..<1 << 20 + 512, 2), (2_097_151..<2_200_000, 3),
      ((5 << 20) - 700..<5 << 20, 4),
    ] as [(Range<Int>, UInt8)] {
      for index in range { bytes[index] = value &+ UInt8(truncatingIfNeeded: index / 512) | 1 }
    }
    return bytes
  }()

  static let makes: [(ImageFormat, String)] = [
    (.raw, ""), (.qcow2, ""), (.qcow2, "cluster_size=512"), (.qcow2, "cluster_size=2M"),
    (.qcow2, "compat=0.10"), (.qcow2, "extended_l2=on"), (.qcow2, "preallocation=full"),
    (.qed, ""), (.qed, "table_size=2,cluster_size=4096"), (.vdi, ""), (.vdi, "static=on"),
    (.vpc, "force_size=on"), (.vhdx, "block_size=1M"), (.vhdx, "subformat=fixed"), (.vmdk, ""),
    (.vmdk, "zeroed_grain=on"), (.vmdk, "subformat=monolithicFlat"),
    (.vmdk, "subformat=twoGbMaxExtentSparse"), (.vmdk, "subformat=twoGbMaxExtentFlat"),
  ]

  @Test(arguments: makes)
  func `a map leads to what the guest sees`(format: ImageFormat, options: String) throws {
    let folder = try ImageFolder()
    try folder.write(Self.disk, to: "disk.raw")
    let given = options.isEmpty ? [] : ["-o", options]
    try QemuImg.run(
      ["convert", "-f", "raw", "-O", format.rawValue] + given + ["disk.raw", "image"],
      in: folder.url)
    #expect(try Self.guestBytes(of: "image", format, in: folder) == Self.disk)
  }

  @Test(arguments: ["", "data_file_raw=on,"])
  func `an external data file is file 1`(raw: String) throws {
    let folder = try ImageFolder()
    try folder.write(Self.disk, to: "disk.raw")
    try folder.qemuImg(
      "convert", "-f", "raw", "-O", "qcow2", "-o", "\(raw)data_file=data", "disk.raw", "image")
    #expect(try Self.guestBytes(of: "image", .qcow2, in: folder) == Self.disk)
  }

  @Test func `what lies in a base, zeros, and data are told apart`() throws {
    let folder = try ImageFolder()
    try folder.qemuImg("create", "-q", "-f", "qcow2", "base", "1M")
    try folder.qemuImg("create", "-q", "-f", "qcow2", "-b", "base", "-F", "qcow2", "top")
    let none = try Self.places(of: "top", .qcow2, in: folder)
    #expect(none == [GuestStretch(0..<1 << 20, .below)])
    try folder.qemuImg(
      "bench", "-w", "-f", "qcow2", "-c", "1", "-s", "65536", "-o", "131072", "top")
    let some = try Self.places(of: "top", .qcow2, in: folder)
    #expect(some.map(\.range) == [0..<131_072, 131_072..<196_608, 196_608..<1 << 20])
    #expect(some.first?.place == .below)
    #expect(some.last?.place == .below)
    guard case .stored(file: 0, offset: _) = some[1].place else {
      Issue.record("\(some[1].place)")
      return
    }
  }

  @Test(arguments: [(ImageFormat.qcow2, ""), (.vmdk, "subformat=streamOptimized")])
  func `compressed clusters lie within the image`(format: ImageFormat, options: String) throws {
    let folder = try ImageFolder()
    try folder.write(Self.disk, to: "disk.raw")
    let given = options.isEmpty ? ["-c"] : ["-o", options]
    try QemuImg.run(
      ["convert", "-f", "raw", "-O", format.rawValue] + given + ["disk.raw", "image"],
      in: folder.url)
    let length = UInt64(try folder.bytes(of: "image").count)
    let places = try Self.places(of: "image", format, in: folder)
    let deflated = places.filter {
      if case .deflated(file: 0, let offset, _, let cluster) = $0.place {
        return offset < length && cluster.contains($0.range.lowerBound)
      }
      return false
    }
    #expect(deflated.first?.range == 0..<65_536)
    #expect(deflated.count == 7)
  }

  private static func places(
    of name: String, _ format: ImageFormat, in folder: borrowing ImageFolder
  ) throws -> [GuestStretch] {
    let image = try OpenImage(folder.url.appending(path: name))
    var map = try #require(try GuestMap(of: format, image))
    var places: [GuestStretch] = []
    var offset: UInt64 = 0
    while offset < map.size {
      let stretch = try map.stretch(from: offset, image)
      places.append(stretch)
      offset = stretch.range.upperBound
    }
    return places
  }

  private static func guestBytes(
    of name: String, _ format: ImageFormat, in folder: borrowing ImageFolder
  ) throws -> [UInt8] {
    let url = folder.url
    let parts = try folder.facts(of: name).references.map { part in
      try OpenImage(url.appending(path: String(decoding: part.stored, as: UTF8.self)))
    }
    let files = try [OpenImage(url.appending(path: name))] + parts
    var bytes: [UInt8] = []
    for stretch in try places(of: name, format, in: folder) {
      var place = stretch.place
      var range = stretch.range
      while range.lowerBound < range.upperBound {
        if case .mapped(let file, let inside) = stretch.place {
          var part = try #require(try GuestMap(of: .vmdk, files[file]))
          let start = inside + range.lowerBound - stretch.range.lowerBound
          let found = try part.stretch(from: start, files[file])
          place =
            if case .stored(_, let offset) = found.place {
              .stored(file: file, offset: offset)
            } else {
              found.place
            }
          let end = range.lowerBound + found.range.upperBound - found.range.lowerBound
          bytes += try self.bytes(range.lowerBound..<min(end, range.upperBound), place, files)
          range = min(end, range.upperBound)..<range.upperBound
        } else {
          bytes += try self.bytes(range, place, files)
          range = range.upperBound..<range.upperBound
        }
      }
    }
    return bytes
  }

  private static func bytes(
    _ range: Range<UInt64>, _ place: GuestStretch.Place, _ files: [OpenImage]
  ) throws -> [UInt8] {
    guard case .stored(let file, let offset) = place else {
      return [UInt8](repeating: 0, count: range.count)
    }
    let found = try files[file].bytes(at: offset, count: range.count)
    return found + [UInt8](repeating: 0, count: range.count - found.count)
  }
}
