import DiskImage
import Testing

@Suite struct VHDXParentTests {
  @Test func `a child names its parent by the relative path and knows its identity`() throws {
    let facts = try VHDXBytes.child.facts()
    #expect(facts.fault == nil)
    #expect(
      facts.references == [
        StoredReference(role: .backing, stored: Array(#"..\bäse\parent.vhdx"#.utf8))
      ])
    #expect(
      facts.identifiers == [
        ImageIdentifier(.own, "23222120-2524-2726-2829-2a2b2c2d2e2f"),
        ImageIdentifier(.parent, "03020100-0504-0706-0809-0a0b0c0d0e0f"),
      ])
  }

  @Test func `a child may know its parent by two identities`() throws {
    let second = ("parent_linkage2", "{13121110-1514-1716-1819-1a1b1c1d1e1f}")
    let facts = try VHDXBytes.child(of: [
      second, ("parent_linkage", "{03020100-0504-0706-0809-0a0b0c0d0e0f}"), ("relative_path", "p"),
    ]).facts()
    #expect(facts.fault == nil)
    #expect(
      facts.identifiers.dropFirst() == [
        ImageIdentifier(.parent, "03020100-0504-0706-0809-0a0b0c0d0e0f"),
        ImageIdentifier(.parent, "13121110-1514-1716-1819-1a1b1c1d1e1f"),
      ])
  }

  /// Hyper-V writes the second so where there is none.
  @Test func `an identity of zeros is none`() throws {
    let facts = try VHDXBytes.child(of: [
      ("parent_linkage", "{03020100-0504-0706-0809-0a0b0c0d0e0f}"), ("relative_path", "p"),
      ("parent_linkage2", "{00000000-0000-0000-0000-000000000000}"),
    ]).facts()
    #expect(facts.fault == nil)
    #expect(
      facts.identifiers.dropFirst() == [
        ImageIdentifier(.parent, "03020100-0504-0706-0809-0a0b0c0d0e0f")
      ])
  }

  @Test func `the volume's path goes before the absolute one`() throws {
    let paths = [("absolute_win32_path", #"C:\a.vhdx"#), ("volume_path", #"\\?\Volume{1}\a.vhdx"#)]
    #expect(try VHDXBytes.child(of: paths).facts().storedPaths == [#"\\?\Volume{1}\a.vhdx"#])
    #expect(
      try VHDXBytes.child(of: [paths[0]]).facts().storedPaths == [#"C:\a.vhdx"#])
  }

  @Test func `other keys mean nothing, and neither does an empty path`() throws {
    let facts = try VHDXBytes.child(of: [
      ("relative_path", ""), ("relative_paths", "b"), ("Relative_path", "c"),
    ]).facts()
    #expect(facts.references.isEmpty && facts.fault == nil)
    #expect(facts.identifiers.count == 1)
  }

  @Test func `as many keys as fit cost no more than one pass over them`() throws {
    let pairs = [(String, String)](repeating: ("absent", "x"), count: 20_000)
    let facts = try VHDXBytes.child(of: pairs + [("relative_path", "p.vhdx")]).facts()
    #expect(facts.storedPaths == ["p.vhdx"])
  }

  @Test func `an image without the flag has no parent, whatever its locator says`() throws {
    let image = VHDXBytes.child.changed {
      $0.put(little: 0 as UInt32, at: VHDXBytes.Place.items + 4)
    }
    let facts = try image.facts()
    #expect(facts.references.isEmpty && facts.fault == nil)
    #expect(facts.identifiers.count == 1)
  }
}
