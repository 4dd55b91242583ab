import DiskImage
import DiskXML
import Libvirt
import Testing

@Suite struct DiskElementTests {
  private func layer(_ path: String, _ format: String?) -> DiskLayer {
    var target = ReferenceTarget(type: path.hasPrefix("/dev/") ? .block : .file)
    target.path = Array(path.utf8)
    return DiskLayer(target: target, format: format)
  }

  private func text(
    _ layers: [DiskLayer], isTerminated: Bool = true
  ) throws(DiskElementFault) -> String {
    try DiskElement(
      DomainDisk(
        targetDevice: "vda", bus: "virtio",
        chain: DiskChain(layers: layers, isTerminated: isTerminated))
    ).text()
  }

  @Test func `the documentation's chain comes out as the documentation has it`() throws {
    let layers = [
      layer("/tmp/pull4.qcow2", "qcow2"), layer("/tmp/pull3.qcow2", "qcow2"),
      layer("/tmp/pull2.qcow2", "qcow2"),
    ]
    #expect(
      try text(layers) == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='/tmp/pull4.qcow2'/>
          <backingStore type='file'>
            <format type='qcow2'/>
            <source file='/tmp/pull3.qcow2'/>
            <backingStore type='file'>
              <format type='qcow2'/>
              <source file='/tmp/pull2.qcow2'/>
              <backingStore/>
            </backingStore>
          </backingStore>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
  }

