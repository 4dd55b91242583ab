import DiskXML
import Libvirt
import Testing

@Suite struct DiskOthersTests {
  /// A disk as it is written again.
  private static func rewritten(_ disk: String) throws -> String {
    let domain = try DomainFacts(parsing: SampleDomain.xml(devices: disk))
    let first = try #require(domain.disks.first)
    return try DiskElement(first).text()
  }

  private static let disks = [
    """
    <disk type='file' device='disk' model='virtio-transitional' of='tomorrow'>
      <driver name='qemu' type='qcow2' cache='none' of='tomorrow'>
        <metadata_cache>
          <max_size unit='bytes'>4096</max_size>
        </metadata_cache>
      </driver>
      <source file='/p/top' fdgroup='g1' of='tomorrow'>
        <seclabel model='dac' relabel='no'/>
        <tomorrow/>
      </source>
      <backingStore type='file' of='tomorrow'>
        <format type='qcow2' of='tomorrow'>
          <metadata_cache>
            <max_size unit='bytes'>4096</max_size>
          </metadata_cache>
        </format>
        <source file='/p/base' fdgroup='g2'>
          <encryption format='luks'>
            <secret type='passphrase' usage='k'/>
          </encryption>
        </source>
        <tomorrow>text</tomorrow>
        <backingStore/>
      </backingStore>
      <target dev='vda' bus='virtio' rotation_rate='1' of='tomorrow'/>
      <transient shareBacking='yes'/>
      <serial>a</serial>
      <boot order='1'/>
      <alias name='ua-mine'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
      <acpi index='7'/>
      <tomorrow>
        <inner of='it'/>
      </tomorrow>
    </disk>

    """,
    """
    <disk type='file' device='cdrom'>
      <driver name='qemu' type='raw'/>
      <source file='/p/cd.iso'/>
      <target dev='sda' bus='sata' tray='open'/>
      <readonly/>
    </disk>

    """,
    """
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw'/>
      <source protocol='rbd' name='p/i' of='tomorrow'>
        <host name='mon' port='6789'/>
        <snapshot name='s'/>
        <config file='/etc/ceph/c.conf' of='tomorrow'/>
        <auth username='u'>
          <secret type='ceph' usage='k'/>
          <tomorrow/>
        </auth>
      </source>
      <target dev='vda' bus='virtio'/>
    </disk>

    """,
  ]

  @Test(arguments: disks)
  func `nothing that a disk was given is lost, known or not`(disk: String) throws {
    #expect(try Self.rewritten(disk) == disk)
  }

  @Test func `what is of a running process alone is left out`() throws {
    let text = try Self.rewritten(
      """
      <disk type='file' device='disk'><driver name='qemu' type='raw'/>
      <source file='/p/a' index='1'><privateData><nodenames/></privateData></source>
      <backingStore/><mirror type='file' job='copy'><format type='raw'/><source file='/p/b'/></mirror>
      <target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>
      """)
    #expect(
      text == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='raw'/>
          <source file='/p/a'/>
          <backingStore/>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
  }
}
