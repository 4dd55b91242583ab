import Foundation
import Testing

@Suite(RealPool.needsQemuImg) struct XMLTests {
  private func tree() throws -> LibvirtTree {
    let tree = try LibvirtTree()
    try tree.images.image("base.qcow2")
    try tree.images.image("middle.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.image("top.qcow2", "-b middle.qcow2 -F qcow2")
    return tree
  }

  /// The paths of an image's chain, below the pool.
  private func sources(_ image: String, _ tree: LibvirtTree) throws -> [String] {
    try sources(tree.backstory(["xml", tree.path(image)]), tree)
  }

  private func sources(_ run: Run, _ tree: LibvirtTree) throws -> [String] {
    #expect(run.code == 0, "\(run.complaint)")
    return run.output.matches(of: /<source file='([^']*)'/).map {
      String($0.output.1.dropFirst(tree.pool.count + 1))
    }
  }

  @Test func `a chain is spelled out with its formats and its end`() throws {
    let tree = try tree()
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("top.qcow2")])
    #expect(
      run.output == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='\(tree.pool)/top.qcow2'/>
          <backingStore type='file'>
            <format type='qcow2'/>
            <source file='\(tree.pool)/middle.qcow2'/>
            <backingStore type='file'>
              <format type='qcow2'/>
              <source file='\(tree.pool)/base.qcow2'/>
              <backingStore/>
            </backingStore>
          </backingStore>
          <target dev='vda' bus='virtio'/>
        </disk>

        """)
    #expect(run.code == 0, "\(run.complaint)")
  }

  @Test func `a domain's disk keeps what its XML says of it`() throws {
    let tree = try tree()
    try tree.define(
      "web", tree.disk("top.qcow2"), tree.disk("base.qcow2", "vdb", inside: "<shareable/>"))
    try tree.scan()
    let run = try tree.backstory(["xml", "--domain", "web", "--target", "vdb"])
    #expect(
      run.output == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='\(tree.pool)/base.qcow2'/>
          <backingStore/>
          <target dev='vdb' bus='virtio'/>
          <shareable/>
        </disk>

        """)
    let all = try tree.backstory(["xml", "--domain", "web"])
    #expect(all.output.components(separatedBy: "<disk ").count == 3)
  }

  @Test func `a format that is not recorded is told where the header may be believed`() throws {
    let tree = try tree()
    try tree.images.forgetBackingFormat("middle.qcow2")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("top.qcow2")])
    #expect(run.code == 0, "\(run.complaint)")
    #expect(run.output.components(separatedBy: "<format type='qcow2'/>").count == 3)
  }

  @Test func `a format that nobody records above a base of unknown format is refused`() throws {
    let tree = try tree()
    try tree.images.forgetBackingFormat("top.qcow2")
    try tree.images.shell("qemu-img rebase -q -u -b nbd://host/x -F raw middle.qcow2")
    try tree.images.forgetBackingFormat("middle.qcow2")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("top.qcow2")])
    #expect(run.code == 1)
    #expect(run.output == "")
    #expect(run.complaint.contains("not known for certain"))
  }

  @Test func `a base that is not there is refused`() throws {
    let tree = try tree()
    try tree.images.shell("rm base.qcow2")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("top.qcow2")])
    #expect(run.code == 1)
    #expect(run.complaint.contains("/base.qcow2', which the chain needs, is missing"))
  }

  @Test func `LUKS is raw with a secret, and refused without one`() throws {
    let tree = try tree()
    // On a busy machine qemu-img is "unable to get accurate CPU usage" now and then.
    let make = "qemu-img create -q --object secret,id=s,data=abc -f"
    for line in [
      "luks -o key-secret=s,iter-time=10 luks 4M",
      "qcow2 -o encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10 hidden.qcow2 4M",
    ] {
      try tree.images.shell(
        "for attempt in $(seq 60); do \(make) \(line) 2>/dev/null && break; done")
    }
    let secret = "<encryption format='luks'><secret type='passphrase' usage='k'/></encryption>"
    try tree.define(
      "web",
      "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        + "<source file='\(tree.path("luks"))'>\(secret)</source><target dev='vda'/></disk>")
    try tree.scan()
    #expect(try tree.findings() == [])
    let disk = try tree.backstory(["xml", "--domain", "web"])
    #expect(disk.output.contains("type='raw'/>"), "\(disk.complaint)")
    #expect(disk.output.contains("<encryption format='luks'>"))
    #expect(disk.complaint == "")
    let alone = try tree.backstory(["xml", tree.path("luks")])
    #expect(alone.code == 1)
    #expect(alone.output == "")
    #expect(alone.complaint.contains("encrypted with LUKS"))
    let hidden = try tree.backstory(["xml", tree.path("hidden.qcow2")])
    #expect(hidden.code == 0)
    #expect(hidden.complaint.contains("'\(tree.path("hidden.qcow2"))' is encrypted"))
  }

  @Test func `sockets, devices and directories that serve as disks are said again`() throws {
    let tree = try tree()
    try tree.images.shell("mkfifo socket && mkdir files")
    let socket = """
      <disk type='vhostuser' device='disk' snapshot='no'>
        <driver name='qemu' type='raw'/>
        <source type='unix' path='\(tree.path("socket"))'>
          <reconnect enabled='yes' timeout='10'/>
        </source>
        <target dev='vda' bus='virtio'/>
      </disk>
      """
    let floppy = """
      <disk type='dir' device='floppy'>
        <driver name='qemu' type='fat'/>
        <source dir='\(tree.path("files"))'/>
        <target dev='fda' bus='fdc'/>
        <readonly/>
      </disk>
      """
    try tree.define("web", socket, floppy)
    try tree.scan()
    let run = try tree.backstory(["xml", "--domain", "web"])
    #expect(run.complaint == "")
    #expect(
      run.output.replacing("  <backingStore/>\n", with: "") == "\(socket)\n\(floppy)\n")
  }

  @Test func `Xen's formats are QEMU's under other names`() throws {
    let tree = try tree()
    try tree.images.shell("qemu-img create -q -f vpc a.vhd 4M && truncate -s 4M a.raw")
    try tree.write(
      "etc/libvirt/libxl/xen.xml",
      LibvirtTree.domain(
        "xen",
        [
          "<disk type='file' device='disk'><driver name='tap' type='aio'/>"
            + "<source file='\(tree.path("a.raw"))'/><target dev='xvda'/></disk>",
          "<disk type='file' device='disk'><driver name='tap2' type='vhd'/>"
            + "<source file='\(tree.path("a.vhd"))'/><target dev='xvdb'/></disk>",
        ]))
    try tree.scan()
    #expect(try tree.findings() == [])
    let xml = try tree.backstory(["xml", "--domain", "xen"])
    #expect(xml.output.contains("<driver name='tap' type='raw'/>"), "\(xml.complaint)")
    #expect(xml.output.contains("<driver name='tap2' type='vhd'/>"))
  }

  @Test func `a format that the header contradicts is refused`() throws {
    let tree = try tree()
    try tree.images.image("odd.qcow2", "-b base.qcow2 -F qcow2")
    try tree.images.shell("qemu-img rebase -q -u -b base.qcow2 -F vmdk odd.qcow2")
    try tree.define("web", tree.disk("middle.qcow2", format: "qed"))
    try tree.scan()
    let odd = try tree.backstory(["xml", tree.path("odd.qcow2")])
    #expect(odd.code == 1)
    #expect(odd.complaint.contains("as vmdk and its header shows qcow2"))
    let web = try tree.backstory(["xml", "--domain", "web"])
    #expect(web.code == 1)
    #expect(web.complaint.contains("as qed and its header shows qcow2"))
  }

  @Test func `what else a domain's XML says of a disk is said again`() throws {
    let tree = try tree()
    try tree.define(
      "web",
      "<disk type='file' device='disk' snapshot='no'>"
        + "<driver name='qemu' type='qcow2' cache='none' discard='unmap'/>"
        + "<source file='\(tree.path("base.qcow2"))'>"
        + "<encryption format='luks'><secret type='passphrase' usage='k'/></encryption></source>"
        + "<blockio logical_block_size='512'/>"
        + "<target dev='vda' bus='virtio'/><iotune><read_iops_sec>9</read_iops_sec></iotune>"
        + "<serial>a&amp;b</serial><boot order='1'/><alias name='ua-x'/>"
        + "<address type='pci' slot='0x02'/></disk>")
    try tree.scan()
    let run = try tree.backstory(["xml", "--domain", "web"])
    #expect(
      run.output == """
        <disk type='file' device='disk' snapshot='no'>
          <driver name='qemu' type='qcow2' cache='none' discard='unmap'/>
          <source file='\(tree.pool)/base.qcow2'>
            <encryption format='luks'>
              <secret type='passphrase' usage='k'/>
            </encryption>
          </source>
          <backingStore/>
          <blockio logical_block_size='512'/>
          <target dev='vda' bus='virtio'/>
          <iotune>
            <read_iops_sec>9</read_iops_sec>
          </iotune>
          <serial>a&amp;b</serial>
          <boot order='1'/>
          <alias name='ua-x'/>
          <address type='pci' slot='0x02'/>
        </disk>

        """, "\(run.complaint)")
  }

  @Test func `what is recorded as raw stays raw whatever its guest wrote on it`() throws {
    let tree = try tree()
    try tree.images.image("other.qcow2")
    try tree.images.image("own.qcow2")
    try tree.images.image("over.qcow2", "-b other.qcow2 -F raw")
    try tree.define("web", tree.disk("own.qcow2", format: "raw"))
    try tree.scan()
    let over = try tree.backstory(["xml", tree.path("over.qcow2")])
    #expect(over.code == 0)
    #expect(over.output.contains("<format type='raw'/>"))
    #expect(over.output.contains("<backingStore/>"))
    #expect(over.complaint.contains("stays raw, though its header shows qcow2"))
    let web = try tree.backstory(["xml", "--domain", "web"])
    #expect(web.output.contains("<driver name='qemu' type='raw'/>"))
    #expect(!web.output.contains("<format"))
  }

  @Test func `an image has the name that libvirt finds for it`() throws {
    let tree = try tree()
    try tree.images.shell("mkdir sub && ln -s ../base.qcow2 sub/link.qcow2 && ln -s . here")
    try tree.images.image("sub/over.qcow2", "-b ../middle.qcow2 -F qcow2")
    try tree.images.image("colon.qcow2", "-b ./middle.qcow2 -F qcow2")
    try tree.images.image("linked.qcow2", "-b sub/link.qcow2 -F qcow2")
    try tree.define("web", tree.disk("here/top.qcow2"))
    try tree.scan()
    #expect(
      try sources("sub/over.qcow2", tree)
        == ["sub/over.qcow2", "sub/../middle.qcow2", "sub/../base.qcow2"])
    #expect(try sources("colon.qcow2", tree) == ["colon.qcow2", "./middle.qcow2", "./base.qcow2"])
    #expect(try sources("linked.qcow2", tree) == ["linked.qcow2", "sub/link.qcow2"])
    #expect(
      try sources(tree.backstory(["xml", "--domain", "web"]), tree)
        == ["here/top.qcow2", "here/middle.qcow2", "here/base.qcow2"])
  }

  @Test func `behind a link to an overlay its base has the name where it stands`() throws {
    let tree = try tree()
    try tree.images.shell("mkdir links && ln -s ../middle.qcow2 links/middle.qcow2")
    try tree.define("web", tree.disk("links/middle.qcow2"))
    try tree.scan()
    #expect(
      try sources(tree.backstory(["xml", "--domain", "web"]), tree)
        == ["links/middle.qcow2", "base.qcow2"])
  }

  @Test func `a part of a base or of a disk is a slice`() throws {
    let tree = try tree()
    try tree.images.shell("truncate -s 16M data.raw")
    try tree.images.shell(
      "qemu-img create -q -u -f qcow2 -F raw -b 'json:{\"driver\":\"raw\",\"offset\":1048576,"
        + "\"size\":8388608,\"file\":{\"driver\":\"file\",\"filename\":\"\(tree.path("data.raw"))\"}}'"
        + " part.qcow2 8M")
    let slices = "<slices><slice type='storage' offset='4096' size='8192'/></slices>"
    try tree.define(
      "web",
      "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source "
        + "file='\(tree.path("data.raw"))'>\(slices)</source><target dev='vda'/></disk>")
    try tree.scan()
    let part = try tree.backstory(["xml", tree.path("part.qcow2")])
    #expect(part.output.contains("<slice type='storage' offset='1048576' size='8388608'/>"))
    let web = try tree.backstory(["xml", "--domain", "web"])
    #expect(web.output.contains("<slice type='storage' offset='4096' size='8192'/>"))
  }

  @Test func `a network base is written as libvirt writes it`() throws {
    let tree = try tree()
    try tree.images.shell(
      "qemu-img create -q -u -f qcow2 -b nbd://host:10809/export -F raw net.qcow2 16M")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("net.qcow2")])
    #expect(
      run.output == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='\(tree.pool)/net.qcow2'/>
          <backingStore type='network'>
            <format type='raw'/>
            <source protocol='nbd' name='export'>
              <host name='host' port='10809'/>
            </source>
            <backingStore/>
          </backingStore>
          <target dev='vda' bus='virtio'/>
        </disk>

        """, "\(run.complaint)")
  }

  @Test func `a secret in a URL is printed when it is asked for, and only then`() throws {
    let tree = try tree()
    func disk(_ name: String, _ query: String, _ target: String) -> String {
      "<disk type='network' device='cdrom'><driver name='qemu' type='raw'/>"
        + "<source protocol='https' name='\(name)' query='\(query)'><host name='h' port='443'/>"
        + "</source><target dev='\(target)' bus='sata'/></disk>"
    }
    try tree.define(
      "web", disk("a.iso", "dir=x&amp;token=hunter2&amp;n=1", "sda"),
      disk("b.iso", "sig=hunter2", "sdb"), disk("c.iso", "dcPath=a&amp;dsName=b", "sdc"))
    try tree.scan()
    let plain = try tree.backstory(["xml", "--domain", "web"])
    #expect(plain.code == 0, "\(plain.complaint)")
    #expect(plain.output.contains("name='a.iso' query='dir=x&amp;n=1'"))
    #expect(plain.output.contains("<source protocol='https' name='b.iso'>"))
    #expect(plain.output.contains("query='dcPath=a&amp;dsName=b'"))
    #expect(plain.complaint.split(separator: "\n").count { $0.contains("is left out") } == 2)
    let whole = try tree.backstory(["xml", "--secrets", "--domain", "web"])
    #expect(whole.output.contains("query='dir=x&amp;token=hunter2&amp;n=1'"))
    #expect(whole.output.contains("query='sig=hunter2'"))
    #expect(whole.complaint.contains("the XML holds the secret in the parameters of"))
    #expect(!(plain.output + plain.complaint + whole.complaint).contains("hunter2"))
  }

  @Test func `a base that is a part of a file is written as that part`() throws {
    let tree = try tree()
    let file = #"'file':{'driver':'file','filename':'\#(tree.pool)/archive.tar'}"#
    try tree.images.shell("qemu-img create -q -f raw archive.tar 1M")
    try tree.images.shell(
      "qemu-img create -q -u -f qcow2 -F qcow2 -b "
        + "\"json:{'file':{'driver':'raw','offset':1536,'size':65536,\(file)}}\" part.qcow2 16M")
    try tree.images.shell(
      "qemu-img create -q -u -f qcow2 -F qcow2 -b "
        + "\"json:{'file':{'driver':'raw','offset':1536,\(file)}}\" open.qcow2 16M")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("part.qcow2")])
    #expect(
      run.output == """
        <disk type='file' device='disk'>
          <driver name='qemu' type='qcow2'/>
          <source file='\(tree.pool)/part.qcow2'/>
          <backingStore type='file'>
            <format type='qcow2'/>
            <source file='\(tree.pool)/archive.tar'>
              <slices>
                <slice type='storage' offset='1536' size='65536'/>
              </slices>
            </source>
          </backingStore>
          <target dev='vda' bus='virtio'/>
        </disk>

        """, "\(run.complaint)")
    let open = try tree.backstory(["xml", tree.path("open.qcow2")])
    #expect(open.code == 1)
    #expect(open.complaint.contains("is used without a recorded end"))
    let found = try tree.backstory(["check", "--output", "json"]).objects
    #expect(!found.contains { ($0["filename"] as? String)?.hasSuffix("part.qcow2") == true })
  }

  @Test func `an external data file is spelled out`() throws {
    let tree = try tree()
    try tree.images.shell(
      "qemu-img create -q -f qcow2 -o data_file=disk.raw,data_file_raw=on data.qcow2 16M")
    try tree.scan()
    let run = try tree.backstory(["xml", tree.path("data.qcow2")])
    #expect(run.output.contains("<dataStore type='file'>"), "\(run.complaint)")
    #expect(run.output.contains("<source file='\(tree.pool)/disk.raw'/>"))
  }

  @Test func `usage that means nothing is refused`() throws {
    let tree = try tree()
    try tree.scan()
    for arguments in [["xml"], ["xml", "a", "--domain", "b"], ["xml", "a", "--target", "vda"]] {
      #expect(try tree.backstory(arguments).code == 1)
    }
    #expect(
      try tree.backstory(["xml", "--domain", "nobody"]).complaint.contains("no domain 'nobody'"))
  }
}
