import DiskImage

extension PublishedCase {
  private static let target = "iqn.2016-12.com.virttest:emulated-iscsi-noauth.target"
  private static let esxName = "folder/esx6.5-rhel7.7-x86_64/esx6.5-rhel7.7-x86_64-flat.vmdk"
  private static let esxURL =
    "https://host/folder/esx6.5-rhel7.7-x86%5f64/esx6.5-rhel7.7-x86%5f64-flat.vmdk"
    + "?dcPath=data&dsName=esx6.5-matrix"
  private static let esxOptions = [
    "query": "dcPath=data&dsName=esx6.5-matrix", "ssl-verify": "no", "timeout": "2000",
    "cookie": #"vmware_soap_session="0c8db85112873a79b7ef74f294cb70ef7f""#,
  ]

  private static func iscsi(_ more: String) -> String {
    #"json:{"file":{"driver":"iscsi","transport":"tcp",\#(more)"target":"\#(target)"}}"#
  }

  private static func esx(sslverify: String) -> String {
    #"""
    json:{ "file.cookie": "vmware_soap_session=\"0c8db85112873a79b7ef74f294cb70ef7f\"",
      "file.sslverify": \#(sslverify), "file.driver": "https", "file.url": "\#(esxURL)",
      "file.timeout": 2000}
    """#
  }

  static let jsonOthers = [
    PublishedCase(
      #"json:{"file.driver":"http", "file.url":"http://example.com/file"}"#,
      .network("http", "file", "example.com|80||")),
    PublishedCase(
      #"json:{"file":{ "driver":"http","url":"http://example.com/file"}}"#,
      .network("http", "file", "example.com|80||")),
    PublishedCase(#"json:{"file.driver":"ftp", "file.url":"http://example.com/file"}"#, nil),
    PublishedCase(
      iscsi(#""portal":"test.org","#), .network("iscsi", target + "/0", "test.org|3260||")),
    PublishedCase(
      iscsi(#""portal":"test.org","user":"testuser","#),
      .network("iscsi", target + "/0", "test.org|3260||"), ["user": "testuser"]),
    PublishedCase(
      iscsi(#""portal":"test.org","password":"testpass","#),
      .network("iscsi", target + "/0", "test.org|3260||"), ["password": "testpass"]),
    PublishedCase(
      iscsi(#""portal":"test.org:1234","lun":"6","#),
      .network("iscsi", target + "/6", "test.org|1234||")),
    PublishedCase(
      iscsi(#""portal":"[2001::0]:1234","lun":6,"#),
      .network("iscsi", target + "/6", "[2001::0]|1234||")),
    PublishedCase(
      iscsi(#""portal":"[2001::0]","lun":6,"#),
      .network("iscsi", target + "/6", "[2001::0]|3260||")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"sheepdog","vdi":"test",
        "server":{ "type":"inet","host":"example.com","port":"321"}}}
      """#, .network("sheepdog", "test", "example.com|321||")),
    PublishedCase(
      #"""
      json:{"driver": "raw", "file": {"server.host": "10.10.10.10", "server.port": "7000",
        "tag": "", "driver": "sheepdog", "server.type": "inet", "vdi": "Alice"}}
      """#, .network("sheepdog", "Alice", "10.10.10.10|7000||")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"vxhs","vdisk-id":"c6718f6b-0401-441d-a8c3-1f0064d75ee0",
        "server": { "host":"example.com","port":"9999"}}}
      """#, .network("vxhs", "c6718f6b-0401-441d-a8c3-1f0064d75ee0", "example.com|9999||")),
    PublishedCase(
      #"""
      json:{"file":{"driver":"nfs","user":2,"group":9,"path":"/foo/bar/baz",
        "server": { "host":"example.com","type":"inet"}}}
      """#, .network("nfs", "/foo/bar/baz", "example.com|||"),
      ["identity-user": "+2", "identity-group": "+9"]),
    PublishedCase(
      esx(sslverify: "false"), .network("https", esxName, "host|443||"), esxOptions),
    PublishedCase(
      esx(sslverify: #""off""#), .network("https", esxName, "host|443||"), esxOptions),
    PublishedCase(
      #"json:{"file":{"driver": "nvme","device": "0000:01:00.0","namespace": 1}}"#, .nvme),
  ]
}
