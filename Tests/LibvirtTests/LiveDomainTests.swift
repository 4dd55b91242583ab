import DiskImage
import Libvirt
import Testing

@Suite struct LiveDomainTests {
  let domain: DomainFacts

  init() throws {
    domain = try DomainFacts(parsing: Array(RealXML.status.utf8))
  }

  @Test func `files of a running backup are used`() throws {
    let domain = try DomainFacts(
      parsing: Array(
        """
        <domstatus state='running' reason='booted' pid='7'>
        <backups><domainbackup mode='pull'><disks><disk name='vda' backup='yes' type='file'>
        <driver type='qcow2'/><scratch file='/p/scratch'/></disk></disks></domainbackup></backups>
        <domain type='kvm' id='1'><name>m</name></domain></domstatus>
        """.utf8))
    #expect(domain.references.map(\.target.path) == [Array("/p/scratch".utf8)])
  }

  @Test func `a status file is a domain that lives, in libvirt's word for it`() {
    #expect(domain.name == "web")
    #expect(domain.uuid == "40da917b-36b1-4a72-a3d9-ac571fc4fa41")
    #expect(domain.liveState == "paused")
    #expect(domain.isLive)
  }

  @Test func `the chain is told top first, formats and terminator included`() {
    let chain = domain.disks.first?.chain
    #expect(chain?.layers.map(\.format) == ["qcow2", "qcow2", "raw"])
    #expect(
      chain?.layers.map(\.target.path) == [
        Array("/srv/pool/top.qcow2".utf8), Array("/srv/pool/mid.qcow2".utf8),
        Array("/srv/pool/base.img".utf8),
      ])
    #expect(chain?.isTerminated == true)
  }

  @Test func `every image of the chain is a reference of its own`() {
    let images = domain.references.filter { $0.targetDevice == "vda" && $0.part == .source }
    #expect(images.map(\.role) == [.disk, .backing, .backing])
    #expect(images.map(\.level) == [0, 1, 2])
    #expect(images.map(\.isReadOnly) == [false, true, true])
    #expect(images.map(\.isChainEnd) == [false, false, true])
    #expect(images.map(\.declaredFormat) == ["qcow2", "qcow2", "raw"])
  }

  @Test func `what a block copy writes to is a writable disk`() {
    let mirror = domain.references.filter { $0.part == .mirror }
    #expect(mirror.map(\.role) == [.disk])
    #expect(mirror.first?.target.path == Array("/srv/pool/copy.qcow2".utf8))
    #expect(mirror.first?.declaredFormat == "qcow2")
    #expect(mirror.first?.isReadOnly == false)
    #expect(mirror.first?.isChainEnd == true)
  }

  @Test func `what a backup writes to is a writable disk`() {
    let backup = domain.references.filter { $0.part == .backup }
    #expect(backup.map(\.targetDevice) == ["vdb"])
    #expect(backup.first?.target.path == Array("/srv/pool/backup.qcow2".utf8))
    #expect(backup.first?.declaredFormat == "qcow2")
  }

  @Test func `a volume stays a pool and a name in a live domain too`() {
    let volume = domain.references.first { $0.targetDevice == "vdc" }
    #expect(volume?.target.type == .volume)
    #expect(volume?.target.options["pool"] == "images")
    #expect(volume?.target.name == "data.qcow2")
  }

  @Test func `a mirror from before libvirt 1.2.6 is a file and a format`() throws {
    let xml = SampleDomain.disk(
      "file", "<source file='/a'/><mirror file='/b' format='qcow2' ready='yes'/>")
    let mirror = try DomainFacts(parsing: xml).disks.first?.mirror
    #expect(mirror?.layers.map(\.target.path) == [Array("/b".utf8)])
    #expect(mirror?.layers.map(\.format) == ["qcow2"])
    #expect(mirror?.isTerminated == false)
  }
}

@Suite struct DeclaredChainTests {
  private func chain(_ inside: String) throws -> DiskChain? {
    try DomainFacts(
      parsing: SampleDomain.disk("file", "<driver type='qcow2'/><source file='/a'/>\(inside)")
    ).disks.first?.chain
  }

  @Test func `without a backing store nothing is said about what lies under`() throws {
    let chain = try chain("")
    #expect(chain?.layers.count == 1)
    #expect(chain?.isTerminated == false)
  }

  @Test func `an empty backing store ends the chain`() throws {
    let chain = try chain("<backingStore/>")
    #expect(chain?.layers.count == 1)
    #expect(chain?.isTerminated == true)
  }

  @Test func `a chain without a terminator goes on in the last image's header`() throws {
    let chain = try chain(
      "<backingStore type='file'><format type='qcow2'/><source file='/b'/></backingStore>")
    #expect(chain?.layers.map(\.target.path) == [Array("/a".utf8), Array("/b".utf8)])
    #expect(chain?.isTerminated == false)
  }

  @Test func `a backing store without a format declares none`() throws {
    let chain = try chain(
      "<backingStore type='block'><source dev='/dev/b'/><backingStore/></backingStore>")
    #expect(chain?.layers.map(\.format) == ["qcow2", nil])
    #expect(chain?.isTerminated == true)
  }

  @Test func `a chain of 200 images is read to its end`() throws {
    var xml = "<backingStore/>"
    for number in (1..<200).reversed() {
      xml =
        "<backingStore type='file'><format type='qcow2'/><source file='/\(number)'/>\(xml)"
        + "</backingStore>"
    }
    let chain = try chain(xml)
    #expect(chain?.layers.count == 200)
    #expect(chain?.layers.last?.target.path == Array("/199".utf8))
    #expect(chain?.isTerminated == true)
  }
}
