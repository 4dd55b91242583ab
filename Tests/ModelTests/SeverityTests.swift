import Model
import Testing

@Suite struct SeverityTests {
  @Test func `worse is greater`() {
    #expect(Severity.allCases.sorted() == [.info, .warning, .error])
  }
}
