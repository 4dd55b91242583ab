import Foundation
import Testing

/// Bases in every format whose tables are read, and in several files: what their overlays see is the measure.
@Suite(RealPool.needsQemuImg) struct GuestFormatTests {
  static let makes: [(format: String, options: String)] = [
    ("raw", ""), ("qcow2", "cluster_size=4k"), ("qcow2", "extended_l2=on"),
    ("qcow2", "data_file=base.data"), ("qcow2", "data_file=base.data,data_file_raw=on"),
    ("qed", ""), ("vdi", ""), ("vpc", ""), ("vhdx", ""), ("vmdk", ""),
    ("vmdk", "subformat=monolithicFlat"), ("vmdk", "subformat=twoGbMaxExtentSparse"),
    ("vmdk", "subformat=twoGbMaxExtentFlat"),
  ]

  /// A base of 16 MiB with an overlay, and another base of the same data in `../same`.
  private func pool(_ format: String, _ options: String) throws -> RealPool {
    let pool = try RealPool()
    let given = options.isEmpty ? "" : "-o \(options)"
    try pool.shell(
      """
      qemu-img create -q -f raw ../data 16M && \
      qemu-io -f raw -c 'write -P 1 0 2M' -c 'write -P 2 5M 64k' ../data >/dev/null && \
      qemu-img convert -f raw -O \(format) \(given) ../data base && \
      qemu-img create -q -f qcow2 -b base -F \(format) top
      """)
    try pool.scan()
    return pool
  }

  @Test(arguments: makes)
  func `the same data written once more is no change`(format: String, options: String) throws {
    let pool = try pool(format, options)
    try pool.shell(
      "qemu-io -f \(format) -c 'write -P 1 64k 64k' -c 'write -P 0 9M 64k' base >/dev/null")
    try pool.scan()
    #expect(try pool.findings().filter { $0.hasPrefix("base-") } == [])
  }

  @Test(arguments: makes)
  func `a byte under an overlay is one, and ends when it is as it was`(
    format: String, options: String
  ) throws {
    let pool = try pool(format, options)
    try pool.shell("qemu-io -f \(format) -c 'write -P 7 9M 512' base >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
    try pool.shell("qemu-io -f \(format) -c 'write -P 0 9M 512' base >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test(arguments: ["base.data", "base-flat.vmdk", "base-f001.vmdk"])
  func `data in another file is the base's, though its own file is untouched`(part: String) throws {
    let options = [
      "base.data": ("qcow2", "data_file=base.data"),
      "base-flat.vmdk": ("vmdk", "subformat=monolithicFlat"),
      "base-f001.vmdk": ("vmdk", "subformat=twoGbMaxExtentFlat"),
    ]
    let (format, option) = try #require(options[part])
    let pool = try RealPool()
    let name = format == "vmdk" ? "base.vmdk" : "base"
    try pool.shell(
      """
      qemu-img create -q -f \(format) -o \(option) \(name) 16M && \
      qemu-io -f \(format) -c 'write -P 1 0 2M' \(name) >/dev/null && \
      qemu-img create -q -f qcow2 -b \(name) -F \(format) top
      """)
    try pool.scan()
    try pool.shell("cp --sparse=never \(part) n && mv n \(part)")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("printf x | dd of=\(part) bs=1 seek=65536 conv=notrunc status=none")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified \(name)"])
  }

  @Test func `what is deflated is measured by what it holds, however much that is`() throws {
    let pool = try RealPool()
    try pool.shell(
      """
      qemu-img create -q -f qcow2 base 192M && qemu-io -c 'write -P 7 0 192M' base >/dev/null && \
      cp base ../full && qemu-img create -q -f qcow2 -b base -F qcow2 top
      """)
    try pool.scan()
    try pool.shell("qemu-img convert -c -O qcow2 ../full base")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("qemu-io -c 'write -P 8 0 64M' base >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
  }

  @Test func `an encrypted base is measured as it lies`() throws {
    let pool = try RealPool()
    let secret = "--object secret,id=s,data=abc"
    let base = "driver=qcow2,encrypt.key-secret=s,file.filename=base"
    // No key is derived for it, which takes long and may fail where the processor is busy.
    try pool.shell(
      "qemu-img create -q -f qcow2 \(secret) -o encrypt.format=aes,encrypt.key-secret=s base 4M")
    try pool.shell("qemu-io \(secret) -c 'write -P 1 0 64k' --image-opts \(base) >/dev/null")
    try pool.shell("qemu-img create -q -f qcow2 -u -b base -F qcow2 top 4M")
    try pool.scan()
    try pool.shell("qemu-img snapshot \(secret) --image-opts -c s \(base)")
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("qemu-io \(secret) -c 'write -P 2 0 64k' --image-opts \(base) >/dev/null")
    try pool.scan()
    #expect(try pool.findings() == ["base-modified base"])
  }
}
