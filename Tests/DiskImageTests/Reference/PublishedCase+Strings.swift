import DiskImage

extension PublishedCase {
  static let plain = [
    PublishedCase("path", .local(.file, "/images/path")),
    PublishedCase("fat:/somedir", .local(.dir, "/somedir")),
    PublishedCase("://", nil),
  ]

  static let uris = [
    PublishedCase("http://example.com", .network("http", "", "example.com|80||")),
    PublishedCase("http://example.com/", .network("http", "", "example.com|80||")),
    PublishedCase("http://example.com/file", .network("http", "file", "example.com|80||")),
    PublishedCase(
      "http://user:pass@example.com/file", .network("http", "file", "example.com|80||"),
      ["user": "user", "password": "pass"]),
    PublishedCase("nbd://example.org:1234", .network("nbd", nil, "example.org|1234||")),
    PublishedCase("nbd://example.org:1234/", .network("nbd", nil, "example.org|1234||")),
    PublishedCase(
      "nbd://example.org:1234/exportname", .network("nbd", "exportname", "example.org|1234||")),
    PublishedCase("nbd+unix://?socket=/tmp/sock", .network("nbd", nil, "||unix|/tmp/sock")),
    PublishedCase("nbd+unix:///?socket=/tmp/sock", .network("nbd", nil, "||unix|/tmp/sock")),
    PublishedCase("nbd+unix:////?socket=/tmp/sock", .network("nbd", "/", "||unix|/tmp/sock")),
    PublishedCase("nbd+unix:///exp?socket=/tmp/sock", .network("nbd", "exp", "||unix|/tmp/sock")),
    PublishedCase(
      "nbd+unix:////exp?socket=/tmp/sock", .network("nbd", "/exp", "||unix|/tmp/sock")),
    PublishedCase("nbd+tcp://example.org:6000/blah", .network("nbd", "blah", "example.org|6000||")),
    PublishedCase("nbd://example.org", .network("nbd", nil, "example.org|10809||")),
    PublishedCase(
      "iscsi://testuser:testpass@example.org:1234/exportname",
      .network("iscsi", "exportname", "example.org|1234||"),
      ["user": "testuser", "password": "testpass"]),
  ]

  static let colons = [
    PublishedCase("rbd:testshare", .network("rbd", "testshare")),
    PublishedCase(
      "rbd:testshare:id=asdf:mon_host=example.com", .network("rbd", "testshare", "example.com|||"),
      ["user": "asdf"]),
    PublishedCase(
      "nbd:example.org:6000:exportname=blah", .network("nbd", "blah", "example.org|6000||")),
    PublishedCase("nbd:example.org:6000:exportname=:", .network("nbd", ":", "example.org|6000||")),
    PublishedCase(
      "nbd:example.org:6000:exportname=:test", .network("nbd", ":test", "example.org|6000||")),
    PublishedCase("nbd:[::1]:6000:exportname=:test", .network("nbd", ":test", "::1|6000||")),
    PublishedCase(
      "nbd:127.0.0.1:6000:exportname=:test", .network("nbd", ":test", "127.0.0.1|6000||")),
    PublishedCase("nbd:unix:/tmp/sock:exportname=/", .network("nbd", "/", "||unix|/tmp/sock")),
    PublishedCase("nbd:unix:/tmp/sock:", .network("nbd", nil, "||unix|/tmp/sock:")),
    PublishedCase("nbd:unix:/tmp/sock::exportname=:", .network("nbd", ":", "||unix|/tmp/sock:")),
  ]
}
