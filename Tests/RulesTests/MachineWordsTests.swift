import DiskImage
import Model
import Testing

@testable import Rules

/// The words for machines by whoever keeps them, and commands that work as they are printed.
@Suite struct MachineWordsTests {
  private func terms(
    _ subject: String = "web", keeper: String? = nil, word: String? = nil,
    detail: [String: String] = [:]
  ) -> FindingTerms {
    FindingTerms(subject: subject, target: "/p/b", detail: detail, word: word, keeper: keeper)
  }

  @Test(
    arguments: [
      (nil, "domain 'web'", "Domain 'web'", "with 'virsh edit web'"),
      (
        "pve", "machine 'web'", "Machine 'web'", "with 'qm set' or in its file below /etc/pve"
      ),
      ("vmware", "machine 'web'", "Machine 'web'", "in its .vmx, while it is shut down"),
      ("vbox", "machine 'web'", "Machine 'web'", "with 'VBoxManage storageattach'"),
      ("gns3", "machine 'web'", "Machine 'web'", "in its project"),
      ("eve", "machine 'web'", "Machine 'web'", "in its lab"),
      ("incus", "machine 'web'", "Machine 'web'", "with 'incus config device'"),
      ("anything", "machine 'web'", "Machine 'web'", "in its configuration"),
    ] as [(String?, String, String, String)])
  func `a machine is called as its keeper calls it`(
    keeper: String?, machine: String, first: String, editing: String
  ) {
    let terms = terms(keeper: keeper)
    #expect(terms.machine == machine && terms.machineFirst == first && terms.editing == editing)
  }

  @Test(
    arguments: [
      (nil, "remove the metadata with 'virsh snapshot-delete --metadata web s1'"),
      ("pve", "remove it with 'qm delsnapshot VMID s1 --force'"),
      ("vbox", "remove it with the program that keeps the machine"),
    ] as [(String?, String)])
  func `a snapshot is removed where it is kept`(keeper: String?, words: String) {
    #expect(terms(keeper: keeper).removing(snapshot: "s1") == words)
  }

  @Test func `where machines of several keepers may be meant nobody is a machine`() {
    #expect(terms().nobody == "No domain")
    #expect(terms(detail: ["keepers": "2"]).nobody == "No machine")
  }

  @Test(arguments: [
    ("web", "web"), ("it's", #"it\'s"#), ("a b", #"a\ b"#), ("$(x)", #"\$\(x\)"#),
  ])
  func `a domain is one word of a shell's`(name: String, word: String) {
    #expect(terms(name).domainWord == word)
    #expect(terms(name).editing == "with 'virsh edit \(word)'")
  }

  @Test func `a check names the format, and nothing that it does not know`() {
    #expect(
      terms(word: "/p/a", detail: ["holder": "qed"]).check == "run 'qemu-img check -f qed /p/a'")
    #expect(terms(word: "/p/a").check == "run 'qemu-img check' on it")
    #expect(terms(detail: ["holder": "qed"]).check == "run 'qemu-img check' on it")
  }

  @Test(arguments: [
    ("qcow2", true), ("qed", true), ("vmdk", false), ("vhdx", false), ("raw", false),
    ("unheard-of", true),
  ])
  func `what qemu-img can write a base of is known by the format`(format: String, isRebased: Bool) {
    #expect(terms(detail: ["holder": format]).isRebased == isRebased)
    #expect(terms().isRebased)
  }

  @Test func `what an image stood on and where a namesake is are told where they are known`() {
    #expect(terms().standing == "" && terms().namesake == "")
    #expect(
      terms(detail: ["stood-on": "/p/c"]).standing
        == "; its base was '/p/c', and going back to that loses what was written since")
    #expect(
      terms(detail: ["namesake": "/q/b"]).namesake.hasPrefix("; a file of that name is at '/q/b'"))
    #expect(terms().letRepairPrint("it") == "let 'backstory repair' print it")
    #expect(terms(word: "/p/a").letRepairPrint("it") == "let 'backstory repair /p/a' print it")
  }

  // MARK: What libvirt makes of a base

  @Test func `what it takes is refused by nothing, and each refusal says why`() {
    let table: [(LibvirtAcceptance, String?)] = [
      (.takes, nil), (.believes, nil), (.overlooks, nil), (.unknown, nil),
      (
        .refusesFormat,
        "the format of the base is not recorded, and the base has a base of its own"
      ),
      (
        .refusesFormatOnNetwork,
        "the format of the base is not recorded, and the base is on a network"
      ),
      (.refusesName("it is odd"), "it is odd"),
    ]
    for (acceptance, refusal) in table {
      #expect(acceptance.refusal == refusal)
      #expect(!acceptance.inWords.isEmpty && !acceptance.inWords.hasSuffix("."))
    }
    #expect(LibvirtAcceptance.refusesName("it is odd").inWords.hasSuffix(": it is odd"))
  }

  // MARK: What kinds have in common

  @Test(
    arguments: [
      (.backingMissing, .gone), (.dataFileMissing, .gone), (.domainImageMissing, .gone),
      (.backingFormatUnrecorded, .subject), (.backingOutsidePools, .target),
      (.imageDirty, .subject), (.imageCorrupt, .subject),
      (.unknownFeature, .kind), (.orphan, .kind), (.chainLeftover, .kind), (.queryError, .query),
      (.queryInfo, .query),
    ] as [(FindingKind, Rule.Cause)])
  func `a cause is what is to be done about it`(kind: FindingKind, cause: Rule.Cause) throws {
    let rule = try #require(Rule[kind])
    #expect(rule.cause == cause)
    #expect(rule.standsAlone == (cause == .subject) && rule.isToldInOneLine == (cause == .kind))
  }
}
