import Foundation

/// libvirt's files as a test writes them, beside a pool of real images; no daemon is needed.
final class LibvirtTree {
  let images: RealPool
  var pool: String { images.path }
  var folder: Folder { images.folder }
  /// What stands for `/`.
  var root: String { folder.url("root").path }

  init() throws {
    images = try RealPool()
    for place in ["etc/libvirt/storage", "etc/libvirt/qemu", "run/libvirt/qemu"] {
      try FileManager.default.createDirectory(
        at: folder.url("root/\(place)"), withIntermediateDirectories: true)
    }
    try write(
      "etc/libvirt/storage/default.xml",
      "<pool type='dir'><name>default</name><target><path>\(pool)</path></target></pool>")
  }

  /// Writes a file of libvirt's.
  func write(_ name: String, _ text: String) throws {
    let url = folder.url("root/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Removes a file of libvirt's.
  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: folder.url("root/\(name)"))
  }

  /// A domain's definition with these disks; `vda`, `vdb`, … in their order.
  func define(_ name: String, _ disks: String...) throws {
    try write("etc/libvirt/qemu/\(name).xml", Self.domain(name, disks))
  }

  /// A domain's live status file with these disks.
  func start(_ name: String, _ disks: String...) throws {
    try write(
      "run/libvirt/qemu/\(name).xml",
      "<domstatus state='running' pid='1'>\(Self.domain(name, disks))</domstatus>")
  }

  /// A domain's XML; its UUID follows from its name.
  static func domain(_ name: String, _ disks: [String]) -> String {
    let digits = name.utf8.reduce(into: "") { $0 += String($1, radix: 16) }
    let tail = String((digits + String(repeating: "0", count: 12)).prefix(12))
    return "<domain type='qemu'><name>\(name)</name><uuid>11111111-2222-3333-4444-\(tail)</uuid>"
      + "<devices>\(disks.joined())</devices></domain>"
  }

  /// A disk of an image in the pool; `inside` goes between its source and its target.
  func disk(
    _ image: String, _ target: String = "vda", format: String = "qcow2", inside: String = ""
  ) -> String {
    "<disk type='file' device='disk'><driver name='qemu' type='\(format)'/>"
      + "<source file='\(path(image))'/>\(inside)<target dev='\(target)' bus='virtio'/></disk>"
  }

  /// The path of an image in the pool; an absolute one as it is.
  func path(_ image: String) -> String { image.hasPrefix("/") ? image : "\(pool)/\(image)" }

  /// Scans what libvirt's files name, with more arguments.
  @discardableResult
  func scan(_ more: String...) throws -> Run {
    try backstory(["scan", "--output", "json", "--libvirt", "--libvirt-root", root] + more)
  }

  /// Runs the program on the tree's database.
  func backstory(_ arguments: [String]) throws -> Run {
    try Program.run(
      arguments, in: folder, environment: ["BACKSTORY_DB": folder.url("db.sqlite").path])
  }

  /// The objects of an asking command's JSON.
  func objects(_ arguments: String...) throws -> [[String: Any]] {
    try backstory(arguments + ["--output", "json"]).objects
  }

  /// Open findings but orphans, as `KIND DOMAIN IMAGE`, sorted; `-` for none.
  func findings(_ more: String...) throws -> [String] { try findings(arguments: more) }

  /// The same with a list of arguments.
  func findings(arguments: [String]) throws -> [String] {
    try backstory(["check", "--output", "json"] + arguments).objects.filter {
      $0["kind"] as? String != "orphan"
    }.map { finding in
      let image = (finding["filename"] as? String)?.split(separator: "/").last
      return "\(finding["kind"] ?? "") \(finding["domain"] ?? "-") \(image ?? "-")"
    }.sorted()
  }

  /// Names of images that `orphans` gives a verdict, as `VERDICT NAME`, sorted.
  func orphans(_ more: String...) throws -> [String] {
    try backstory(["orphans", "--output", "json"] + more).objects.map { orphan in
      let image = (orphan["filename"] as? String)?.split(separator: "/").last
      return "\(orphan["verdict"] ?? "") \(image ?? "-")"
    }.sorted()
  }

  /// What depends on an image, as `DOMAIN TARGET` or the image's name, in the answer's order.
  func dependents(_ image: String) throws -> [String] {
    try objects("dependents", path(image)).map { one in
      if let domain = one["domain"] { return "\(domain) \(one["target"] ?? "-")" }
      return String((one["filename"] as? String ?? "").split(separator: "/").last ?? "-")
    }
  }
}

extension Run {
  /// The paths of the `problems` of a scan's answer, last components only.
  var problems: [String] {
    (object["problems"] as? [[String: Any]] ?? []).compactMap {
      ($0["filename"] as? String)?.split(separator: "/").last.map(String.init)
    }
  }
}
