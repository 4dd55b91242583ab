import Host
import Testing

/// A folder of files that only their owner may look at.
@Suite struct PrivateFolderTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `it is made with the first file, and nobody else may look into it`() throws {
    let tree = try TemporaryTree()
    let folder = PrivateFolder(tree.path("own"))
    #expect(try folder.names().isEmpty)
    try folder.write(bytes("one"), to: bytes("a"))
    try folder.write(bytes("two"), to: bytes("a"))
    #expect(try folder.names() == [bytes("a")])
    #expect(try folder.contents(of: bytes("a")) == bytes("two"))
    #expect(try tree.shell("stat -c %a own own/a") == "700\n600\n")
  }

  @Test func `a file that gets another name takes the place of what had it`() throws {
    let tree = try TemporaryTree()
    let folder = PrivateFolder(tree.path("own"))
    try folder.write(bytes("one"), to: bytes("a"))
    try folder.write(bytes("two"), to: bytes("b"))
    try folder.rename(bytes("b"), to: bytes("a"))
    #expect(try folder.names() == [bytes("a")])
    #expect(try folder.contents(of: bytes("a")) == bytes("two"))
    #expect(throws: HostFault.self) { try folder.rename(bytes("b"), to: bytes("a")) }
  }

  @Test func `what cannot be listed is no empty folder`() throws {
    let tree = try TemporaryTree()
    try tree.shell("ln -s own own")
    let fault = #expect(throws: HostFault.self) { try PrivateFolder(tree.path("own")).names() }
    #expect(fault?.operation == "open")
  }
}
