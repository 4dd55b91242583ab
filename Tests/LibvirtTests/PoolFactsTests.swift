import Libvirt
import Testing

@Suite struct PoolFactsTests {
  private func pool(_ xml: String) throws -> PoolFacts {
    try PoolFacts(parsing: Array(xml.utf8))
  }

  @Test func `a directory pool is visited`() throws {
    let images = try pool(RealXML.pool)
    #expect(images.name == "images")
    #expect(images.uuid == "dab9c75d-a234-43bc-88be-47f6e0d915c8")
    #expect(images.type == "dir")
    #expect(images.targetPath == "/srv/pool")
    #expect(images.source == nil)
    #expect(images.isVisited)
    #expect(!images.isActive)
    #expect(images.path(ofVolume: "a.qcow2") == "/srv/pool/a.qcow2")
  }

  @Test func `a pool that runs without being defined is found in its state`() throws {
    let transient = try pool(RealXML.activePool)
    #expect(transient.name == "transient")
    #expect(transient.targetPath == "/srv/transient")
    #expect(transient.isActive)
  }

  @Test func `a mounted file system is visited, and tells where it comes from`() throws {
    let local = try pool(
      """
      <pool type='fs'><name>fspool</name><source><device path='/dev/vg/fs'/><format type='ext4'/>
      </source><target><path>/mnt/fs</path></target></pool>
      """)
    #expect(local.isVisited)
    #expect(local.source == "/dev/vg/fs")
    let remote = try pool(
      """
      <pool type='netfs'><name>nfspool</name><source><host name='nfs.example.com'/>
      <dir path='/export/images'/><format type='nfs'/></source>
      <target><path>/mnt/nfs</path></target></pool>
      """)
    #expect(remote.isVisited)
    #expect(remote.source == "nfs.example.com:/export/images")
  }

  @Test func `a volume group is not visited, and its volumes have paths`() throws {
    let group = try pool(
      """
      <pool type='logical'><name>vg0</name><source><device path='/dev/sda1'/>
      <device path='/dev/sdb1'/><name>vg0</name><format type='lvm2'/></source>
      <target><path>/dev/vg0</path></target></pool>
      """)
    #expect(!group.isVisited)
    #expect(
      group.notVisitedReason == "a pool of type 'logical' is no directory of image files")
    #expect(group.source == "/dev/sda1 /dev/sdb1 vg0")
    #expect(group.path(ofVolume: "lv1") == "/dev/vg0/lv1")
  }

  @Test func `a Ceph pool has monitors, no directory and no paths`() throws {
    let ceph = try pool(
      """
      <pool type='rbd'><source><name>rbdpool</name><host name='mon1.example.com' port='6789'/>
      <host name='mon2.example.com'/></source></pool>
      """)
    #expect(ceph.name == "rbdpool")
    #expect(ceph.source == "mon1.example.com:6789,mon2.example.com:rbdpool")
    #expect(ceph.targetPath == nil)
    #expect(ceph.path(ofVolume: "a") == nil)
    #expect(!ceph.isVisited)
  }

  @Test func `an adapter is named, and an IPv6 address has brackets`() throws {
    let sources = [
      "<host name='::1' port='6789'/><name>rbd</name>",
      "<adapter type='scsi_host' name='scsi_host0'/>",
      "<adapter type='fc_host' parent='scsi_host5' wwnn='20000000c9831b4b' wwpn='10000000c9831b4b'/>",
      "<adapter type='scsi_host'><parentaddr unique_id='5'><address domain='0x0000' bus='0x00' "
        + "slot='0x1f' function='0x2'/></parentaddr></adapter>",
    ]
    let summaries = try sources.map {
      try pool("<pool type='scsi'><name>p</name><source>\($0)</source></pool>").source
    }
    #expect(
      summaries == ["[::1]:6789:rbd", "scsi_host0", "10000000c9831b4b", "0000:00:1f.2 5"])
  }

  @Test(arguments: [
    "logical", "disk", "iscsi", "iscsi-direct", "scsi", "mpath", "gluster", "rbd", "sheepdog",
    "zfs", "vstorage", "teleport",
  ])
  func `what is no directory is not visited`(type: String) throws {
    let other = try pool(
      "<pool type='\(type)'><name>p</name><target><path>/dev</path></target></pool>")
    #expect(other.notVisitedReason == "a pool of type '\(type)' is no directory of image files")
  }

  @Test func `a directory pool without a usable target is not visited`() throws {
    #expect(
      try pool("<pool type='dir'><name>p</name></pool>").notVisitedReason
        == "the pool has no target path")
    #expect(
      try pool("<pool type='dir'><name>p</name><target><path>x</path></target></pool>")
        .notVisitedReason == "the target path 'x' is not absolute")
  }

  @Test func `a target with a slash at its end is no other place`() throws {
    let slash = try pool(
      "<pool type='dir'><name>p</name><target><path>/srv/</path></target></pool>")
    #expect(slash.path(ofVolume: "a") == "/srv/a")
  }

  @Test func `what libvirt insists on is missed`() {
    #expect(throws: LibvirtFault.missing(element: "type", inside: "pool")) {
      try pool("<pool><name>p</name></pool>")
    }
    #expect(throws: LibvirtFault.missing(element: "name", inside: "pool")) {
      try pool("<pool type='dir'/>")
    }
    #expect(throws: LibvirtFault.missing(element: "pool", inside: "poolstate")) {
      try pool("<poolstate/>")
    }
    #expect(throws: LibvirtFault.unexpectedRoot("domain", expected: "storage pool")) {
      try pool("<domain/>")
    }
  }
}
