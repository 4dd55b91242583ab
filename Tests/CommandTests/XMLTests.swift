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
    #expect(run.complaint.contains("/base.qcow2', which the chain needs, is not there"))
  }

  @Test func `a format that the header contradicts is refused`() throws {
    let tree = try tree()
    try tree.images.image("odd.qcow2", "-b base.qcow2 -F raw")
    try tree.define("web", tree.disk("top.qcow2", format: "raw"))
    try tree.scan()
    for arguments in [["xml", tree.path("odd.qcow2")], ["xml", "--domain", "web"]] {
      let run = try tree.backstory(arguments)
      #expect(run.code == 1)
      #expect(run.complaint.contains("as raw and its header shows qcow2"))
    }
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
    #expect(open.complaint.contains("a part is used whose end is not recorded"))
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
