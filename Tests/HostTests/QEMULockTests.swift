import Foundation
import Host
import Testing

@Suite struct QEMULockTests {
  /// A child process that holds a read lock of the open-file-description kind until it is let go.
  private func holdLock(
    on name: String, start: Int, count: Int, in tree: TemporaryTree
  ) throws -> Process {
    let (process, output) = try Child.start(
      """
      exec perl -e 'open(F, "+<", "\(name)"); $| = 1;
        my $lock = pack("s s x4 q q i x4", 0, 0, \(start), \(count), 0); fcntl(F, 37, $lock) or die;
        print "held\n"; sleep 60'
      """, in: tree.rootText)
    #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
    return process
  }

  private func letGo(_ process: Process) {
    kill(process.processIdentifier, SIGKILL)  // a test's thread may have SIGTERM blocked
    process.waitUntilExit()
  }

  @Test(arguments: [100, 103, 200, 203])
  func `a lock on one of QEMU's bytes is seen, in the file and in the table`(byte: Int) throws {
    let tree = try TemporaryTree()
    try tree.shell("touch image")
    let holder = try holdLock(on: "image", start: byte, count: 1, in: tree)
    let file = try OpenFile(opening: tree.path("image"))
    #expect(try file.isLockedByQEMU())
    #expect(try LockTable.current().mayBeLocked(file.openedStatus))
    letGo(holder)
    #expect(try !file.isLockedByQEMU())
    #expect(try !LockTable.current().mayBeLocked(file.openedStatus))
  }

  @Test(arguments: [(0, 100), (164, 36), (264, 0)])
  func `a lock on other bytes is nothing`(start: Int, count: Int) throws {
    let tree = try TemporaryTree()
    try tree.shell("touch image")
    let holder = try holdLock(on: "image", start: start, count: count, in: tree)
    let file = try OpenFile(opening: tree.path("image"))
    #expect(try !file.isLockedByQEMU())
    #expect(try !LockTable.current().mayBeLocked(file.openedStatus))
    letGo(holder)
  }

  @Test func `a question does not disturb who takes the lock afterwards`() throws {
    let tree = try TemporaryTree()
    try tree.shell("touch image")
    let file = try OpenFile(opening: tree.path("image"))
    #expect(try !file.isLockedByQEMU())
    let holder = try holdLock(on: "image", start: 100, count: 1, in: tree)
    #expect(try file.isLockedByQEMU())
    letGo(holder)
  }

  @Test(.enabled(if: Child.has("qemu-io"), "qemu-io is not installed"), .timeLimit(.minutes(1)))
  func `an image that QEMU has open is locked, and free when QEMU has gone`() throws {
    let tree = try TemporaryTree()
    try tree.shell("qemu-img create -q -f qcow2 image 1M")
    let (holder, _) = try Child.start("exec qemu-io -c 'sleep 60000' image", in: tree.rootText)
    let file = try OpenFile(opening: tree.path("image"))
    while try !file.isLockedByQEMU() { usleep(10000) }
    #expect(try LockTable.current().mayBeLocked(file.openedStatus))
    #expect(try tree.shell("qemu-img info image 2>&1 || true").contains("lock"))
    letGo(holder)
    #expect(try !file.isLockedByQEMU())
  }
}
