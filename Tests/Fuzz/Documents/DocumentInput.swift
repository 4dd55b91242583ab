import DiskImage
import DiskXML
import Libvirt

/// What a fuzzer made up: a file that stands where libvirt keeps something.
///
/// The first byte chooses what is kept there (`LibvirtHolding`); the file follows.
struct DocumentInput {
  private let bytes: [UInt8]

  /// An input, of any bytes.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the file; gives the first promise that was broken, and `nil` for none.
  func brokenPromise() -> String? {
    guard let choice = bytes.first else { return nil }
    let holdings = LibvirtHolding.allCases
    let holding = holdings[Int(choice) % holdings.count]
    guard let document = try? LibvirtDocument(parsing: Array(bytes.dropFirst()), holding: holding)
    else { return nil }
    switch document {
    case .domain(let facts): return Self.broken(facts)
    case .savedState(let facts): return Self.broken(facts.domain)
    case .snapshot(let facts):
      return Self.broken(facts.references) ?? facts.definition.flatMap(Self.broken)
    case .checkpoint(let facts): return facts.name.isEmpty ? "a checkpoint has no name" : nil
    case .pool(let facts): return facts.name.isEmpty ? "a pool has no name" : nil
    }
  }

  private static func broken(_ facts: DomainFacts) -> String? {
    if facts.name.isEmpty { return "a domain has no name" }
    for disk in facts.disks {
      guard let text = try? DiskElement(disk).text() else { continue }
      let domain = "<domain><name>d</name><devices>\(text)</devices></domain>"
      guard let again = try? DomainFacts(parsing: Array(domain.utf8)), again.disks.count == 1 else {
        return "a disk that was written cannot be read"
      }
    }
    return broken(facts.references)
  }

  private static func broken(_ references: [DomainReference]) -> String? {
    for target in references.map(\.target) {
      if (target.type == nil) != (target.invalid != nil) {
        return "a target neither means something nor says why not"
      }
      if let path = target.path, path.first != UInt8(ascii: "/") { return "a path is not absolute" }
    }
    return nil
  }
}
