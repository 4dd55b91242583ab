import Model
import Testing

@Suite struct UUIDTextTests {
  private static let uuid = "0f1e2d3c-0a0b-4c0d-8e0f-000000000001"

  @Test(arguments: [
    uuid, uuid.uppercased(), "0f1e2d3c0a0b4c0d8e0f000000000001", " \n" + uuid + " ",
    "{" + uuid + "}",
    "urn:uuid:" + uuid, "0f 1e 2d 3c 0a 0b 4c 0d-8e 0f 00 00 00 00 00 01",
  ])
  func `however it is spelled, it is one`(text: String) {
    #expect(UUIDText.parse(text) == Self.uuid)
  }

  @Test(arguments: [
    "", "vm", String(uuid.dropLast()), uuid + "0", "zf1e2d3c-0a0b-4c0d-8e0f-000000000001",
    String(repeating: "\u{ff11}", count: 10) + "11",
  ])
  func `what has not 32 digits is none`(text: String) {
    #expect(UUIDText.parse(text) == nil)
  }
}
