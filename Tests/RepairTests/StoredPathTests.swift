import Foundation
import Host
import Model
import Testing

@testable import Repair

/// The string by which an image is to name its base.
@Suite struct StoredPathTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String { "\(target) from \(image), \(spelling)" }
    let target: PathBytes
    let image: PathBytes
    var otherNames: [PathBytes] = []
    var old = "b"
    var spelling = Spelling.asBefore
    let name: String?
  }

  @Test(arguments: [
    Row(target: "/p/b", image: "/p/o", name: "b"),
    Row(target: "/p/d/b", image: "/p/o", name: "d/b"),
    Row(target: "/p/b", image: "/p/d/o", name: "../b"),
    Row(target: "/q/b", image: "/p/d/o", name: "../../q/b"),
    Row(target: "/b", image: "/o", name: "b"),
    Row(target: "/p/b", image: "/p/o", old: "/p/a", name: "/p/b"),
    Row(target: "/p/b", image: "/p/o", old: "nbd:host:1", name: "/p/b"),
    Row(target: "/p/b", image: "/p/o", old: "json:{}", name: "/p/b"),
    Row(target: "/p/b", image: "/p/o", old: "./a:b", name: "b"),
    Row(target: "/p/b", image: "/p/o", old: "/p/a", spelling: .relative, name: "b"),
    Row(target: "/p/b", image: "/p/o", spelling: .absolute, name: "/p/b"),
    // A colon before the first slash is a protocol to QEMU.
    Row(target: "/p/a:b", image: "/p/o", name: "./a:b"),
    Row(target: "/p/a:d/b", image: "/p/o", name: "./a:d/b"),
    Row(target: "/p/d/a:b", image: "/p/o", name: "d/a:b"),
    // From a file of several directories only an absolute name leads to one place.
    Row(target: "/p/b", image: "/p/o", otherNames: ["/p/o", "/p/second"], name: "b"),
    Row(target: "/p/b", image: "/p/o", otherNames: ["/p/o", "/q/o"], name: "/p/b"),
    // The kernel looks up `..` where the directory really is.
    Row(target: "/link/b", image: "/p/o", name: "../real/deep/b"),
    Row(target: "/p/b", image: "/link/o", name: "../../p/b"),
    Row(
      target: PathBytes("/p/" + String(repeating: "x", count: 1020)), image: "/p/o",
      name: String(repeating: "x", count: 1020)),
    Row(
      target: PathBytes("/p/" + String(repeating: "x", count: 1021)), image: "/p/o",
      name: String(repeating: "x", count: 1021)),
    Row(target: PathBytes("/p/" + String(repeating: "x", count: 1024)), image: "/p/o", name: nil),
    Row(
      target: PathBytes("/p/" + String(repeating: "x", count: 1021)), image: "/p/o",
      spelling: .absolute, name: nil),
  ])
  func `it is spelt as before where it can be`(_ row: Row) throws {
    let name = try StoredPath.naming(
      row.target, from: row.image, otherNames: row.otherNames, old: Array(row.old.utf8),
      row.spelling
    ) { $0 == "/link" ? "/real/deep" : $0 }
    #expect(name?.displayText == row.name)
  }

  @Test func `a way that cannot be looked up is an error and no name`() {
    #expect(throws: HostFault.self) {
      try StoredPath.naming(
        "/p/b", from: "/p/o", otherNames: [], old: Array("b".utf8), .asBefore
      ) { path throws(HostFault) in throw Scene.fault(EIO, path) }
    }
  }
}
