import DiskImage
import Testing

@Suite struct JSONReferenceTests {
  private func target(_ json: String) -> ReferenceTarget {
    ReferenceTarget(parsing: Array("json:\(json)".utf8), in: Array("/d".utf8))
  }

  @Test(arguments: [
    (#"{"driver":"qcow2","file":{"driver":"file","filename":"/x"}}"#, "qcow2"),
    (#"{"driver":"qcow2","file.driver":"file","file.filename":"/x"}"#, "qcow2"),
    (#"{"driver":"qcow2","file.filename":"/x"}"#, "qcow2"),
    (#"{"file":{"driver":"raw","file.filename":"/x"}}"#, "raw"),
    (#"{"driver":"throttle","file":{"driver":"vmdk","file.filename":"/x"}}"#, "vmdk"),
    ("{'driver':'qcow2','file':{'driver':'file','filename':'/x'}}", "qcow2"),
    (#"{"driver":"file","filename":"/x"}"#, nil),
    (#"{"driver":"file","filename":"\/\u0078"}"#, nil),
    (#" { "file" : { "filename" : "/x" } } "#, nil),
    (#"{"driver":"copy-on-read","file":{"driver":"file","filename":"/x"}}"#, nil),
  ])
  func `an outer format driver is the format in the reference`(json: String, format: String?) {
    #expect(target(json).path == Array("/x".utf8))
    #expect(target(json).type == .file)
    #expect(target(json).formatInReference == format)
  }

  @Test(arguments: [
    (
      #"{"driver":"raw","offset":9223372036854775808,"size":18446744073709551615,"file.filename":"/x"}"#,
      ["offset": "9223372036854775808", "size": "18446744073709551615"]
    ),
    (#"{"driver":"raw","offset":"512","file.filename":"/x"}"#, ["offset": "512"]),
    (
      #"{"driver":"qcow2","file":{"driver":"raw","size":1024,"file.filename":"/x"}}"#,
      ["size": "1024"]
    ),
  ])
  func `a slice of a file keeps every digit`(json: String, options: [String: String]) {
    #expect(target(json).options == options)
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("{", "it is not JSON"), ("[]", "its JSON is not an object"),
    ("null", "its JSON is not an object"), ("{} x", "it is not JSON"),
    (#"{"driver":"file","filename":"/x",}"#, "it is not JSON"),
    (#"{"driver":"file","filename":"/x","a":[1, ]}"#, "it is not JSON"),
    ("\u{feff}{\"driver\":\"file\",\"filename\":\"/x\"}", "it is not JSON"),
    (#"{"driver":"nbd","host":"h","export":["e"]}"#, "'export' is not a string"),
    (#"{"driver":"rbd","pool":"p","image":"i","namespace":null}"#, "'namespace' is not a string"),
    ("{\"a", "its JSON ends within a string"),
    ("{}", "its JSON names no driver"), (#"{"filename":"/x"}"#, "its JSON names no driver"),
    (#"{"file":{}}"#, "its JSON names no driver"), (#"{"driver":1}"#, "'driver' is not a string"),
    (#"{"driver":"quorum","vote-threshold":1}"#, "a quorum is several images"),
    (#"{"driver":"blah"}"#, "unknown driver 'blah'"),
    (#"{"driver":"iser"}"#, "unknown driver 'iser'"),
    (#"{"driver":"file"}"#, "it has no 'filename'"),
    (#"{"driver":"qcow2"}"#, "qcow2 has no 'file'"),
    (#"{"driver":"raw","file":"node0"}"#, "'file' of raw names a node instead of an image"),
    (#"{"driver":"raw","offset":-1,"file.filename":"/x"}"#, "malformed 'offset'"),
    (#"{"driver":"raw","size":"1M","file.filename":"/x"}"#, "malformed 'size'"),
    (
      #"{"driver":"raw","file":{"driver":"raw","file.filename":"/x"}}"#,
      "the format driver 'raw' is nested in another"
    ),
    (
      #"{"driver":"raw","file":{"driver":"qcow2","file.filename":"/x"}}"#,
      "the format driver 'qcow2' is nested in another"
    ),
    (#"{"driver":"file","driver":"file","filename":"/x"}"#, "a key stands twice in a JSON object"),
    (
      #"{"driver":"file","\u0064river":"nbd","filename":"/x"}"#,
      "a key stands twice in a JSON object"
    ),
    (
      #"{"file":{"driver":"file","filename":"/x"},"file.filename":"/y"}"#,
      "'filename' is given twice"
    ),
    (#"{"file":"node","file.filename":"/y"}"#, "'file' is given twice"),
    (#"{"a..b":1}"#, "a key of its JSON is empty"), (#"{"":1}"#, "a key of its JSON is empty"),
    (#"{"driver":"file","filename":"a\u0000b"}"#, "a file name contains a NUL byte"),
    (#"{"driver":"nbd"}"#, "it has no 'host'"),
    (#"{"driver":"rbd","pool":"p"}"#, "it has no 'image'"),
    (#"{"driver":"nbd","server":{"type":"vsock"}}"#, "unknown type 'vsock' of a server"),
    (#"{"driver":"nbd","server":{"type":"unix"}}"#, "it names no socket"),
    (
      #"{"driver":"iscsi","transport":"iser","portal":"p","target":"t"}"#,
      "the transport of iscsi is not 'tcp'"
    ),
    (#"{"driver":"http"}"#, "it has no 'url'"),
    (#"{"driver":"http","url":"x"}"#, "it is not a URI"),
    (#"{"driver":"http","url":"http://h/x","cookie":"abc"}"#, "malformed 'cookie'"),
    (#"{"driver":"https","url":"https://h/x","sslverify":3}"#, "malformed 'sslverify'"),
    (#"{"driver":"http","url":"http://h/x","timeout":"soon"}"#, "malformed 'timeout'"),
    (#"{"driver":"gluster","volume":"v","path":"p","server":[]}"#, "it has no 'server'"),
    (
      #"{"driver":"gluster","volume":"v","path":"p","server":[1]}"#,
      "'server' is not a list of objects"
    ),
    (
      #"{"driver":"gluster","volume":"v","path":"p","server.1.type":"inet"}"#,
      "'server' is not a list of objects"
    ),
    (#"{"driver":"sheepdog","filename":"vdi"}"#, "it is not a URI"),
    (#"{"driver":"nfs","path":"/x"}"#, "it has no 'server'"),
    (#"{"driver":"vxhs","vdisk-id":"x"}"#, "it has no 'server'"),
    (#"{"driver":"nvme","device":"x","namespace":1}"#, "it has no PCI address of an nvme device"),
    (
      #"{"driver":"nvme","device":"0000:01:00.0","namespace":0}"#,
      "it has no number of an nvme namespace"
    ),
  ])
  func `what is refused says why`(json: String, reason: String) {
    #expect(target(json).invalid == reason)
    #expect(target(json).type == nil)
    #expect(target(json).formatInReference == nil)
  }

  @Test func `nesting is limited before anything is decoded`() {
    let deep = String(repeating: #"{"a":"#, count: 33) + "1" + String(repeating: "}", count: 33)
    #expect(target(deep).invalid == "its JSON nests deeper than 32 levels")
    let open = String(repeating: "[", count: 60_000)
    #expect(target(open).invalid == "its JSON nests deeper than 32 levels")
    let dotted = "{\"" + String(repeating: "a.", count: 32) + "a\":1}"
    #expect(target(dotted).invalid == "its JSON nests deeper than 32 levels")
  }

  @Test func `length is limited before anything is decoded`() {
    let long = #"{"driver":"file","filename":""# + String(repeating: "x", count: 65536) + "\"}"
    #expect(target(long).invalid == "it is longer than 65536 bytes")
  }

  @Test(arguments: 1..<0x20)
  func `a control byte within a string is no JSON, escaped it is a byte`(byte: Int) {
    let raw = String(Unicode.Scalar(UInt8(byte)))
    #expect(target(#"{"driver":"file","filename":"/\#(raw)"}"#).invalid == "it is not JSON")
    let digits = String(byte + 0x100, radix: 16).dropFirst()
    #expect(
      target(#"{"driver":"file","filename":"/\u00\#(digits)"}"#).path == [0x2f, UInt8(byte)])
  }

  @Test func `bytes that are not UTF-8 are no JSON`() {
    let stored = Array(#"json:{"driver":"file","filename":"/"#.utf8) + [0xff] + Array("\"}".utf8)
    #expect(ReferenceTarget(parsing: stored, in: [0x2f]).invalid == "it is not JSON")
  }
}
