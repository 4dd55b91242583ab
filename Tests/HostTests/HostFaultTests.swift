import Host
import Model
import Testing

@Suite struct HostFaultTests {
  @Test func `a fault gives the system's reason in lower case`() {
    #expect(HostFault(operation: "open", path: "", code: 13).reason == "permission denied")
    #expect(HostFault(operation: "list", path: "", code: 5).reason == "input/output error")
    #expect(HostFault(operation: "open", path: "", code: 99999).reason == "error 99999")
  }

  @Test(
    arguments: [
      (2, true), (20, true), (13, false), (5, false), (24, false), (116, false), (40, false),
    ] as [(Int32, Bool)])
  func `missing is ENOENT and ENOTDIR`(code: Int32, isMissing: Bool) {
    #expect(HostFault(operation: "stat", path: "", code: code).isMissing == isMissing)
  }

  @Test(
    arguments: [
      (2, true), (20, true), (13, true), (40, true), (36, true), (22, true),
      (5, false), (24, false), (23, false), (12, false), (116, false), (110, false),
    ] as [(Int32, Bool)])
  func `a path is to blame for what it is, and not for a host that fails`(
    code: Int32, isOfThePath: Bool
  ) {
    #expect(HostFault(operation: "stat", path: "/", code: code).isOfThePath == isOfThePath)
  }

  @Test func `what is not there has no status, and what cannot be told has none either`() throws {
    #expect(try statusIfThere(ofPath: "/nothing/here", followingLink: true) == nil)
    #expect(try canonicalPathIfThere("/dev/null/below") == nil)
    let long = PathBytes("/" + String(repeating: "x", count: 256))
    #expect(throws: HostFault(operation: "stat", path: long, code: 36)) {
      try statusIfThere(ofPath: long, followingLink: true)
    }
  }

  @Test(arguments: [(13, true), (1, true), (2, false)] as [(Int32, Bool)])
  func `permission is EACCES and EPERM`(code: Int32, isPermission: Bool) {
    #expect(HostFault(operation: "stat", path: "", code: code).isPermission == isPermission)
  }
}
