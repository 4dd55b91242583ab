import Host
import Testing

@Suite struct HostFaultTests {
  @Test func `a fault gives the system's reason in lower case`() {
    #expect(HostFault(operation: "open", path: [], code: 13).reason == "permission denied")
    #expect(HostFault(operation: "open", path: [], code: 99999).reason == "error 99999")
  }
}
