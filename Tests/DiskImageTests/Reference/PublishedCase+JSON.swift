import DiskImage

extension PublishedCase {
  static let jsonFiles = [
    PublishedCase("json:", nil),
    PublishedCase("json:asdgsdfg", nil),
    PublishedCase("json:{}", nil),
    PublishedCase(#"json: { "file.driver":"blah"}"#, nil),
    PublishedCase(#"json:{"file.driver":"file"}"#, nil),
    PublishedCase(
      #"json:{"file.driver":"file", "file.filename":"/path/to/file"}"#,
      .local(.file, "/path/to/file")),
    PublishedCase(#"json:{"file.driver":"file", "filename":"/path/to/file"}"#, nil),
    PublishedCase(
      #"json:{"file" : { "driver":"file","filename":"/path/to/file"}}"#,
      .local(.file, "/path/to/file")),
    PublishedCase(
      #"json:{"driver":"file","filename":"/path/to/file"}"#, .local(.file, "/path/to/file")),
    PublishedCase(
      #"json:{"file.driver":"host_device", "file.filename":"/path/to/dev"}"#,
      .local(.block, "/path/to/dev")),
    PublishedCase(
      #"json:{"file.driver":"host_cdrom", "file.filename":"/path/to/cdrom"}"#,
      .local(.block, "/path/to/cdrom")),
    PublishedCase(
      #"""
      json:{ "file": { "driver": "raw",
        "file": { "driver": "file", "filename": "/path/to/file" } } }
      """#, .local(.file, "/path/to/file")),
    PublishedCase(
      #"""
      json:{ "driver": "raw", "offset": 10752, "size": 4063232,
        "file": { "driver": "file", "filename": "/tmp/testfle" } }
      """#, .local(.file, "/tmp/testfle"), ["offset": "10752", "size": "4063232"]),
  ]

  private static let glusterHosts = Meaning.network(
    "gluster", "testvol/img.qcow2", "example.com|1234||", "||unix|/path/socket",
    "example.com|24007||")

  static let jsonServers = [
    PublishedCase(
      #"json:{"file.driver":"gluster", "file.filename":"gluster://example.com/vol/file"}"#,
      .network("gluster", "vol/file", "example.com|24007||")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"gluster","volume":"testvol","path":"img.qcow2",
        "server":[ {"type":"tcp","host":"example.com","port":"1234"},
          {"type":"unix","socket":"/path/socket"}, {"type":"tcp","host":"example.com"}]}}
      """#, glusterHosts),
    PublishedCase(
      #"""
      json:{"file.driver":"gluster","file.volume":"testvol","file.path":"img.qcow2",
        "file.server":[ {"type":"tcp","host":"example.com","port":"1234"},
          {"type":"unix","socket":"/path/socket"}, {"type":"inet","host":"example.com"}]}
      """#, glusterHosts),
    PublishedCase(
      #"""
      json:{"driver": "raw", "file": {"server.0.host": "A.A.A.A", "server.1.host": "B.B.B.B",
        "server.2.host": "C.C.C.C", "driver": "gluster", "path": "raw", "server.0.type": "tcp",
        "server.1.type": "tcp", "server.2.type": "tcp", "server.0.port": "24007",
        "server.1.port": "24007", "server.2.port": "24007", "volume": "vol1"}}
      """#,
      .network(
        "gluster", "vol1/raw", "A.A.A.A|24007||", "B.B.B.B|24007||", "C.C.C.C|24007||")),
    PublishedCase(
      #"json:{"file":{"driver":"nbd","path":"/path/to/socket"}}"#,
      .network("nbd", nil, "||unix|/path/to/socket")),
    PublishedCase(
      #"json:{"driver":"nbd","path":"/path/to/socket"}"#,
      .network("nbd", nil, "||unix|/path/to/socket")),
    PublishedCase(
      #"json:{"file.driver":"nbd","file.path":"/path/to/socket"}"#,
      .network("nbd", nil, "||unix|/path/to/socket")),
    PublishedCase(
      #"json:{"file":{"driver":"nbd","export":"blah","host":"example.org","port":"6000"}}"#,
      .network("nbd", "blah", "example.org|6000||")),
    PublishedCase(
      #"""
      json:{"file.driver":"nbd","file.export":"blah","file.host":"example.org","file.port":"6000"}
      """#, .network("nbd", "blah", "example.org|6000||")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"nbd","export":"blah",
        "server": { "type":"inet","host":"example.org","port":"6000"}}}
      """#, .network("nbd", "blah", "example.org|6000||")),
    PublishedCase(
      #"json:{"file":{"driver":"nbd","server": { "type":"unix","path":"/path/socket"}}}"#,
      .network("nbd", nil, "||unix|/path/socket")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"ssh","host":"example.org","port":"6000","path":"blah","user":"user"}}
      """#, .network("ssh", "blah", "example.org|6000||"), ["user": "user"]),
    PublishedCase(
      #"""
      json:{"file.driver":"ssh","file.host":"example.org","file.port":"6000","file.path":"blah",
        "file.user":"user"}
      """#, .network("ssh", "blah", "example.org|6000||"), ["user": "user"]),
    PublishedCase(
      #"""
      json:{"file":{"driver":"ssh","path":"blah",
        "server":{ "host":"example.org","port":"6000"},"user":"user"}}
      """#, .network("ssh", "blah", "example.org|6000||"), ["user": "user"]),
    PublishedCase(
      #"json:{"file.driver":"rbd","file.filename":"rbd:testshare:id=asdf:mon_host=example.com"}"#,
      .network("rbd", "testshare", "example.com|||"), ["user": "asdf"]),
    PublishedCase(
      #"""
      json:{"file":{"driver":"rbd","image":"test","pool":"libvirt","conf":"/path/to/conf",
        "snapshot":"snapshotname",
        "server":[ {"host":"example.com","port":"1234"},{"host":"example2.com"}]}}
      """#,
      .network("rbd", "libvirt/test", "example.com|1234||", "example2.com|||"),
      ["config": "/path/to/conf", "snapshot": "snapshotname"]),
  ]
}
