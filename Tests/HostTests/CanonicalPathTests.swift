import Foundation
import Host
import Model
import Testing

@Suite struct CanonicalPathTests {
  private func tree() throws -> TemporaryTree {
    let tree = try TemporaryTree()
    try tree.shell(
      """
      mkdir -p a/b; touch a/b/file; ln -s a/b short; ln -s "$PWD/a" a/b/up; ln -s ../../short a/b/around
      ln -s loop loop; ln -s gone dangling; ln -s a/b/file/ wrong
      """)
    return tree
  }

  @Test(arguments: [
    ("a/b/file", "a/b/file"), ("./a//b/./file", "a/b/file"), ("short/file", "a/b/file"),
    ("short/..", "a"), ("a/b/up/b/file", "a/b/file"), ("short/around/up", "a"), ("a/b/", "a/b"),
    ("a/../short/up/", "a"),
  ])
  func `links, dots and doubled slashes are gone`(path: String, canonical: String) throws {
    let tree = try tree()
    #expect(try canonicalPath(tree.path(path)) == tree.path(canonical))
  }

  @Test(arguments: [
    ("missing", ENOENT), ("a/missing/..", ENOENT), ("dangling", ENOENT), ("loop", ELOOP),
    ("a/b/file/", ENOTDIR), ("a/b/file/..", ENOTDIR), ("wrong", ENOTDIR),
  ])
  func `what is not there has no canonical path`(path: String, code: Int32) throws {
    let tree = try tree()
    #expect(throws: HostFault(operation: "resolve", path: tree.path(path), code: code)) {
      try canonicalPath(tree.path(path))
    }
  }

  @Test func `the root is the root, and above it is the root`() throws {
    #expect(try canonicalPath("/") == "/")
    #expect(try canonicalPath("//../..") == "/")
    #expect(try canonicalPath("/../dev/../proc") == "/proc")
  }

  @Test func `a relative path starts at the working directory`() throws {
    #expect(try canonicalPath(".") == canonicalPath(workingDirectory()))
  }

  @Test func `an empty path, and one with a NUL in it, name nothing`() {
    #expect(throws: HostFault(operation: "resolve", path: "", code: ENOENT)) {
      try canonicalPath("")
    }
    #expect(throws: HostFault(operation: "resolve", path: "/\0", code: EINVAL)) {
      try canonicalPath("/\0")
    }
  }

  @Test func `realpath finds the same`() throws {
    let tree = try tree()
    for path in ["a/b/up/../short/around/file", "short/up/b/up/b/around"] {
      let text = try tree.shell("realpath -z \(path)").dropLast()
      #expect(try canonicalPath(tree.path(path)) == PathBytes(String(text)))
    }
  }
}
