import Database
import DiskImage
import Model
import ScriptedNights
import Sighting
import Testing

/// What an overlay of several names may mean: whoever opens it resolves its reference beside the name that he gives.
@Suite struct OtherNamesTests {
  /// Two directories with a base each, and an overlay in the first of them that a machine uses.
  private func host(on backing: String = "base") throws -> ScriptedHost {
    let host = try ScriptedHost("/srv/a", "/srv/b")
    for place: PathBytes in ["/srv/a/base", "/srv/b/base", "/srv/b/lone"] { host.put(place) }
    host.put("/srv/a/top", on: backing)
    host.machines = [Said.machine("web", [Said.disk("/srv/a/top")])]
    return host
  }

  /// Wants that another name is the reason of: the path that is wanted, and how long.
  private func wants(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT (SELECT min(CAST(directory.path || '/' || place.name AS TEXT))
          FROM place JOIN directory ON directory.id = place.directory WHERE place.image = want.key),
        from_scan, until_scan
      FROM want WHERE why = 'led-to' AND holder > 0 ORDER BY 1, 2
      """)
  }

  private func awaited(_ host: ScriptedHost) throws -> [String] {
    try host.lines(
      """
      SELECT DISTINCT CAST(directory.path || '/' || place.name AS TEXT)
      FROM awaited JOIN place ON place.image = awaited.image AND place.until_scan IS NULL
      JOIN directory ON directory.id = place.directory WHERE awaited.until_scan IS NULL ORDER BY 1
      """)
  }

  @Test(arguments: [true, false])
  func `a base beside a symbolic link to the overlay is awaited as long as there is one`(
    isThereAtFirst: Bool
  ) throws {
    let host = try host()
    if !isThereAtFirst { try host.scan() }
    host.aliases["/srv/b/top"] = "/srv/a/top"
    try host.scan()
    let first = isThereAtFirst ? 1 : 2
    #expect(try wants(host) == ["/srv/b/base \(first) -"])
    #expect(try awaited(host) == ["/srv/b/base"])
    host.write("/srv/b/lone")
    try host.scan()
    #expect(try wants(host) == ["/srv/b/base \(first) -"])
    host.aliases = [:]
    try host.scan()
    #expect(try wants(host) == ["/srv/b/base \(first) \(first + 2)"])
    #expect(try awaited(host) == [])
    #expect(try host.defects() == [])
  }

  @Test func `a base beside a hard link to the overlay is awaited as long as there is one`() throws
  {
    let host = try host()
    try host.scan()
    host.link("/srv/a/top", as: "/srv/b/top")
    try host.scan()
    #expect(try wants(host) == ["/srv/b/base 2 -"])
    #expect(try awaited(host) == ["/srv/b/base"])
    host.remove("/srv/b/top")
    try host.scan()
    #expect(try wants(host) == ["/srv/b/base 2 3"])
    #expect(try host.defects() == [])
  }

  @Test func `a base that comes, goes or is replaced beside the other name is noticed`() throws {
    let host = try host()
    host.remove("/srv/b/base")
    host.link("/srv/a/top", as: "/srv/b/top")
    try host.scan()
    #expect(try wants(host) == [])
    host.put("/srv/b/base")
    try host.scan()
    #expect(try awaited(host) == ["/srv/b/base"])
    host.put("/srv/b/base") { $0.virtualSize = 7 }
    try host.scan()
    #expect(try awaited(host) == ["/srv/b/base"])
    host.move("/srv/b/base", to: "/srv/b/other")
    try host.scan()
    #expect(try awaited(host) == [])
    host.aliases["/srv/b/base"] = "/srv/b/other"
    try host.scan()
    #expect(try awaited(host) == ["/srv/b/other"])
    #expect(try host.defects() == [])
  }

  @Test func `what every name leads to is meant by none of them alone`() throws {
    for backing in ["/srv/a/base", "../a/base"] {
      let host = try host(on: backing)
      host.link("/srv/a/top", as: "/srv/b/top")
      try host.scan()
      #expect(try wants(host) == [], "\(backing)")
    }
    let host = try host()
    host.remove("/srv/b/base")
    host.link("/srv/a/base", as: "/srv/b/base")
    host.link("/srv/a/top", as: "/srv/b/top")
    try host.scan()
    #expect(try wants(host) == [])
  }

  @Test func `a reference with directories leads from each name on its own way`() throws {
    let host = try host(on: "sub/base")
    host.put("/srv/a/sub/base")
    host.put("/srv/b/sub/base")
    host.aliases["/srv/b/top"] = "/srv/a/top"
    try host.scan()
    #expect(try awaited(host) == ["/srv/b/sub/base"])
  }

  @Test func `a database by an older rule states what other names mean with the next scan`() throws
  {
    let host = try host()
    host.link("/srv/a/top", as: "/srv/b/top")
    try host.scan()
    try host.sqlite("DELETE FROM want; DELETE FROM awaited; UPDATE scan SET claims_rule = 3")
    try host.scan()
    #expect(try awaited(host) == ["/srv/b/base"])
  }
}
