import DiskImage
import Libvirt
import Testing

@Suite struct DiskSourceTests {
  private func target(_ type: String, _ source: String) throws -> ReferenceTarget? {
    try DomainFacts(parsing: SampleDomain.disk(type, source)).references.first?.target
  }

  @Test func `a file is an absolute path, entities resolved`() throws {
    let target = try target(
      "file", "<source file='/srv/pool/odd &amp; &quot;name&apos; &lt;x&gt;.img'/>")
    #expect(target?.type == .file)
    #expect(target?.path == Array("/srv/pool/odd & \"name' <x>.img".utf8))
  }

  @Test func `an ampersand is an ampersand however it is written`() throws {
    let target = try target("file", "<source file='/a&#38;b&amp;#38;c&#x26;d'/>")
    #expect(target?.path == Array("/a&b&#38;c&d".utf8))
  }

  @Test func `a file with a colon or a scheme in its name is still a file`() throws {
    let target = try target("file", "<source file='/srv/nbd:host:10809'/>")
    #expect(target?.type == .file)
    #expect(target?.path == Array("/srv/nbd:host:10809".utf8))
  }

  @Test func `a relative path means nothing`() throws {
    let target = try target("file", "<source file='web.img'/>")
    #expect(target?.type == nil)
    #expect(target?.invalid == "the path 'web.img' is not absolute")
  }

  @Test func `no type is a file`() throws {
    let xml = SampleDomain.xml(devices: "<disk><source file='/a'/><target dev='vda'/></disk>")
    #expect(try DomainFacts(parsing: xml).references.first?.target.type == .file)
  }

  @Test func `block devices and directories are paths`() throws {
    let block = try target("block", "<source dev='/dev/mapper/base'/>")
    #expect(block?.type == .block)
    #expect(block?.path == Array("/dev/mapper/base".utf8))
    let directory = try target("dir", "<source dir='/srv/floppy'/>")
    #expect(directory?.type == .dir)
    #expect(directory?.path == Array("/srv/floppy".utf8))
  }

  @Test func `a volume is a pool and a name`() throws {
    let target = try target(
      "volume", "<source pool='iscsi-pool' volume='unit:0:0:2' mode='direct'/>")
    #expect(target?.type == .volume)
    #expect(target?.name == "unit:0:0:2")
    #expect(target?.options == ["pool": "iscsi-pool", "mode": "direct"])
  }

  @Test func `an NVMe namespace is QEMU's address of it`() throws {
    let target = try target(
      "nvme",
      """
      <source type='pci' managed='yes' namespace='1'>
        <address domain='0x0000' bus='0x01' slot='0x1f' function='0x7'/>
      </source>
      """)
    #expect(target?.type == .nvme)
    #expect(target?.uri == "nvme://0000:01:1f.7/1")
    #expect(target?.options == ["managed": "yes"])
  }

  @Test func `an NVMe source without an address means nothing`() throws {
    let target = try target("nvme", "<source type='pci' namespace='1'/>")
    #expect(target?.invalid == "the NVMe source has no address")
  }

  @Test func `vhost-user is a socket and vhost-vdpa a device`() throws {
    let user = try target("vhostuser", "<source type='unix' path='/tmp/vhost-blk.sock'/>")
    #expect(user?.type == .vhostuser)
    #expect(user?.path == Array("/tmp/vhost-blk.sock".utf8))
    let vdpa = try target("vhostvdpa", "<source dev='/dev/vhost-vdpa-0'/>")
    #expect(vdpa?.type == .vhostvdpa)
    #expect(vdpa?.path == Array("/dev/vhost-vdpa-0".utf8))
  }

  @Test func `a source type of the future means nothing yet, and says so`() throws {
    let target = try target("teleport", "<source gate='7'/>")
    #expect(target?.type == nil)
    #expect(target?.invalid == "libvirt's source type 'teleport' is not known here")
  }

