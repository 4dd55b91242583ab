internal import Model

/// The words for a machine by whoever keeps it: the one place that knows them.
extension FindingTerms {
  /// What its keeper calls it: libvirt has domains, all others machines.
  var noun: String { keeper == nil ? "domain" : "machine" }

  /// The machine by its name.
  var machine: String { "\(noun) '\(subject)'" }

  /// The machine by its name, at the beginning of a sentence.
  var machineFirst: String { keeper == nil ? "Domain '\(subject)'" : "Machine '\(subject)'" }

  /// Nobody, where machines of several keepers may be meant.
  var nobody: String { self["keepers"] == nil ? "No domain" : "No machine" }

  /// How what it uses is changed.
  var editing: String {
    switch keeper {
    case nil: "with 'virsh edit \(domainWord)'"
    case "pve": "with 'qm set' or in its file below /etc/pve"
    case "vmware": "in its .vmx, while it is shut down"
    case "vbox": "with 'VBoxManage storageattach'"
    case "gns3": "in its project"
    case "eve": "in its lab"
    case "incus": "with 'incus config device'"
    default: "in its configuration"
    }
  }

  /// How a snapshot that is no more is taken out of what says that there is one.
  func removing(snapshot name: String) -> String {
    switch keeper {
    case nil: "remove the metadata with 'virsh snapshot-delete --metadata \(domainWord) \(name)'"
    case "pve": "remove it with 'qm delsnapshot VMID \(name) --force'"
    default: "remove it with the program that keeps the machine"
    }
  }
}