  @Test func `an image on its own is terminated all the same`() throws {
    #expect(
      try text([layer("/dev/mapper/base", "raw")]) == """
        <disk type='block' device='disk'>
          <driver name='qemu' type='raw'/>
          <source dev='/dev/mapper/base'/>
          <backingStore/>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
  }

  @Test func `a chain that goes on unsaid has no terminator`() throws {
    #expect(try !text([layer("/a", "qcow2")], isTerminated: false).contains("backingStore"))
  }

  @Test func `a data store stands inside its source`() throws {
    var top = layer("/srv/data.qcow2", "qcow2")
    top.dataStore = DataStore(target: layer("/srv/data.raw", nil).target)
    #expect(
      try text([top]) == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='/srv/data.qcow2'>
            <dataStore type='file'>
              <format type='raw'/>
              <source file='/srv/data.raw'/>
            </dataStore>
          </source>
          <backingStore/>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
  }

  @Test func `a network source is written as libvirt writes it`() throws {
    var target = ReferenceTarget(type: .network)
    target.protocolName = "rbd"
    target.name = "pool/image"
    target.hosts = [
      ReferenceHost(name: "mon1.example.org", port: 6321), ReferenceHost(name: "mon2.example.org"),
    ]
    target.options = [
      "snapshot": "snapname", "config": "/path/to/file", "user": "myuser", "secret-type": "ceph",
      "secret-usage": "mypassid",
    ]
    #expect(
      try text([layer("/top.qcow2", "qcow2"), DiskLayer(target: target, format: "raw")]) == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='/top.qcow2'/>
          <backingStore type='network'>
            <format type='raw'/>
            <source protocol='rbd' name='pool/image'>
              <host name='mon1.example.org' port='6321'/>
              <host name='mon2.example.org'/>
              <snapshot name='snapname'/>
              <config file='/path/to/file'/>
              <auth username='myuser'>
                <secret type='ceph' usage='mypassid'/>
              </auth>
            </source>
            <backingStore/>
          </backingStore>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
  }

  @Test func `a source says what it says in libvirt's order`() throws {
    var target = ReferenceTarget(type: .network)
    target.protocolName = "iscsi"
    target.name = "iqn.2013-07.com.example:pool/2"
    target.hosts = [ReferenceHost(name: "h", port: 3260)]
    target.options = [
      "initiator": "iqn.x:client", "user": "u", "secret-type": "iscsi", "secret-usage": "k",
    ]
    let secret = "<encryption format='luks'><secret type='passphrase' usage='l'/></encryption>"
    let element = DiskElement(
      DomainDisk(
        targetDevice: "vda", others: ["<source>\(secret)<timeout seconds='6'/></source>"],
        chain: DiskChain(
          layers: [
            DiskLayer(
              target: target, format: "luks", slice: StorageSlice(offset: 512, size: 1024))
          ], isTerminated: true)))
    #expect(
      try element.text() == """
        <disk type='network' device='disk'>
          <driver name='qemu' type='raw'/>
          <source protocol='iscsi' name='iqn.2013-07.com.example:pool/2'>
            <host name='h' port='3260'/>
            <initiator>
              <iqn name='iqn.x:client'/>
            </initiator>
            <timeout seconds='6'/>
            <slices>
              <slice type='storage' offset='512' size='1024'/>
            </slices>
            <auth username='u'>
              <secret type='iscsi' usage='k'/>
            </auth>
            <encryption format='luks'>
              <secret type='passphrase' usage='l'/>
            </encryption>
          </source>
          <backingStore/>
          <target dev='vda'/>
        </disk>

        """)
  }

  @Test func `a socket names its transport, TCP goes without saying`() throws {
    var socket = ReferenceTarget(type: .network)
    socket.protocolName = "nbd"
    socket.hosts = [ReferenceHost(socket: "/run/nbd.sock")]
    #expect(
      try text([DiskLayer(target: socket, format: "raw")]).contains(
        "<host transport='unix' socket='/run/nbd.sock'/>"))
    socket.hosts = [ReferenceHost(name: "h", port: 10809, transport: "tcp")]
    #expect(
      try text([DiskLayer(target: socket, format: "raw")]).contains(
        "<host name='h' port='10809'/>"))
  }

  @Test func `a slice says where the image is in its source`() throws {
    var top = layer("/srv/container.bin", "qcow2")
    top.slice = StorageSlice(offset: 65536, size: 1_048_576)
    #expect(
      try text([top]).contains(
        """
          <source file='/srv/container.bin'>
            <slices>
              <slice type='storage' offset='65536' size='1048576'/>
            </slices>
          </source>
        """))
  }

  @Test func `what a disk is besides its images is kept`() throws {
    let disk = DomainDisk(
      targetDevice: "sda", bus: "sata", kind: .cdrom, isReadOnly: true, isShareable: true,
      startupPolicy: "optional",
      chain: DiskChain(layers: [layer("/srv/cd.iso", "raw")], isTerminated: false))
    #expect(
      try DiskElement(disk).text(indentation: 4) == """
            <disk type='file' device='cdrom'>
              <driver name='qemu' type='raw'/>
              <source file='/srv/cd.iso' startupPolicy='optional'/>
              <target dev='sda' bus='sata'/>
              <readonly/>
              <shareable/>
            </disk>

        """)
  }

  @Test func `a drive without a medium has no source`() throws {
    let disk = DomainDisk(
      targetDevice: "sdb", bus: "sata", kind: .cdrom, isReadOnly: true,
      chain: DiskChain(layers: [], isTerminated: false))
    #expect(
      try DiskElement(disk).text() == """
        <disk type='file' device='cdrom'>
          <driver name='qemu'/>
          <target dev='sdb' bus='sata'/>
          <readonly/>
        </disk>

        """)
  }

  @Test(arguments: [
    "<source file='/srv/pool/odd &amp; &quot;name&apos; &lt;x&gt;.img'/>",
    "<source pool='images' volume='data.qcow2' mode='host'/>",
    "<source dev='/dev/vhost-vdpa-0'/>",
    "<source type='unix' path='/tmp/vhost-blk.sock'/>",
    "<source dir='/srv/floppy'/>",
    """
    <source type='pci' managed='yes' namespace='1'>
        <address domain='0x0000' bus='0x01' slot='0x1f' function='0x7'/>
      </source>
    """,
    """
    <source protocol='https' name='url_path' query='a=b&amp;c=d' tls='yes' tlsHostname='t'>
        <host name='hostname' port='443'/>
        <initiator>
          <iqn name='iqn.2013-07.com.example:client'/>
        </initiator>
        <ssl verify='no'/>
        <identity user='USER' group='GROUP'/>
      </source>
    """,
  ])
  func `what is read is written again as it was`(source: String) throws {
    let types = [
      "file=": "file", "pool=": "volume", "dev=": "vhostvdpa", "path=": "vhostuser",
      "dir=": "dir", "pci": "nvme", "protocol=": "network",
    ]
    let type = try #require(
      types.first { source.contains("<source \($0.key)") }?.value
        ?? types.first { source.contains($0.key) }?.value)
    let element = """
      <disk type='\(type)' device='disk'>
        <driver name='qemu' type='raw'/>
        \(source)
        <target dev='vdz' bus='virtio'/>
      </disk>

      """
    let disk = try #require(
      try DomainFacts(parsing: SampleDomain.xml(devices: element)).disks.first)
    #expect(try DiskElement(disk).text() == element)
  }

  @Test func `a line break in a path survives the way out and in`() throws {
    var target = ReferenceTarget(type: .file)
    target.path = Array("/srv/a\n\tb  c".utf8)
    let text = try DiskElement(
      DomainDisk(
        targetDevice: "vda",
        chain: DiskChain(layers: [DiskLayer(target: target, format: "raw")], isTerminated: true))
    ).text()
    let domain = try DomainFacts(parsing: SampleDomain.xml(devices: text))
    #expect(domain.references.first?.target.path == Array("/srv/a\n\tb  c".utf8))
  }
}

@Suite struct DiskElementRefusalTests {
  private func refusal(_ layers: [DiskLayer]) -> DiskElementFault? {
    let disk = DomainDisk(
      targetDevice: "vda", chain: DiskChain(layers: layers, isTerminated: true))
    return #expect(throws: DiskElementFault.self) { try DiskElement(disk).text() }
  }

  private func file(_ path: [UInt8], format: String? = "qcow2") -> DiskLayer {
    var target = ReferenceTarget(type: .file)
    target.path = path
    return DiskLayer(target: target, format: format)
  }

  private let top = Array("/top".utf8)

  @Test func `a format that is not known is not guessed`() {
    #expect(refusal([file(top, format: nil)]) == .formatUnknown(level: 0))
    let fault = refusal([file(top), file(top, format: nil)])
    #expect(fault == .formatUnknown(level: 1))
    #expect(
      fault?.reason
        == "the format of image 1 under the top is not known for certain, and libvirt must not guess it"
    )
  }

  @Test func `a format that libvirt has no name for is refused`() {
    #expect(
      refusal([file(top, format: "vhdx")]) == .formatWithoutName(level: 0, format: "vhdx"))
  }

  @Test func `a path that is not UTF-8 is refused`() {
    #expect(refusal([file([0x2F, 0xFF])]) == .text(.notUTF8))
  }

  @Test func `a path with a control character is refused`() {
    let fault = refusal([file([0x2F, 0x01])])
    #expect(fault == .text(.notXMLCharacter(1)))
    #expect(
      fault?.reason
        == "a path or name in the chain cannot be written: "
        + "it holds the character U+1, which XML 1.0 cannot")
  }

  @Test func `a relative path is refused`() {
    #expect(
      refusal([file(Array("top".utf8))])
        == .referenceInvalid(level: 0, reason: "it has no absolute path"))
  }

  @Test func `a parent known by UUID alone cannot be said`() {
    let parent = DiskLayer(target: ReferenceTarget(type: .uuid), format: "vdi")
    #expect(
      refusal([file(top), parent])
        == .notSayable(level: 1, what: "a parent known by UUID alone"))
  }

  @Test func `a reference that means nothing is refused with its reason`() {
    var target = ReferenceTarget()
    target.invalid = "a driver is missing"
    #expect(
      refusal([DiskLayer(target: target, format: "raw")])
        == .referenceInvalid(level: 0, reason: "a driver is missing"))
  }

  @Test func `an option that libvirt has no words for is not dropped silently`() {
    var target = ReferenceTarget(type: .network)
    target.protocolName = "ssh"
    target.options["host-key-check"] = "no"
    #expect(
      refusal([DiskLayer(target: target, format: "raw")])
        == .notSayable(level: 0, what: "the option 'host-key-check'"))
  }

  @Test func `a user without a secret of libvirt's is refused`() {
    var target = ReferenceTarget(type: .network)
    target.protocolName = "rbd"
    target.options["user"] = "admin"
    #expect(
      refusal([DiskLayer(target: target, format: "raw")])
        == .notSayable(level: 0, what: "a user without a secret"))
  }

  @Test func `a protocol that libvirt does not speak is refused`() {
    var target = ReferenceTarget(type: .network)
    target.protocolName = "fish"
    #expect(
      refusal([DiskLayer(target: target, format: "raw")])
        == .notSayable(level: 0, what: "the protocol 'fish'"))
  }

  @Test func `more images than libvirt takes are refused`() {
    #expect(
      refusal([DiskLayer](repeating: file(top), count: 201)) == .chainTooLong(limit: 200))
  }
}
