import Host
import Testing

@Suite struct LockTableTests {
  private let table = LockTable(
    parsing: Array(
      """
      1: POSIX  ADVISORY  WRITE 8605 fe:00:1040405 0 0
      2: OFDLCK ADVISORY  READ -1 fe:00:16220436 100 100
      3: OFDLCK ADVISORY  READ -1 00:1f:301 203 203
      4: POSIX  ADVISORY  WRITE 77 103:05:302 0 EOF
      4: -> POSIX  ADVISORY  WRITE 78 103:05:303 0 EOF
      5: FLOCK  ADVISORY  WRITE 79 fe:00:304 0 EOF
      6: LEASE  ACTIVE    READ 79 fe:00:305 0 EOF
      7: OFDLCK ADVISORY  READ -1 fe:00:306 99 99
      8: OFDLCK ADVISORY  READ -1 fe:00:307 164 199
      9: OFDLCK ADVISORY  READ -1 <none>:0 100 100
      10: OFDLCK ADVISORY  READ -1 fe:00:99999999999999999999 100 100
      nonsense

      11: OFDLCK MSNFS  READ -1 fe:00:308 99 100
      12: OFDLCK ADVISORY  READ -1 fe:00:309 100
      """.utf8))

  @Test func `locks on QEMU's bytes are kept, by device and inode, and nothing else`() {
    #expect(
      table.places == [
        .init(device: 0xfe << 32, inode: 16_220_436),
        .init(device: 0x1f, inode: 301),
        .init(device: 0x103 << 32 | 5, inode: 302),
        .init(device: 0xfe << 32, inode: 308),
      ])
  }

  @Test func `the table of this system can be read`() throws {
    _ = try LockTable.current()
  }
}
