import Machines
import Model
import Testing
import Workflow

/// What a host is seen to have before its first configuration is written.
@Suite struct HostSurveyTests {
  private let disk: RealDirectory

  init() throws { disk = try RealDirectory() }

  private func survey() -> HostSurvey { HostSurvey(root: disk.path, home: disk("home")) }

  private func names(_ paths: [PathBytes]) -> [String] {
    paths.map { $0.displayText.replacing(disk.path.displayText, with: "") }
  }

  private func definePool(_ name: String, at target: PathBytes?) throws {
    try disk.makeFolder("etc/libvirt/storage")
    let place = target.map { "<target><path>\($0.displayText)</path></target>" } ?? ""
    try disk.write(
      "etc/libvirt/storage/\(name).xml",
      Array("<pool type='dir'><name>\(name)</name>\(place)</pool>".utf8))
  }

  @Test func `a host without anything has nothing`() {
    let survey = survey()
    #expect(!survey.hasLibvirt && survey.libvirtPools.isEmpty && survey.folders.isEmpty)
    #expect(survey.sources.isEmpty && survey.metricsFolder == nil)
  }

  @Test func `a usual directory counts when something is in it`() throws {
    try disk.makeFolder("srv/vms")
    try disk.makeFolder("srv/images")
    try disk.image("srv/vms/disk.qcow2")
    #expect(names(survey().folders) == ["/srv/vms"])
  }

  @Test func `libvirt's pools are told by name, and those without a target are left out`() throws {
    try disk.makeFolder("etc/libvirt/qemu")
    try definePool("zoo", at: "/srv/zoo")
    try definePool("apes", at: "/srv/apes")
    try definePool("volumes", at: nil)
    try disk.write("etc/libvirt/storage/broken.xml", Array("<pool".utf8))
    try disk.write("etc/libvirt/storage/note.txt", Array("<pool/>".utf8))
    let survey = survey()
    #expect(survey.hasLibvirt)
    #expect(survey.libvirtPools.map(\.name.displayText) == ["apes", "zoo"])
    #expect(survey.libvirtPools.map(\.path.displayText) == ["/srv/apes", "/srv/zoo"])
  }

  @Test func `what a pool of libvirt's covers is not named twice`() throws {
    try disk.makeFolder("etc/libvirt/qemu")
    for folder in ["srv/vms", "srv/images", "var/lib/libvirt/images"] {
      try disk.makeFolder(folder)
      try disk.image("\(folder)/disk.qcow2")
    }
    try definePool("vms", at: disk("srv/vms"))
    // libvirt's own directory is named too, until a pool of libvirt's covers it.
    #expect(names(survey().folders) == ["/var/lib/libvirt/images", "/srv/images"])
    try definePool("default", at: disk("var/lib/libvirt/images"))
    #expect(names(survey().folders) == ["/srv/images"])
  }

  @Test func `without libvirt its directory is one like others`() throws {
    try disk.makeFolder("var/lib/libvirt/images")
    try disk.image("var/lib/libvirt/images/disk.qcow2")
    #expect(names(survey().folders) == ["/var/lib/libvirt/images"])
  }

  @Test func `other keepers of machines are told with their places`() throws {
    try disk.makeFolder("etc/pve")
    try disk.makeFolder("var/lib/prometheus/node-exporter")
    let survey = survey()
    #expect(survey.sources.map(\.kind.rawValue) == ["pve"])
    #expect(names(survey.sources.map(\.path)) == ["/etc/pve"])
    #expect(survey.metricsFolder.map { names([$0]) } == ["/var/lib/prometheus/node-exporter"])
  }
}
