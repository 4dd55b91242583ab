import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct ParentNamesTests {
  /// A child's names of its parent: the one in the header, and locators.
  private struct Names {
    var own = ""
    var locators: [(platform: String, path: String)] = []
  }

  /// Writes a VHD of 2 MiB with a UUID of one number; a differencing one where it has a parent.
  private func write(
    _ path: String, uuid: UInt8, parent: UInt8? = nil, _ names: Names = Names(), in pool: RealPool
  ) throws {
    var footer = Data(count: 512)
    footer.put(Data("conectix".utf8), at: 0)
    footer.put(2, 0x10000, at: 8)
    footer.put(0, 512, 0, at: 16)
    footer.put(Data("win ".utf8), at: 28)
    footer.put(0, 2_097_152, 0, 2_097_152, at: 40)
    footer.put(parent == nil ? 3 : 4, at: 60)
    footer.put(Data(repeating: uuid, count: 16), at: 68)
    footer.seal(at: 64)
    var header = Data(count: 1024)
    header.put(Data("cxsparse".utf8), at: 0)
    header.put(UInt32.max, UInt32.max, 0, 1536, 0x10000, 1, 2_097_152, at: 8)
    if let parent { header.put(Data(repeating: parent, count: 16), at: 40) }
    header.put(names.own.data(using: .utf16BigEndian) ?? Data(), at: 64)
    var tail = Data(repeating: 0xff, count: 512)
    for (index, locator) in names.locators.enumerated() {
      let path =
        locator.platform == "MacX"
        ? Data(locator.path.utf8) : locator.path.data(using: .utf16LittleEndian) ?? Data()
      let entry = 576 + 24 * index
      header.put(Data(locator.platform.utf8), at: entry)
      header.put(1, UInt32(path.count), 0, 0, UInt32(1536 + tail.count), at: entry + 4)
      tail += path + Data(count: 512 - path.count)
    }
    header.seal(at: 36)
    try (footer + header + tail + footer).write(to: pool.folder.url("pool/\(path)"))
  }

  @Test func `locators of another host do not hide the parent beside the image`() throws {
    let pool = try RealPool()
    try write("monday.vhd", uuid: 1, in: pool)
    let away = "./dev/VG-1/VHD-1"
    try write(
      "tuesday.vhd", uuid: 2, parent: 1,
      Names(
        own: "monday.vhd",
        locators: [("MacX", "file://\(away)"), ("W2ku", away), ("W2ru", away)]), in: pool)
    for _ in 1...2 {
      try pool.scan()
      #expect(try pool.findings() == [])
      #expect(
        try pool.backstory("chain", "--output", "json", "pool/tuesday.vhd").objects.count == 2)
      #expect(
        try pool.backstory("dependents", "--exit-code", "pool/monday.vhd").code == 2)
      #expect(try pool.backstory("repair").output.contains("mv -n") == false)
    }
    let shown = try pool.backstory("show", "--output", "json", "pool/tuesday.vhd").object
    let references = try #require(shown["references"] as? [[String: Any]])
    #expect(references.first?["target"] as? String == "\(pool.path)/monday.vhd")
  }

  @Test func `of two names that lead to images the identity decides`() throws {
    let pool = try RealPool()
    try write("wrong.vhd", uuid: 9, in: pool)
    try write(
      "child.vhd", uuid: 2, parent: 1,
      Names(own: "right.vhd", locators: [("W2ru", #".\wrong.vhd"#)]), in: pool)
    try pool.scan()
    #expect(try pool.findings() == ["parent-mismatch child.vhd"])
    try write("right.vhd", uuid: 1, in: pool)
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell("rm right.vhd")
    try pool.scan()
    #expect(try pool.findings() == ["parent-mismatch child.vhd"])
  }

  @Test func `a parent that is lost is not to be put where another host had it`() throws {
    let pool = try RealPool()
    try pool.shell("mkdir other")
    try write("other/moved.vhd", uuid: 1, in: pool)
    try write(
      "child.vhd", uuid: 2, parent: 1,
      Names(own: "base.vhd", locators: [("W2ru", #".\dev\VG\VHD"#), ("W2ku", #"C:\a\base.vhd"#)]),
      in: pool)
    try pool.scan()
    let finding = try #require(try pool.backstory("check", "--output", "json").objects.first)
    #expect(finding["kind"] as? String == "backing-missing")
    #expect((finding["message"] as? String)?.contains("\(pool.path)/base.vhd") == true)
    #expect(!(try pool.backstory("repair").output.contains("VG/VHD")))
  }

  @Test func `a path of Windows is called that`() throws {
    let pool = try RealPool()
    try write(
      "child.vhd", uuid: 2, parent: 1,
      Names(own: #"C:\disks\gone.vhd"#, locators: [("W2ku", #"C:\disks\gone.vhd"#)]), in: pool)
    try pool.scan()
    let finding = try #require(try pool.backstory("check", "--output", "json").objects.first)
    #expect(finding["kind"] as? String == "backing-invalid")
    let message = try #require(finding["message"] as? String)
    #expect(message.contains("it is an absolute path of Windows"))
    #expect(!message.contains("libvirt") && !message.contains("qemu-img"))
  }

  /// Makes a VMDK with these lines at the end of its descriptor.
  private func vmdk(_ path: String, _ lines: [String], in pool: RealPool) throws {
    try pool.shell("qemu-img create -q -f vmdk \(path) 16M")
    let url = pool.folder.url("pool/\(path)")
    var bytes = try Data(contentsOf: url)
    let end = try #require(bytes[512...].firstIndex(of: 0))
    let text = Data(lines.map { $0 + "\n" }.joined().utf8)
    bytes.replaceSubrange(end..<(end + text.count), with: text)
    try bytes.write(to: url)
  }

  private static let base = "20000000-0000-4000-8000-000000000001"

  @Test func `VirtualBox links snapshots in VMDK by UUID alone`() throws {
    let pool = try RealPool()
    try vmdk("disk.vmdk", [#"ddb.uuid.image="\#(Self.base)""#], in: pool)
    try vmdk(
      "now.vmdk",
      [
        #"ddb.uuid.image="30000000-0000-4000-8000-000000000001""#,
        #"ddb.uuid.parent="\#(Self.base.uppercased())""#,
      ], in: pool)
    #expect(try Program.run("inspect", "--standalone", "pool/now.vmdk", in: pool.folder).code == 2)
    #expect(try Program.run("inspect", "--standalone", "pool/disk.vmdk", in: pool.folder).code == 0)
    try pool.scan()
    #expect(try pool.findings() == [])
    let chain = try pool.backstory("chain", "--output", "json", "pool/now.vmdk").objects
    #expect(chain.map { ($0["filename"] as? String)?.hasSuffix("/disk.vmdk") } == [false, true])
    // QEMU reads no parent that is named by its UUID, so there is no XML in which the machine starts.
    let refused = try pool.backstory("xml", "pool/now.vmdk")
    #expect(refused.code == 1)
    #expect(refused.complaint.contains("QEMU does not read that of a vmdk image"))
    // The file is the same, and bears another UUID: the parent is gone.
    try pool.shell(
      "sed -i 's/20000000-0000-4000-8000-00000000000[1]/20000000-0000-4000-8000-000000000009/' disk.vmdk"
    )
    try pool.scan()
    #expect(try pool.findings().contains("backing-missing now.vmdk"))
  }

  @Test func `advice fits formats whose parent QEMU neither writes nor reads`() throws {
    let pool = try RealPool()
    try write("base.vhd", uuid: 1, in: pool)
    try write("child.vhd", uuid: 2, parent: 1, Names(own: "base.vhd"), in: pool)
    #expect(try pool.backstory("xml", "pool/child.vhd").code == 1)
    try pool.shell("mkdir one two; cp base.vhd one; mv base.vhd two")
    try pool.scan()
    let open = try #require(try pool.backstory("repair", "--output", "json").objects.first)
    #expect(open["confidence"] as? String == "ambiguous")
    #expect((open["evidence"] as? [String])?.count { $0.contains("/base.vhd'") } == 2)
    try pool.shell("rm one/base.vhd")
    try pool.scan()
    let step = try #require(try pool.backstory("repair", "--output", "json").objects.first)
    let why = try #require(step["why"] as? String)
    #expect(!why.contains("convert") && !why.contains("XML"))
    // The command puts it back as it is printed.
    let commands = try #require(step["commands"] as? [[String]])
    for command in commands { try pool.shell(command.joined(separator: " ")) }
    try pool.scan()
    #expect(try pool.findings() == [])
    try pool.shell(
      "printf x | dd of=base.vhd bs=1 seek=1536 conv=notrunc status=none; touch -d '+1 hour' base.vhd"
    )
    try pool.scan()
    let messages = try pool.backstory("check", "--output", "json").objects.compactMap {
      $0["message"] as? String
    }
    #expect(!messages.contains { $0.contains("qemu-img") })
  }

  @Test func `a copy of a parent leaves the child where it was, and is told`() throws {
    let pool = try RealPool()
    try vmdk("disk.vmdk", [#"ddb.uuid.image="\#(Self.base)""#], in: pool)
    try vmdk("now.vmdk", [#"ddb.uuid.parent="\#(Self.base)""#], in: pool)
    try pool.scan()
    try pool.shell("cp disk.vmdk copy.vmdk; touch now.vmdk")
    for _ in 1...2 {
      try pool.scan()
      #expect(try pool.findings() == ["identity-duplicate copy.vmdk"])
      let chain = try pool.backstory("chain", "--output", "json", "pool/now.vmdk").objects
      #expect(
        chain.map { ($0["filename"] as? String)?.hasSuffix("/disk.vmdk") } == [false, true])
    }
    let finding = try #require(try pool.backstory("check", "--output", "json").objects.first)
    #expect((finding["message"] as? String)?.contains("'\(pool.path)/disk.vmdk'") == true)
    try pool.shell("rm copy.vmdk")
    try pool.scan()
    #expect(try pool.findings() == [])
  }

  @Test func `which of two copies is the parent is open where it never was known`() throws {
    let pool = try RealPool()
    try vmdk("one.vmdk", [#"ddb.uuid.image="\#(Self.base)""#], in: pool)
    try vmdk("now.vmdk", [#"ddb.uuid.parent="\#(Self.base)""#], in: pool)
    try pool.shell("cp one.vmdk two.vmdk")
    try pool.scan()
    #expect(
      try pool.findings() == ["identity-duplicate one.vmdk", "identity-duplicate two.vmdk"])
    try pool.shell("rm one.vmdk")
    try pool.scan()
    #expect(try pool.findings() == [])
    #expect(
      try pool.backstory("chain", "--output", "json", "pool/now.vmdk").objects.count == 2)
  }

  @Test func `the file of changed blocks is a part of its disk`() throws {
    let pool = try RealPool()
    try pool.shell("qemu-img create -q -f vmdk -o subformat=monolithicFlat esx.vmdk 16M")
    try pool.shell(#"echo 'changeTrackPath="esx-ctk.vmdk"' >>esx.vmdk"#)
    try pool.shell("truncate -s 64K esx-ctk.vmdk")
    try pool.scan()
    #expect(try pool.findings() == [])
    let dependents = try pool.backstory(
      "dependents", "--output", "json", "pool/esx-ctk.vmdk"
    ).objects
    #expect(dependents.map { $0["via"] as? String } == ["change-tracking"])
  }
}

extension Data {
  fileprivate mutating func put(_ bytes: Data, at offset: Int) {
    replaceSubrange(offset..<(offset + bytes.count), with: bytes)
  }

  /// Writes numbers of 32 bits, big-endian.
  fileprivate mutating func put(_ numbers: UInt32..., at offset: Int) {
    let bytes = numbers.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
    put(Data(bytes), at: offset)
  }

  /// Writes the complement of the sum of all bytes.
  fileprivate mutating func seal(at offset: Int) {
    put(0, at: offset)
    put(~reduce(0 as UInt32) { $0 + UInt32($1) }, at: offset)
  }
}
