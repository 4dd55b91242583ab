import Host
import Model
import Testing

@Suite struct HostFaultTests {
  @Test func `a fault gives the system's reason in lower case`() {
    #expect(HostFault(operation: "open", path: "", code: 13).reason == "permission denied")
    #expect(HostFault(operation: "list", path: "", code: 5).reason == "input/output error")
    #expect(HostFault(operation: "open", path: "", code: 99999).reason == "error 99999")
  }

  @Test(arguments: [(2, true), (20, true), (13, false)] as [(Int32, Bool)])
  func `missing is ENOENT and ENOTDIR`(code: Int32, isMissing: Bool) {
    #expect(HostFault(operation: "stat", path: "", code: code).isMissing == isMissing)
  }

  @Test(arguments: [(13, true), (1, true), (2, false)] as [(Int32, Bool)])
  func `permission is EACCES and EPERM`(code: Int32, isPermission: Bool) {
    #expect(HostFault(operation: "stat", path: "", code: code).isPermission == isPermission)
  }
}
