import DiskImage
import Libvirt
import Testing

@Suite struct MachineArgumentsTests {
  /// A domain that hands these words to QEMU.
  private static func domain(_ words: [String]) throws -> DomainFacts {
    let arguments = words.map { "<q:arg value='\($0.replacing("'", with: "&apos;"))'/>" }.joined()
    return try DomainFacts(
      parsing: Array(
        """
        <domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>m</name>
        <q:commandline>\(arguments)<q:env name='X' value='-hda'/></q:commandline></domain>
        """.utf8))
  }

  /// A reference as `role path format`, with a mark where it is only read.
  private static func told(_ domain: DomainFacts) -> [String] {
    domain.references.map { reference in
      let place =
        reference.target.path.map { String(decoding: $0, as: UTF8.self) } ?? reference.target.uri
      return [
        reference.role.rawValue, place, reference.declaredFormat, reference.isReadOnly ? "ro" : nil,
      ].compactMap(\.self).joined(separator: " ")
    }
  }

  @Test func `what is set for QEMU and is a path is used`() throws {
    let domain = try DomainFacts(
      parsing: Array(
        """
        <domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><name>m</name>
        <q:commandline><q:env name='IMAGE' value='/p/a'/><q:env name='X'/></q:commandline></domain>
        """.utf8))
    #expect(Self.told(domain) == ["argument /p/a ro"])
  }

  private static let lines: [([String], [String])] = [
    (["-drive", "file=/p/a.qcow2,format=qcow2,if=virtio"], ["disk /p/a.qcow2 qcow2"]),
    (["-drive", "file=/p/a,,b.img,readonly=on"], ["disk /p/a,b.img ro"]),
    (["-drive", "if=pflash,file=/p/code.fd,format=raw,readonly=on"], ["loader /p/code.fd raw ro"]),
    (["-drive", "if=pflash,file=/p/vars.fd,format=raw"], ["nvram /p/vars.fd raw"]),
    (["-drive", "driver=qcow2,file.driver=file,file.filename=/p/a,id=x"], ["disk /p/a qcow2"]),
    (["-drive", "if=none,id=cd"], []),
    (
      ["-serial", "file:/p/out", "-chardev", "socket,id=c,path=/p/s"],
      ["argument /p/out ro", "argument /p/s ro"]
    ),
    (["-gdb", "tcp://h/p", "-not-known", "-hda", "/p/a"], ["disk /p/a"]),
    (["-drive", "file=nbd://host:10809/e,format=raw"], ["disk nbd://host/e raw"]),
    (
      ["-drive", "file=json:{\"driver\":\"raw\",,\"file\":{\"filename\":\"/p/a\"}}"],
      ["disk /p/a raw"]
    ),
    (["-hda", "/p/a.img", "-cdrom", "/p/b.iso"], ["disk /p/a.img", "disk /p/b.iso ro"]),
    (["-snapshot", "/p/a.img"], ["disk /p/a.img"]),
    (
      [
        "-blockdev",
        "{\"driver\":\"qcow2\",\"node-name\":\"f\",\"read-only\":true,\"file\":{\"driver\":\"file\","
          + "\"filename\":\"/p/top\"},\"backing\":{\"driver\":\"raw\",\"file\":{\"driver\":\"file\","
          + "\"filename\":\"/p/base\"}},\"data-file\":{\"driver\":\"file\",\"filename\":\"/p/data\"}}",
      ], ["disk /p/top qcow2 ro", "disk /p/base raw ro", "data-file /p/data ro"]
    ),
    (
      [
        "--blockdev", "driver=file,filename=/p/a.qcow2,node-name=s", "-blockdev",
        "{'driver':'qcow2','file':'s','node-name':'f','backing':'libvirt-2-format'}", "-device",
        "virtio-blk-pci,drive=f",
      ], ["disk /p/a.qcow2 qcow2"]
    ),
    (["-blockdev", "driver=null-co,node-name=n,size=1M"], []),
    (
      [
        "-blockdev",
        "driver=quorum,vote-threshold=1,children.0.driver=file,children.0.filename=/p/a,"
          + "children.1.driver=file,children.1.filename=/p/b",
      ], ["disk /p/a", "disk /p/b"]
    ),
    (["-mem-path", "/dev/hugepages"], ["memory /dev/hugepages"]),
    (
      [
        "-object", "memory-backend-file,id=m,size=1G,mem-path=/p/ram,share=on", "-object",
        "{\"qom-type\":\"memory-backend-file\",\"id\":\"n\",\"mem-path\":\"/p/ram2\",\"size\":1}",
      ], ["memory /p/ram", "memory /p/ram2"]
    ),
    (
      ["-kernel", "/p/k", "-initrd", "/p/i", "-dtb", "/p/d", "-append", "root=/dev/vda"],
      ["kernel /p/k ro", "initrd /p/i ro", "dtb /p/d ro"]
    ),
    (
      ["-acpitable", "sig=SLIC,file=/p/slic", "-fw_cfg", "name=opt/x,file=/p/ign"],
      ["acpi-table /p/slic ro", "fw-cfg /p/ign ro"]
    ),
    (["-device", "e1000,romfile=/p/rom,netdev=n"], ["rom /p/rom ro"]),
    (["-virtfs", "local,path=/p/share,mount_tag=s,security_model=none"], ["filesystem /p/share"]),
    (["-newthing", "on,where=/p/a.img,n=1"], ["argument /p/a.img ro"]),
    (["-cpu", "host,+vmx", "-S", "-m", "1G", "-netdev", "user,id=n"], []),
  ]

  @Test(arguments: lines)
  func `what arguments point to is a reference with its role`(
    words: [String], told: [String]
  ) throws {
    let domain = try Self.domain(words)
    #expect(Self.told(domain) == told)
    #expect(domain.unread == [])
    #expect(domain.references.allSatisfy { $0.part == .commandLine })
  }

  @Test(arguments: [
    (["-drive", "file=a.img"], "'-drive': its path is not absolute"),
    (["-hda", "a.img"], "'-hda': its path is not absolute"),
    (["-blockdev", "{\"driver\":"], "'-blockdev': it is not JSON"),
    (["-blockdev", "driver=unheard-of,filename=/p/a"], "'-blockdev': unknown driver 'unheard-of'"),
    (["-object", "{"], "'-object': its JSON cannot be read"),
    (["-readconfig", "/etc/qemu.cfg"], "'-readconfig', whose value may name images"),
    (["-set", "drive.x.file=/p/a"], "'-set', whose value may name images"),
  ])
  func `what of arguments cannot be read is said`(words: [String], reason: String) throws {
    let domain = try Self.domain(words)
    #expect(domain.unread == [reason])
    #expect(domain.references.allSatisfy { $0.part == .mention })
  }

  @Test func `a secret of an argument is not told`() throws {
    let domain = try Self.domain(["-drive", "file=rbd:p/i:key=SECRET:wrong"])
    #expect(!domain.unread.joined().contains("SECRET"))
  }

  @Test func `arguments of another namespace are not QEMU's, and are mentioned`() throws {
    let domain = try DomainFacts(
      parsing: Array(
        """
        <domain xmlns:q='http://libvirt.org/schemas/domain/bhyve/1.0'><name>m</name>
        <q:commandline><q:arg value='-hda'/><q:arg value='/p/a'/></q:commandline></domain>
        """.utf8))
    #expect(domain.references.map(\.part) == [.mention])
    #expect(domain.unread == [])
  }
}
