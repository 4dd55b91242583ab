import DiskImage
import Libvirt
import Testing

@Suite struct DomainFactsTests {
  @Test func `a definition has a name, a UUID in lower case and a type, and does not run`() throws {
    let domain = try DomainFacts(parsing: SampleDomain.xml())
    #expect(domain.name == "web")
    #expect(domain.uuid == "40da917b-36b1-4a72-a3d9-ac571fc4fa41")
    #expect(domain.hypervisor == "kvm")
    #expect(domain.liveState == nil)
    #expect(!domain.isLive)
    #expect(domain.references == [])
  }

  @Test func `libvirt's warning before the root is not in the way`() throws {
    let warning = "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE.\n  virsh edit web\n-->\n\n"
    #expect(try DomainFacts(parsing: Array(warning.utf8) + SampleDomain.xml()).name == "web")
  }

  @Test func `a disk's own words are kept`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <disk type='file' device='disk'>
          <driver name='qemu' type='raw' cache='none'/>
          <source file='/srv/pool/shared.img' startupPolicy='optional'/>
          <target dev='vdb' bus='virtio'/>
          <shareable/>
        </disk>
        """)
    let reference = try DomainFacts(parsing: xml).references.first
    #expect(reference?.role == .disk)
    #expect(reference?.part == .source)
    #expect(reference?.targetDevice == "vdb")
    #expect(reference?.kind == .disk)
    #expect(reference?.declaredFormat == "raw")
    #expect(reference?.isShareable == true)
    #expect(reference?.isReadOnly == false)
    #expect(reference?.startupPolicy == "optional")
    #expect(reference?.isChainEnd == false)
  }

  @Test func `without a driver type no format is declared`() throws {
    let domain = try DomainFacts(parsing: SampleDomain.disk("file", "<source file='/a'/>"))
    #expect(domain.references.first?.declaredFormat == nil)
  }

  @Test func `a CD-ROM is read-only, and an empty drive is no reference`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <disk type='file' device='cdrom'><source file='/srv/cd.iso'/><target dev='sda'/></disk>
        <disk type='file' device='cdrom'><target dev='sdb' bus='sata'/><readonly/></disk>
        <disk type='block' device='lun'><source dev='/dev/sda'/><target dev='sdc'/></disk>
        <disk type='file' device='floppy'><source file='/srv/f.img'/><target dev='fda'/></disk>
        """)
    let domain = try DomainFacts(parsing: xml)
    #expect(domain.disks.map(\.kind) == [.cdrom, .cdrom, .lun, .floppy])
    #expect(domain.references.map(\.targetDevice) == ["sda", "sdc", "fda"])
    #expect(domain.references.map(\.isReadOnly) == [true, false, false])
  }

  @Test func `a read-only disk says so`() throws {
    let domain = try DomainFacts(
      parsing: SampleDomain.disk("file", "<source file='/a'/><readonly/>"))
    #expect(domain.references.first?.isReadOnly == true)
  }

  @Test func `formats have QEMU's names: LUKS is raw and encrypted, Xen has its own`() throws {
    let secret = "<encryption format='luks'><secret type='passphrase' usage='k'/></encryption>"
    let domain = try DomainFacts(
      parsing: SampleDomain.xml(
        devices: """
          <disk type='file'><driver name='qemu' type='raw'/><source file='/a'>\(secret)</source>
          <target dev='vda'/></disk>
          <disk type='file'><driver name='qemu' type='raw'/><source file='/b'/>
          <target dev='vdb'/>\(secret)</disk>
          <disk type='file'><driver name='qemu' type='qcow2'/><source file='/c'>\(secret)</source>
          <backingStore type='file'><format type='raw'/><source file='/d'>\(secret)</source>
          <backingStore/></backingStore><target dev='vdc'/></disk>
          <disk type='file'><driver name='tap' type='aio'/><source file='/e'/><target dev='xvda'/>
          </disk>
          <disk type='file'><driver name='tap2' type='vhd'/><source file='/f'/><target dev='xvdb'/>
          </disk>
          """))
    #expect(
      domain.references.map(\.declaredFormat) == ["luks", "luks", "qcow2", "luks", "raw", "vpc"])
  }

  @Test func `a slice is where the image lies in its source`() throws {
    let domain = try DomainFacts(
      parsing: SampleDomain.disk(
        "block",
        """
        <source dev='/dev/sda'>
          <slices><slice type='storage' offset='12345' size='123'/></slices>
        </source>
        """))
    #expect(domain.references.first?.slice == StorageSlice(offset: 12345, size: 123))
  }

  @Test func `a data store is a data file of its layer`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='/images/datastore.qcow2'>
            <dataStore type='file'>
              <format type='raw'/>
              <source file='/images/datastore_2'/>
            </dataStore>
          </source>
          <backingStore type='file'>
            <format type='qcow2'/>
            <source file='/images/base-with-data-file.qcow'>
              <dataStore type='block'>
                <format type='raw'/>
                <source dev='/dev/mapper/base2'/>
              </dataStore>
            </source>
            <backingStore/>
          </backingStore>
          <target dev='vde' bus='virtio'/>
        </disk>
        """)
    let references = try DomainFacts(parsing: xml).references
    #expect(references.map(\.role) == [.disk, .dataFile, .backing, .dataFile])
    #expect(references.map(\.level) == [0, 0, 1, 1])
    #expect(references.map(\.isReadOnly) == [false, false, true, true])
    #expect(references.map(\.isChainEnd) == [false, false, true, false])
    #expect(references.map(\.declaredFormat) == ["qcow2", "raw", "qcow2", "raw"])
    #expect(references.last?.target.path == Array("/dev/mapper/base2".utf8))
  }

  @Test func `firmware, its variables and their template, in libvirt's three spellings`() throws {
    let path = try DomainFacts(
      parsing: SampleDomain.xml(
        os: """
          <loader readonly='yes' secure='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>
          <nvram template='/usr/share/OVMF/OVMF_VARS.fd'>/var/lib/libvirt/nvram/guest_VARS.fd</nvram>
          """))
    let source = try DomainFacts(
      parsing: SampleDomain.xml(
        os: """
          <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>
          <nvram type='file' template='/usr/share/OVMF/OVMF_VARS.fd'>
            <source file='/var/lib/libvirt/nvram/guest_VARS.fd'/>
          </nvram>
          """))
    #expect(path.references == source.references)
    #expect(path.references.map(\.role) == [.loader, .nvram, .nvram])
    #expect(path.references.map(\.part) == [.source, .source, .template])
    #expect(path.references.map(\.isReadOnly) == [true, false, true])
    #expect(
      path.references.map(\.target.path) == [
        Array("/usr/share/OVMF/OVMF_CODE.fd".utf8),
        Array("/var/lib/libvirt/nvram/guest_VARS.fd".utf8),
        Array("/usr/share/OVMF/OVMF_VARS.fd".utf8),
      ])
    let store = try DomainFacts(
      parsing: SampleDomain.xml(os: "<varstore template='/t.json' path='/v.json'/>"))
    #expect(store.references.map(\.part) == [.source, .template])
  }

  @Test func `firmware that libvirt chooses itself points nowhere`() throws {
    let domain = try DomainFacts(
      parsing: SampleDomain.xml(os: "<loader secure='yes'/><nvram/>"))
    #expect(domain.references == [])
  }

  @Test func `variables may be on a network`() throws {
    let domain = try DomainFacts(
      parsing: SampleDomain.xml(
        os: """
          <nvram type='network'>
            <source protocol='iscsi' name='iqn.2013-07.com.example:iscsi-nopool/0'>
              <host name='example.com' port='6000'/>
            </source>
          </nvram>
          """))
    #expect(
      domain.references.first?.target.uri
        == "iscsi://example.com:6000/iqn.2013-07.com.example:iscsi-nopool/0")
  }

  @Test func `a kernel booted directly is three files`() throws {
    let domain = try DomainFacts(
      parsing: SampleDomain.xml(
        os: """
          <kernel>/boot/vmlinuz</kernel><initrd>/boot/initrd.img</initrd>
          <cmdline>root=/dev/vda</cmdline><dtb>/boot/board.dtb</dtb>
          """))
    #expect(domain.references.map(\.role) == [.kernel, .initrd, .dtb])
    #expect(domain.references.map(\.isReadOnly) == [true, true, true])
  }

  @Test func `file systems with a source on the host are references`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <filesystem type='file' accessmode='passthrough'>
          <driver type='loop' format='raw'/><source file='/export/guest.img'/><target dir='/'/>
          <readonly/>
        </filesystem>
        <filesystem type='block'><source dev='/dev/sdb1'/><target dir='/b'/></filesystem>
        <filesystem><source dir='/export/to/guest'/><target dir='m'/></filesystem>
        <filesystem type='bind'><source dir='/inside'/><target dir='/other'/></filesystem>
        <filesystem type='volume'><source pool='p' volume='v'/><target dir='/v'/></filesystem>
        <filesystem type='ram'><source usage='10'/><target dir='/tmp'/></filesystem>
        <filesystem type='template'><source name='my-vm'/><target dir='/'/></filesystem>
        <filesystem type='mount'><source socket='/tmp/sock'/><target dir='tag'/></filesystem>
        """)
    let references = try DomainFacts(parsing: xml).references.filter { $0.part == .source }
    #expect(references.map(\.role) == [.filesystem, .filesystem, .filesystem, .filesystem])
    #expect(references.map(\.target.type) == [.file, .block, .dir, .volume])
    #expect(references.map(\.declaredFormat) == ["raw", nil, nil, nil])
    #expect(references.map(\.isReadOnly) == [true, false, false, false])
  }

  @Test func `a memory module may be a file`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <memory model='nvdimm'>
          <source><path>/srv/nvdimm.img</path></source>
          <target><size unit='KiB'>524288</size></target>
        </memory>
        <memory model='dimm'><target><size unit='KiB'>524288</size></target></memory>
        """)
    let references = try DomainFacts(parsing: xml).references
    #expect(references.map(\.role) == [.memory])
    #expect(references.first?.target.path == Array("/srv/nvdimm.img".utf8))
  }

  @Test func `elements of another namespace are no disks, and are mentioned`() throws {
    let xml = SampleDomain.xml(
      devices: "<q:disk xmlns:q='urn:q' type='file'><q:source file='/a'/></q:disk>")
    let facts = try DomainFacts(parsing: xml)
    #expect(facts.disks.isEmpty)
    #expect(facts.references.map(\.part) == [.mention])
    #expect(facts.references.first?.target.path == Array("/a".utf8))
  }
}
