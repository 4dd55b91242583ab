import DiskImage
import Testing

@Suite struct SecretTests {
  private func redacted(_ stored: String) -> String {
    String(decoding: ReferenceTarget.redacting(Array(stored.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("http://user:word@h/x", "http://user:***@h/x"), ("http://user:a@b@h/x", "http://user:***@h/x"),
    ("http://user:wo/rd@h/x", "http://user:***@h/x"),
    ("iscsi://user%word@h/t/0", "iscsi://user%***@h/t/0"),
    ("blkdebug:c:ftp://u:w@h/x", "blkdebug:c:ftp://u:***@h/x"),
    ("rbd:p/i:id=a:key=AQ==:mon_host=h", "rbd:p/i:id=a:key=***:mon_host=h"),
    (#"rbd:p/i:key=a\:b:id=c"#, "rbd:p/i:key=***:id=c"),
    (#"rbd:p/i:k\ey=ab"#, #"rbd:p/i:k\ey=***"#),
    ("https://h/x?a=b&X-Amz-Signature=12&c=d", "https://h/x?a=b&X-Amz-Signature=***&c=d"),
    ("https://h/x?access_%74oken=12", "https://h/x?access_%74oken=***"),
    (
      #"json:{"driver":"http","cookie":"a=b","url":"http://u:w@h/x"}"#,
      #"json:{"driver":"http","cookie":"***","url":"http://u:***@h/x"}"#
    ),
    (
      #"json:{"file.password" : 12, "file.user":"u"}"#,
      #"json:{"file.password" : "***", "file.user":"u"}"#
    ),
    (#"json:{"pass\u0077ord":{"a":["}"]},"b":1}"#, #"json:{"pass\u0077ord":"***","b":1}"#),
    (#"json:{"url":"http:\/\/u:w@h\/x"}"#, #"json:{"url":"http://u:***@h/x"}"#),
    (#"json:{"filename":"rbd:i:key=k"}"#, #"json:{"filename":"rbd:i:key=***"}"#),
    ("json:{'password':'w'}", #"json:{"password":"***"}"#), ("json:{password: w}", "json:***"),
    (#"json:{"password":"w"#, "json:***"), (#"json:{"password":"w","password":"v"}"#, "json:***"),
    (#"blkdebug:key=k:json:{"password":"w"}"#, #"blkdebug:key=***:json:{"password":"***"}"#),
    ("blkdebug::ssh://u:w@h:json:x", "blkdebug::ssh://u:***@h:json:x"),
    (#"blkdebug::json:{"password":"w"}"#, #"blkdebug::json:{"password":"***"}"#),
  ])
  func `a secret is replaced`(stored: String, expected: String) {
    #expect(redacted(stored) == expected)
    #expect(redacted(expected) == expected)
  }

  @Test(arguments: [
    "https://h/x;sig=w0rd", "https://h/a/b;c=d;token=w0rd?e=f",
    "https://h/x#f?X-Amz-Signature=w0rd&b=1",
    "https://h/x?a=b#token=w0rd", "https://h/x;sig=w0rd#f;sig=w0rd?key=w0rd",
  ])
  func `no part of a target has the secret that its URI has`(stored: String) {
    let shown = ReferenceTarget(parsing: Array(stored.utf8), in: Array("/p".utf8)).redacted
    let parts = [shown.uri, shown.name].compactMap(\.self) + shown.options.values
    #expect(parts.allSatisfy { !$0.contains("w0rd") }, "\(parts)")
    #expect(shown.name?.isEmpty == false)
  }

  @Test(arguments: [
    "", "/x", "x", "./a:key=b", "/a/http://u:w@h", "x?password=y", "file:/x",
    "nbd:h:1:exportname=x",
    "http://h/x", "http://user@h/x", "http://h:80/a@b", "http://[::1]:80/a@b:c",
    "rbd:p/i:id=a:keyring=/k:keyfile=/f", "ssh://h/x?host_key_check=no",
    #"json:{"driver":"rbd","key-secret":"sec0","password-secret":"sec1"}"#, "json:{", "json:",
    #"json: { "driver" : "file" , "filename" : "\/x" }"#, "json:{'driver':'file'}",
  ])
  func `what has no secret stays, byte for byte`(stored: String) {
    #expect(redacted(stored) == stored)
  }

  @Test(arguments: [
    ("iscsi://u:w0rd@h/t/0", "w0rd"), ("rbd:p/i:key=w0rd", "w0rd"),
    ("http://h/x?token=w0rd", "w0rd"),
    (#"json:{"driver":"http","cookie":"a=w0rd","url":"http://h/x"}"#, "w0rd"),
    (
      #"json:{"driver":"iscsi","transport":"tcp","portal":"h","target":"t","password":"w0rd"}"#,
      "w0rd"
    ),
  ])
  func `a redacted target shows no secret, the target itself keeps it`(
    stored: String, secret: String
  ) {
    let target = ReferenceTarget(parsing: Array(stored.utf8), in: [0x2f])
    #expect(target.type == .network)
    #expect(target.options.values.contains { $0.contains(secret) })
    #expect(!"\(target.redacted)".contains(secret))
    #expect(target.uri?.contains(secret) == false)
  }

  @Test(arguments: [
    "nbd:u:w0rd@h:x", "http://u:w0rd@h:x/", "http://u:w0rd@/", "rbd:i:key=w0rd:id",
    "iscsi://u%w0rd@",
    #"json:{"driver":"http","url":"ftp://u:w0rd@h/"}"#,
  ])
  func `a reason repeats no secret`(stored: String) {
    let target = ReferenceTarget(parsing: Array(stored.utf8), in: [0x2f])
    #expect(target.invalid != nil)
    #expect(!"\(target)".contains("w0rd"))
  }
}

extension SecretTests {
  @Test func `secrets in JSON, and in names that are searched for, are replaced`() {
    func json(_ text: String) -> String {
      String(decoding: ReferenceTarget.redacting(json: Array(text.utf8)), as: UTF8.self)
    }
    func name(_ text: String) -> String {
      String(decoding: ReferenceTarget.redacting(name: Array(text.utf8)), as: UTF8.self)
    }
    #expect(json(#"{"a":"x","n":1}"#) == #"{"a":"x","n":1}"#)
    #expect(
      json(#"{"options":{"query":"a=1&token=t"}}"#) == #"{"options":{"query":"a=1&token=***"}}"#)
    #expect(
      json(#"{"uri":"nfs://u:p@h/x","password":{"a":1}}"#)
        == #"{"uri":"nfs://u:***@h/x","password":"***"}"#)
    #expect(json(#"{"password":"p"#) == "***")
    #expect(name("disk@snap.qcow2") == "disk@snap.qcow2")
    #expect(name("u:p@host/disk?token=t") == "u:***@host/disk?token=***")
    #expect(name(#"b","password":"p"#) == "***")
  }
}
