import Foundation
import Testing

@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
    "systemd-analyze is not installed"))
struct SystemdTests {
  /// The units with a program in place that is there.
  private func units() throws -> Folder {
    let folder = try Folder()
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Packaging/systemd").standardized
    for name in ["scan.service", "scan.timer", "notify.service", "notify.timer", "send.service"]
      .map({ "backstory-" + $0 })
    {
      let text = try String(contentsOf: source.appending(path: name), encoding: .utf8)
      try folder.write(Array(text.replacing("/usr/bin/backstory", with: "/bin/true").utf8), name)
    }
    return folder
  }

  @Test func `the units are what systemd understands`() throws {
    let run = try Program.shell(
      "systemd-analyze verify --man=no ./backstory-*.service ./backstory-*.timer", in: try units())
    #expect(run.code == 0)
    #expect(run.complaint == "")
  }

  @Test func `the service is exposed to little`() throws {
    let run = try Program.shell(
      "systemd-analyze security --offline=yes --threshold=25 --no-pager ./backstory-scan.service",
      in: try units())
    #expect(run.code == 0, "\(run.output.suffix(200))")
  }

  @Test func `the service may read everybody's files and has no other privilege`() throws {
    let text = try units().text("backstory-scan.service")
    for line in [
      "Type=oneshot", "CapabilityBoundingSet=CAP_DAC_READ_SEARCH", "ProtectSystem=strict",
      "PrivateNetwork=yes", "IOSchedulingClass=idle", "CPUSchedulingPolicy=idle",
      "Environment=SWIFT_BACKTRACE=enable=no",
    ] { #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)") }
  }
}
