import Configuration
import Model
import Testing

@Suite struct SettingsTests {
  static let file: PathBytes = "/etc/backstory/backstory.toml"

  private func read(_ text: String) throws -> Settings {
    try Settings(parsing: text, file: Self.file)
  }

  private func messages(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch let faults as ConfigurationFaults {
      return faults.faults.map { $0.message.replacing("/etc/backstory/backstory.toml", with: "F") }
    } catch {
      return ["\(error)"]
    }
  }

  @Test func `what is said holds, with its line, and what is not said has a fallback`() throws {
    let settings = try read(
      """
      # a comment
      database = "/srv/b.sqlite"

      [scan]
      exclude = [
        "*.tmp",
        "trash",
      ]
      max-depth = 4
      """)
    #expect(settings.path(.database) == "/srv/b.sqlite")
    #expect(settings.origin(.database) == .file(Self.file, line: 2))
    #expect(settings.texts(.excludes) == ["*.tmp", "trash"])
    #expect(settings.origin(.excludes) == .file(Self.file, line: 5))
    #expect(settings.number(.maxDepth) == 4)
    #expect(settings.origin(.maxDepth) == .file(Self.file, line: 9))
    #expect(settings.number(.grace) == 2)
    #expect(settings.origin(.grace) == .fallback)
    #expect(settings.retention == nil)
  }

  @Test func `pools have names, directories and viewers`() throws {
    let settings = try read(
      """
      [[pool]]
      name = "default"
      path = "/var/lib//libvirt/./images/"

      [[pool]]
      name = "shared"
      paths = ["/mnt/a", "/mnt/b"]
      viewers = ["/srv/domains/one"]
      """)
    #expect(settings.pools.map(\.name) == ["default", "shared"])
    #expect(settings.pools.map(\.paths) == [["/var/lib/libvirt/images"], ["/mnt/a", "/mnt/b"]])
    #expect(settings.pools.map(\.viewers) == [[], ["/srv/domains/one"]])
    #expect(settings.pools[1].origin == .file(Self.file, line: 5))
  }

  @Test(arguments: [
    ("databse = \"/x\"", "F:1: there is no key 'databse'; did you mean 'database'?"),
    (
      "\n[scan]\nmax_depth = 3",
      "F:3: there is no key 'scan.max_depth'; did you mean 'scan.max-depth'?"
    ),
    ("[retenton]\nkeep-last = 7", "F:1: there is no key 'retenton'; did you mean '[retention]'?"),
    ("[[pools]]\nname = \"x\"", "F:1: there is no key 'pools'; did you mean '[[pool]]'?"),
    ("keep-last = 7", "F:1: there is no key 'keep-last'; did you mean 'retention.keep-last'?"),
    ("zzzzzz = 1", "F:1: there is no key 'zzzzzz'; 'backstory config keys' lists them"),
    (
      "[scan]\njobs = \"many\"",
      "F:2: 'scan.jobs' is the text \"many\"; write a whole number from 1 to 1024"
    ),
    ("[scan]\njobs = 0", "F:2: 'scan.jobs' is the number 0; write a whole number from 1 to 1024"),
    (
      "[scan]\nexclude = [\n  \"a\",\n  7,\n]",
      "F:4: 'scan.exclude' is the number 7; write a list of texts"
    ),
    (
      "database = \"b.sqlite\"",
      "F:1: 'database' is the text \"b.sqlite\"; write an absolute path in quotes"
    ),
    (
      "[orphans]\nolder-than = \"7x\"",
      "F:2: 'orphans.older-than' is the text \"7x\"; "
        + "write a length of time as \"12h\", \"7d\" or \"2w\""
    ),
    ("[pool]\nname = \"x\"", "F:1: 'pool' is not a list of tables; write [[pool]]"),
    ("[[pool]]\npath = \"/x\"", "F:1: a pool has no name; add it below [[pool]]"),
    ("\n[[pool]]\nname = \"x\"", "F:2: a pool has no path; add it below [[pool]]"),
    (
      "[[pool]]\nname = \"x\"\npath = \"/x\"\n[[pool]]\nname = \"y\"\npaths = [\"/x/\"]",
      "F:4: the path '/x' is used by two pools; write it once"
    ),
    (
      "[retention]\nkeep-last = 0",
      "F:2: [retention] and to keep no scan at all contradict each other"
    ),
  ])
  func `what is wrong is said with its line and a remedy`(text: String, message: String) {
    #expect(messages(text) == [message])
  }

  @Test func `everything that is wrong is said, in the order of the lines`() {
    let text = "[scan]\njbos = 3\ngrace = true\n[monitor]\nerrors = 1.5\n"
    #expect(
      messages(text) == [
        "F:2: there is no key 'scan.jbos'; did you mean 'scan.jobs'?",
        "F:3: 'scan.grace' is true; write a whole number from 1",
        "F:5: 'monitor.errors' is a number with a fraction; write a whole number from 1",
      ])
  }

  @Test func `text that is no TOML is said with its line`() {
    let found = messages("database = \"/x\"\n\n[scan\n")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("F:3: invalid TOML at column "))
  }

  @Test func `a multi-line value does not move the lines after it`() throws {
    let settings = try read(
      """
      [libvirt]
      domains = [
        # [not a table]
        "/a",

        "/b" ]
      enabled = true
      """)
    #expect(settings.origin(.domains) == .file(Self.file, line: 2))
    #expect(settings.origin(.libvirt) == .file(Self.file, line: 7))
  }

  @Test func `what looks like a header in a text moves no line`() throws {
    let settings = try read(
      """
      # [[pool]]
      database = "/x"
      [[pool]]
      name = \"\"\"
      [[pool]]
      [scan]\"\"\"
      path = "/a"
      [ scan ] # [libvirt]

      jobs = 3
      [[ "pool" ]]
      path = "/b"
      name = "b"
      """)
    #expect(settings.origin(.database) == .file(Self.file, line: 2))
    #expect(settings.pools.map(\.name) == ["[[pool]]\n[scan]", "b"])
    #expect(
      settings.pools.map(\.origin) == [.file(Self.file, line: 3), .file(Self.file, line: 11)])
    #expect(settings.origin(.jobs) == .file(Self.file, line: 10))
  }

  @Test(.timeLimit(.minutes(1)))
  func `each of a thousand pools knows its line, and so does what is wrong in it`() throws {
    let pools = (0..<1000).map { "[[pool]]\nname = \"\($0)\"\npath = \"/\($0)\"\n" }.joined()
    let settings = try read(pools + "[scan]\njobs = 3\n")
    #expect(settings.pools[999].origin == .file(Self.file, line: 2998))
    #expect(settings.origin(.jobs) == .file(Self.file, line: 3002))
    let found = messages(pools.replacing("path", with: "pfad"))
    #expect(found.count == 21)
    #expect(found.last == "F: there are more faults; fix these first")
  }
}
