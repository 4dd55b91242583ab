import DiskImage
import Libvirt
import Testing

@Suite struct DeviceFilesTests {
  /// References as `role target`.
  private static func told(_ references: [DomainReference]) -> [String] {
    references.map { reference in
      let place =
        reference.target.path.map { String(decoding: $0, as: UTF8.self) } ?? reference.target.uri
      return "\(reference.role.rawValue) \(place ?? "?")"
    }
  }

  @Test func `files on the host that are no disks are references with their roles`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <tpm><backend type='emulator'><source type='file' path='/p/tpm'/></backend></tpm>
        <tpm><backend type='emulator'><source type='dir' path='/p/state'/></backend></tpm>
        <tpm><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
        <pstore backend='acpi-erst'><path>/p/pstore</path><size unit='KiB'>64</size></pstore>
        <interface type='network'><rom bar='on' file='/p/boot.rom'/></interface>
        """,
      os: "<shim>/p/shim</shim><acpi><table type='slic'>/p/a</table><table>/p/b</table></acpi>")
    let domain = try DomainFacts(parsing: xml)
    #expect(
      Self.told(domain.references) == [
        "shim /p/shim", "acpi-table /p/a", "acpi-table /p/b", "tpm /p/tpm", "tpm /p/state",
        "pstore /p/pstore", "rom /p/boot.rom",
      ])
    #expect(domain.references[4].target.type == .dir)
  }

  @Test func `what the firmware hands to the guest by name is one`() throws {
    let domain = try DomainFacts(
      parsing: Array(
        """
        <domain><name>m</name><sysinfo type='fwcfg'><entry name='opt/a'>text</entry>
        <entry name='opt/b' file='/p/b.ign'/></sysinfo></domain>
        """.utf8))
    #expect(Self.told(domain.references) == ["fw-cfg /p/b.ign"])
  }

  @Test func `storage that is handed to the guest as it is, is one`() throws {
    let xml = SampleDomain.xml(
      devices: """
        <hostdev mode='subsystem' type='scsi'><source protocol='iscsi' name='iqn.2014-08.com.example:i/1'>
        <host name='example.org' port='3260'/></source></hostdev>
        <hostdev mode='capabilities' type='storage'><source><block>/dev/sdf1</block></source></hostdev>
        <hostdev mode='subsystem' type='pci'><source><address domain='0'/></source></hostdev>
        """)
    #expect(
      Self.told(try DomainFacts(parsing: xml).references) == [
        "hostdev iscsi://example.org/iqn.2014-08.com.example:i/1", "hostdev /dev/sdf1",
      ])
  }

  @Test func `the chains of a job whose disk is gone are used`() throws {
    let domain = try DomainFacts(
      parsing: Array(
        """
        <domstatus state='running'><blockjobs active='yes'><blockjob type='copy'><chains>
        <disk type='file' format='qcow2'><source file='/p/top'/><backingStore type='file'>
        <format type='raw'/><source file='/p/base'/><backingStore/></backingStore></disk>
        <mirror type='file' format='raw'><source file='/p/copy'/><backingStore/></mirror>
        </chains></blockjob><blockjob type='create'><src type='file' format='qcow2'>
        <source file='/p/src'/></src></blockjob></blockjobs>
        <domain><name>m</name></domain></domstatus>
        """.utf8))
    #expect(
      Self.told(domain.references) == [
        "disk /p/top", "backing /p/base", "disk /p/copy", "disk /p/src",
      ])
    #expect(domain.references.map(\.declaredFormat) == ["qcow2", "raw", "raw", "qcow2"])
    #expect(domain.references.map(\.part) == [.blockJob, .blockJob, .mirror, .blockJob])
  }

  @Test func `the overlays that a revert made are a snapshot's`() throws {
    let snapshot = try SnapshotFacts(
      parsing: Array(
        """
        <domainsnapshot><name>s</name>
        <disks><disk name='vda'><driver type='qcow2'/><source file='/p/made'/></disk></disks>
        <revertDisks><disk name='vda' type='file'><driver type='qcow2'/><source file='/p/reverted'/></disk>
        </revertDisks></domainsnapshot>
        """.utf8))
    #expect(Self.told(snapshot.references) == ["snapshot /p/made", "snapshot /p/reverted"])
  }
}