  @Test func `RBD has its monitors in order, its snapshot and its user`() throws {
    let target = try target(
      "network",
      """
      <source protocol="rbd" name="pool/image">
        <host name="mon1.example.org" port="6321"/>
        <host name="mon2.example.org"/>
        <snapshot name="snapname"/>
        <config file="/path/to/file"/>
        <auth username='myuser'><secret type='ceph' usage='mypassid'/></auth>
      </source>
      """)
    #expect(target?.type == .network)
    #expect(target?.protocolName == "rbd")
    #expect(target?.name == "pool/image")
    #expect(
      target?.hosts == [
        ReferenceHost(name: "mon1.example.org", port: 6321),
        ReferenceHost(name: "mon2.example.org"),
      ])
    #expect(
      target?.options == [
        "snapshot": "snapname", "config": "/path/to/file", "user": "myuser",
        "secret-type": "ceph", "secret-usage": "mypassid",
      ])
    #expect(target?.uri == "rbd:pool/image@snapname")
  }

  @Test func `NBD over a socket has no host name`() throws {
    let target = try target(
      "network",
      """
      <source protocol='nbd' name='Volume2/Image' tls='yes'>
        <host transport='unix' socket='/path/to/sock'/>
      </source>
      """)
    #expect(target?.hosts == [ReferenceHost(transport: "unix", socket: "/path/to/sock")])
    #expect(target?.options == ["tls": "yes"])
    #expect(target?.uri == "nbd+unix:///Volume2/Image?socket=/path/to/sock")
  }

  @Test(arguments: [
    ("nbd", "export", "host name='h.example' port='10809'", "nbd://h.example/export"),
    (
      "iscsi", "iqn.2013-07.com.example:t/2", "host name='example.com' port='3260'",
      "iscsi://example.com/iqn.2013-07.com.example:t/2"
    ),
    (
      "gluster", "vol/a.qcow2", "host name='g' port='24007' transport='rdma'",
      "gluster+rdma://g/vol/a.qcow2"
    ),
    ("gluster", "vol/a.qcow2", "host name='g' transport='tcp'", "gluster://g/vol/a.qcow2"),
    (
      "sheepdog", "image_name", "host name='hostname' port='7000'",
      "sheepdog://hostname/image_name"
    ),
    ("https", "/url_path", "host name='hostname' port='443'", "https://hostname/url_path"),
    ("ftp", "url_path", "host name='hostname' port='21'", "ftp://hostname/url_path"),
    ("tftp", "url_path", "host name='::1' port='69'", "tftp://[::1]/url_path"),
    ("nfs", "/export/a.raw", "host name='example.com'", "nfs://example.com/export/a.raw"),
    ("vxhs", "eb90327c", "host name='192.168.0.1' port='9999'", "vxhs://192.168.0.1/eb90327c"),
  ])
  func `a network source has one string`(
    protocolName: String, name: String, host: String, uri: String
  ) throws {
    let target = try target(
      "network", "<source protocol='\(protocolName)' name='\(name)'><\(host)/></source>")
    #expect(target?.protocolName == protocolName)
    #expect(target?.name == name)
    #expect(target?.uri == uri)
  }

  @Test func `its string is that of the same place in a header`() throws {
    let ofDomain = try target(
      "network",
      "<source protocol='nbd' name='a b'><host name='::1' port='10809' transport='tcp'/></source>")
    let ofHeader = ReferenceTarget(parsing: Array("nbd+tcp://[::1]/a%20b".utf8), in: [0x2f])
    #expect(ofDomain?.uri == "nbd://[::1]/a%20b")
    #expect(ofHeader.uri == "nbd://[::1]/a%20b")
    #expect(ofDomain?.hosts == ofHeader.hosts)
  }

  @Test func `a query belongs to the address, a cookie is not kept`() throws {
    let target = try target(
      "network",
      """
      <source protocol="http" name="url_path" query="foo=bar&amp;baz=flurb">
        <host name="hostname" port="80"/>
        <cookies><cookie name="session">secret</cookie></cookies>
      </source>
      """)
    #expect(target?.uri == "http://hostname/url_path?foo=bar&baz=flurb")
    #expect(target?.options == ["query": "foo=bar&baz=flurb"])
  }

  @Test func `credentials beside the source are the old place for them`() throws {
    let target = try target(
      "network",
      """
      <auth username='admin'><secret type='ceph' uuid='41801fed-be4b-400d-87c8-525d6340fcb0'/></auth>
      <source protocol='rbd' name='p/i'/>
      """)
    #expect(target?.options["user"] == "admin")
    #expect(target?.options["secret-uuid"] == "41801fed-be4b-400d-87c8-525d6340fcb0")
  }

  @Test func `a port beyond 65535 is no port`() throws {
    let target = try target(
      "network", "<source protocol='nbd'><host name='h' port='70000'/></source>")
    #expect(target?.hosts == [ReferenceHost(name: "h")])
  }
}
