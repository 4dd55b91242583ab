public import Model
public import Rules

extension Fleet {
  /// How bad a kind is that only the fleet finds, and what it means; `nil` for others.
  public static func explanation(
    of kind: String
  ) -> (severity: Severity, title: String, explanation: Explanation)? {
    FleetKind(rawValue: kind).map { ($0.severity, $0.title, $0.explanation) }
  }
}

extension FleetKind {
  /// What is wrong, as a heading.
  var title: String {
    switch self {
    case .sharedWritable: "Machines of two hosts write to one image"
    case .baseInUse: "A machine writes to a base"
    case .domainOnTwoHosts: "A machine is defined on two hosts"
    case .viewerSilent: "A host that uses a storage does not report"
    case .leftBehind: "A copy of a disk stayed on the old host"
    case .versionDrift: "Bases of one name differ"
    case .storageIdentityUnclear: "Two file systems may be one storage"
    case .clockSkew: "A host's clock is wrong"
    case .generationChanged: "A host's database was put back"
    }
  }

  /// What it means, in sentences.
  var explanation: Explanation {
    switch self {
    case .sharedWritable:
      Explanation(
        meaning:
          "Machines of two hosts have one file of a shared storage as a disk to which they write. If both run, each "
          + "overwrites what the other wrote, and the guest's file system is lost.",
        opens:
          "Each host saw its machine with the disk in two scans, and these scans overlap in time. A machine that "
          + "moved in between is no finding.",
        closes:
          "One of the machines is gone or has another disk, or one of the disks is marked as shareable or read-only.",
        action: "Stop one of the two machines now. Then give each an image of its own.",
        harmless:
          "A cluster file system or an application that locks it may use one disk twice. Mark the disk <shareable/>."
      )
    case .baseInUse:
      Explanation(
        meaning:
          "A machine writes to a file on which another host has overlays. Everything that it writes changes what those "
          + "overlays stand on, and spoils them.",
        opens:
          "The host of the machine and the host that sees the overlay saw it so at one time, each in two scans.",
        closes: "The machine has another disk, or no overlay stands on the file any more.",
        action:
          "Stop the machine, give it an overlay of its own, and check the overlays of the others before they start.",
        harmless: "Never while somebody needs the overlays.")
    case .domainOnTwoHosts:
      Explanation(
        meaning:
          "Two hosts define a machine with one UUID at the same time. Whoever starts both starts one disk twice.",
        opens: "Each host saw the machine in two scans, and these scans overlap in time.",
        closes: "One of the hosts does not define it any more.",
        action:
          "Undefine it where it does not belong: 'virsh undefine' removes the definition, and no image.",
        harmless:
          "Definitions that are copied to a second host on purpose, for its failure, if something else keeps both from running."
      )
    case .viewerSilent:
      Explanation(
        meaning:
          "A host that somebody declared to see a storage has not reported for 'max-age', or never. What it uses is not known.",
        opens: "Its last scan is older than 'max-age' in [fleet].",
        closes: "It reports again, or 'backstory-fleet retire' says that it is no more.",
        action:
          "Look why it does not report: 'systemctl status backstory-scan backstory-send' on the host.",
        harmless: "While the host is off. No image of the storage is called an orphan until then.")
    case .leftBehind:
      Explanation(
        meaning: "A machine moved to another host, and a copy of its disk stayed where it was.",
        opens:
          "The last machine that used the image is gone from its host, and another host has a machine with the same UUID and a disk "
          + "of the same name.",
        closes: "The copy is gone, or something uses it.",
        action: "When the machine runs on the new host as it should, the copy can go.",
        harmless: "A copy that is kept on purpose, until the move is known to have succeeded.")
    case .versionDrift:
      Explanation(
        meaning:
          "Hosts have bases of one name with several contents. A machine that moves with its overlay stands on another base then.",
        opens:
          "Bases of one name, measured in the same way, have several contents on several hosts.",
        closes: "All have the same content, or other names.",
        action: "Give every version of a base a name of its own, and distribute it to all hosts.",
        harmless: "Where overlays never leave their hosts.")
    case .storageIdentityUnclear:
      Explanation(
        meaning:
          "Hosts name their file systems alike, or two storages have the same files. Whether it is one storage cannot be told "
          + "by looking.",
        opens:
          "Several hosts give a file system one name of a local kind, or files of two storages have the same numbers, sizes and times.",
        closes:
          "'backstory-fleet storage declare' or 'backstory-fleet storage same' says that it is one.",
        action:
          "If it is one storage, declare it. If the disks were copied, give each file system a UUID of its own.",
        harmless: "Hosts that were cloned. Orphans there are unknown until somebody decides.")
    case .clockSkew:
      Explanation(
        meaning:
          "The clock of a host and that of the centre's database are more than five minutes apart, or a bundle was on its way as long.",
        opens: "The last bundle was written at another time than it came in.",
        closes: "A bundle comes in at the time when it was written.",
        action: "Start a time service on the host: 'timedatectl set-ntp true'.",
        harmless:
          "For bundles that are carried by hand. Nothing is called an orphan by the word of that host."
      )
    case .generationChanged:
      Explanation(
        meaning:
          "A host's database was put back from a copy. What happened between the copy and now is only in the history of the old one.",
        opens: "'backstory send --new-generation' began another database on the host.",
        closes: "By itself, after thirty days.",
        action: "Nothing, if somebody put the database back on purpose.",
        harmless: "Always, once it is known.")
    }
  }
}
