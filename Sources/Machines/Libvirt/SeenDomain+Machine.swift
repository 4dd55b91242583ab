internal import DiskImage
internal import Model
package import Sighting

extension SeenDomain {
  /// What a source says of one machine: one part of it for each kind of document.
  package static func parts(of machine: Machine, from kind: MachineSourceKind) -> [SeenDomain] {
    let isProcess = kind == .running
    let whole: DomainUse.Document = isProcess ? .process : .definition
    let groups = Dictionary(grouping: machine.uses) { use -> DomainUse.Document in
      use.occasion == .snapshot ? .snapshot : whole
    }
    // A machine without disks is a machine, too.
    let documents = Set(groups.keys).union([whole])
    return DomainUse.Document.allCases.filter(documents.contains).map { document in
      var part = SeenDomain(
        name: machine.name, uuid: machine.uuid, source: machine.file, document: document,
        isRunning: machine.isRunning,
        references: (groups[document] ?? []).map { use in
          Reference(use, document: document, file: machine.file)
        })
      part.kind = machine.kind
      // A libvirt's names tell its machines apart.
      let isName = machine.kind == SeenDomain.libvirt && machine.identity == machine.name
      part.identity = isName ? nil : machine.identity
      if document == whole {
        part.expectations = machine.snapshots.mapValues { names in
          names.map { DomainUse.Expectation(kind: .snapshot, name: $0, owner: $0) }
        }
      }
      part.word = isProcess ? .process : kind == .list ? .list : .keeper
      return part
    }
  }
}

extension SeenDomain.Reference {
  /// What a machine of any source needs, in the words that libvirt's domains have.
  fileprivate init(_ use: MachineUse, document: DomainUse.Document, file: PathBytes) {
    let isNow = use.occasion == .now || use.occasion == .snapshot
    var stored = DomainUse(
      document: document, source: file, part: isNow ? "source" : use.occasion.rawValue)
    stored.target = use.slot
    if use.role == .disk { stored.device = use.isCDROM ? "cdrom" : "disk" }
    stored.level = use.occasion == .below ? 1 : 0
    stored.isReadOnly = use.isReadOnly
    stored.isShareable = use.isShareable
    stored.isTransient = use.isTransient
    stored.startupPolicy = use.mayBeMissing ? "optional" : nil
    stored.elsewhere = DomainUse.Elsewhere(use.target)
    self.init(role: use.role, target: use.target, format: use.format, use: stored)
  }
}
