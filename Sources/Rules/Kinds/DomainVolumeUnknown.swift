internal import Foundation
internal import GRDB
public import Model

extension FindingKind {
  /// A disk that is a volume of a pool that libvirt does not define.
  public static let domainVolumeUnknown = FindingKind(rawValue: "domain-volume-unknown")
}

extension Rule {
  static let domainVolumeUnknown = Rule(
    .domainVolumeUnknown, .error, about: .machine, of: .everything,
    query: PackageResources.domain_volume_unknown_sql, firstLook: .none,
    title: "A disk is a volume of an undefined pool",
    explanation: Explanation(
      meaning: """
        A domain names a disk as a volume of a storage pool, and libvirt defines no pool of that \
        name. The domain does not start.
        """,
      opens: """
        A scan reads libvirt's own pools and domains and does not find the pool.
        """,
      closes: """
        libvirt defines the pool, or the domain names something else.
        """,
      action: """
        Define the pool again with 'virsh pool-define', or name the disk by its path with 'virsh \
        edit'.
        """,
      harmless: """
        When the domain will not be started any more.
        """),
    details: { row, then, _ in
      ["volume": (row["stored"] as Data?).map { PathBytes($0).displayText }].compactMapValues { $0 }
    },
    sentence: { terms in
      """
      Domain '\(terms.subject)' names the volume '\(terms["volume"] ?? "?")', and libvirt \
      defines no pool of that name; define the pool again, or name the disk by its path with \
      'virsh edit \(terms.domainWord)' before starting the domain.
      """
    })
}
