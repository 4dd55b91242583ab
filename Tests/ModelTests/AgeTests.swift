import Model
import Testing

@Suite struct AgeTests {
  @Test func `lengths of time have a unit`() {
    #expect(Age("36h")?.milliseconds == 129_600_000)
    #expect(Age("7") == nil)
    #expect(Age("-1d") == nil)
    #expect(Age("999999999999999999w") == nil)
  }
}
