import DiskImage
import Testing

@Suite struct NetworkReferenceTests {
  private func target(_ stored: String) -> ReferenceTarget {
    ReferenceTarget(parsing: Array(stored.utf8), in: Array("/d".utf8))
  }

  @Test(arguments: [
    ("nbd:unix:/run/a:b:exportname=x:y", "nbd+unix:///x:y?socket=/run/a:b"),
    ("nbd:server:10809", "nbd://server"), ("nbd:[::1]:1", "nbd://[::1]:1"),
    ("nbd://server/a%20b", "nbd://server/a%20b"),
    ("nbd+unix:////x?socket=/s", "nbd+unix:////x?socket=/s"),
    ("http://u:p@server:80/a?b=c", "http://server/a?b=c"), ("https://s:8443/a", "https://s:8443/a"),
    ("ftp://s/a", "ftp://s/a"), ("tftp://s/a", "tftp://s/a"), ("ssh://u@s/a?x=y", "ssh://s/a?x=y"),
    ("gluster://s/v/a", "gluster://s/v/a"), ("gluster:///v/a", "gluster:///v/a"),
    ("gluster+rdma://s:1/v/a", "gluster+rdma://s:1/v/a"),
    ("gluster+unix:///v/a?socket=/s%20s", "gluster+unix:///v/a?socket=/s%20s"),
    ("iscsi://s/iqn.x:y/1", "iscsi://s/iqn.x:y/1"), ("nfs://s/e/a?uid=1", "nfs://s/e/a?uid=1"),
    ("sheepdog:vdi", "sheepdog:///vdi"), ("sheepdog:h:7000:vdi:tag", "sheepdog://h/vdi"),
    ("vxhs://s:9999/uuid", "vxhs://s/uuid"), ("rbd:p/i@s:id=a:key=k", "rbd:p/i@s"),
    (#"rbd:p\:q/i\@j@s\\t"#, #"rbd:p\:q/i\@j@s\\t"#),
    ("null-co://", "null-co://"), ("iser://s/t/0", "iser://s/t/0"),
    (#"json:{"driver":"ssh","host":"h","path":"/x"}"#, "ssh://h/x"),
    (
      #"json:{"driver":"iscsi","transport":"tcp","portal":"[::1]:1","target":"t"}"#,
      "iscsi://[::1]:1/t/0"
    ),
  ])
  func `a network reference has one URI without secrets`(stored: String, uri: String) {
    #expect(target(stored).type == .network)
    #expect(target(stored).uri == uri)
    #expect(target(uri).uri == uri)
  }

  @Test(arguments: [
    ("iscsi://user%word@s/t/0", ["user": "user", "password": "word"]),
    ("http://u%40x:w%3A@s/a", ["user": "u@x", "password": "w:"]),
    ("sheepdog:h:7000:vdi:tag", ["snapshot": "tag"]), ("sheepdog://h/v#5", ["snapshot": "5"]),
    ("gluster://s/v/a?socket=/s&debug=9", ["query": "debug=9"]),
    ("http://s/a?socket=/s", ["query": "socket=/s"]),
    ("blkdebug:c:blkverify:r:nbd://s/x", ["filter": "blkdebug,blkverify"]),
    (
      "rbd:p/i@s:id=a:conf=/c:key=k\\:\\=:auth_supported=cephx",
      [
        "snapshot": "s", "user": "a", "config": "/c", "rbd.key": "k:=",
        "rbd.auth_supported": "cephx",
      ]
    ),
    (
      #"json:{"driver":"rbd","pool":"p","image":"i","user":"u","key-secret":"sec0"}"#,
      ["user": "u", "key-secret": "sec0"]
    ),
    (
      #"json:{"driver":"throttle","throttle-group":"t","file":{"driver":"null-co"}}"#,
      ["filter": "throttle"]
    ),
  ])
  func `what else a reference says is in its options`(stored: String, options: [String: String]) {
    #expect(target(stored).options == options)
  }

  @Test(arguments: [
    ("rbd:p\\:q/i\\@j\\/k", "p:q/i@j/k"), ("rbd:p/ns/i", "p/ns/i"), ("nfs://s/a%2fb", "a/b"),
    ("http://s/%ff%41", "%ff%41"), ("ftp://s//a", "/a"), ("http://s/a@b:c", "a@b:c"),
    (#"json:{"driver":"rbd","pool":"p","namespace":"n","image":"i"}"#, "p/n/i"),
    (#"json:{"driver":"nbd","host":"h","export":5}"#, "5"),
  ])
  func `a name is unescaped in its own grammar`(stored: String, name: String) {
    #expect(target(stored).name == name)
  }

  @Test(arguments: [
    "nbd+tcp://h:1/x", #"json:{"driver":"nbd","server":{"type":"inet","host":"h","port":1}}"#,
    #"json:{"driver":"nbd","host":"h","port":"1"}"#, "gluster+tcp://h:1/v/x",
    #"json:{"driver":"iscsi","transport":"tcp","portal":"h:1","target":"t"}"#,
    #"json:{"driver":"gluster","volume":"v","path":"x","server.0":{"type":"tcp","host":"h","port":1}}"#,
  ])
  func `TCP goes without saying`(stored: String) {
    #expect(target(stored).hosts == [ReferenceHost(name: "h", port: 1)])
    #expect(target(stored).hosts.map(\.transport) == [nil])
  }

  @Test func `monitors of rbd are servers`() {
    let stored = #"rbd:p/i:mon_host=a\:6789\;[\:\:1]\:3300\,b\ fd00\:\:1"#
    #expect(
      target(stored).hosts == [
        ReferenceHost(name: "a", port: 6789), ReferenceHost(name: "::1", port: 3300),
        ReferenceHost(name: "b"), ReferenceHost(name: "fd00::1"),
      ])
  }

  @Test(arguments: [
    ("http:x", "a reference of protocol http is a URI and has '://'"),
    ("nbd+tcp:x", "a reference with 'nbd+' is a URI and has '://'"),
    ("nbd+sctp://h/x", "unknown transport 'sctp'"), ("nbd+unix:///x", "it names no socket"),
    ("nbd:", "it names no server"), ("nbd::1", "it names no server"), ("nbd:h", "it names no port"),
    ("nbd:h:", "it names no port"), ("nbd:h:x", "a port is not a number from 0 to 65535"),
    ("nbd:h:65536", "a port is not a number from 0 to 65535"), ("nbd:unix:", "it names no socket"),
    ("nbd:h:1:exportname=x://y", "'://' makes it a URI, and it is none"),
    ("nbd:[::1:1", "it names no port"), ("http://[::1/x", "an address in brackets is not closed"),
    ("http:///x", "it names no server"), ("http://h:x/y", "a port is not a number from 0 to 65535"),
    ("http://a b/x", "the name of a server has a space or a control character"),
    ("gluster://h/v", "a gluster reference names a volume and a file"),
    ("rbd:", "it names no rbd image"), ("rbd:i:key", "the rbd option 'key' has no value"),
    ("rbd:i:id=a:id=b", "the rbd option 'id' is given twice"),
    ("sheepdog:", "it names no sheepdog image"),
    ("nbd://h/%00", "a name contains a NUL byte"),
  ])
  func `what means nothing says why, without its secrets`(stored: String, reason: String) {
    #expect(target(stored).invalid == reason)
  }

  @Test func `bytes that are not UTF-8 are no network reference`() {
    let stored = Array("nbd:h:1:exportname=".utf8) + [0xff]
    #expect(
      ReferenceTarget(parsing: stored, in: [0x2f]).invalid == "the nbd reference is not UTF-8")
  }

  @Test func `drivers nest to a limit`() {
    #expect(target(String(repeating: "blkdebug::", count: 31) + "/x").path == Array("/x".utf8))
    #expect(
      target(String(repeating: "blkdebug::", count: 32) + "/x").invalid
        == "too many drivers are nested")
  }
}
