internal import DiskImage
internal import Host
public import Model

/// The nodes of GNS3's projects that QEMU runs, and the templates that new ones are made from.
public struct GNS3Source: MachineSource {
  /// `gns3`.
  public var kind: MachineSourceKind { .gns3 }
  /// The directory with `projects` and `images`.
  public let path: PathBytes

  /// The projects below a directory.
  public init(path: PathBytes) { self.path = path }

  /// The files of a tree, by what they are.
  private struct Files {
    var projects: [(SourceDirectory, [UInt8])] = []
    var settings: [(SourceDirectory, [UInt8])] = []
    var controllers: [(SourceDirectory, [UInt8])] = []
    /// What names images and is not read: archives, and the database of GNS3 3.
    var unreadCount = 0
  }

  /// Reads every project and every template.
  public func read() -> MachineReading {
    var reading = MachineReading()
    guard let root = open(path, &reading) else { return reading }
    var files = look(through: root, &reading)
    if files.settings.isEmpty || files.controllers.isEmpty { lookBeside(&files, &reading) }
    let library = library(files, &reading)
    for (directory, name) in files.projects {
      read(project: name, in: directory, library, &reading)
    }
    var isAnyTemplateKnown = false
    for (directory, name) in files.controllers {
      isAnyTemplateKnown =
        read(controller: name, in: directory, library, &reading) || isAnyTemplateKnown
    }
    if !isAnyTemplateKnown || files.unreadCount > 0 {
      keep(library, isForTemplates: !isAnyTemplateKnown, &reading)
    }
    reading.coveredTrees.insert(path)
    if files.projects.isEmpty { reading.concludeNothing("project of GNS3 (.gns3)") }
    return reading
  }

  private func look(through root: SourceDirectory, _ reading: inout MachineReading) -> Files {
    var files = Files()
    var tree = SourceTree { name in
      name[...].hasSuffix(".gns3") || name[...].hasSuffix(".gns3project")
        || ["gns3_server.conf", "gns3_controller.conf", "gns3_controller.db"].contains {
          name.elementsEqual($0.utf8)
        }
    }
    tree.look(through: root, &reading) { folder, _ in
      for name in folder.files {
        switch String(decoding: name, as: UTF8.self) {
        case "gns3_server.conf": files.settings.append((folder.directory, name))
        case "gns3_controller.conf": files.controllers.append((folder.directory, name))
        case let other where other.hasSuffix(".gns3"):
          files.projects.append((folder.directory, name))
        default: files.unreadCount += 1
        }
      }
    }
    return files
  }

  /// The settings stand beside the projects' directory in the home of whoever runs GNS3.
  private func lookBeside(_ files: inout Files, _ reading: inout MachineReading) {
    let usual = path.directory.appending(".config/GNS3".utf8)
    do throws(HostFault) {
      let found = look(through: try SourceDirectory(root: usual), &reading)
      if files.settings.isEmpty { files.settings = found.settings }
      if files.controllers.isEmpty { files.controllers = found.controllers }
      files.unreadCount += found.unreadCount
    } catch {
      if !error.isMissing { reading.note(usual, "cannot be read: \(error.reason)") }
    }
  }

  private func library(_ files: Files, _ reading: inout MachineReading) -> GNS3Library {
    var settings = GNS3Settings(parsing: [])
    var home = path.directory
    // Of several versions' the last one is the newest.
    if let (directory, name) = files.settings.last,
      let bytes = directory.bytes(name, limit: GNS3Settings.byteLimit, &reading)
    {
      settings = GNS3Settings(parsing: bytes)
      home = Self.home(of: directory.path) ?? home
    }
    let resolve = { (text: [UInt8]) -> PathBytes in
      if text.starts(with: "~/".utf8) { return home.appending(text.dropFirst(2)).normal }
      return text.first == UInt8(ascii: "/") ? PathBytes(text).normal : home.appending(text).normal
    }
    let images = settings.images.map(resolve) ?? usualImages
    return GNS3Library(images: images, others: settings.others.map(resolve), &reading)
  }

  /// The directory above `.config`.
  private static func home(of settings: PathBytes) -> PathBytes? {
    var current = settings
    while current.directory != current {
      if current.name.elementsEqual(".config".utf8) { return current.directory }
      current = current.directory
    }
    return nil
  }

  private var usualImages: PathBytes {
    for place in [path.appending("images".utf8), path.appending("GNS3/images".utf8)] {
      do throws(HostFault) {
        if try statusIfThere(ofPath: place, followingLink: true)?.kind == .directory {
          return place
        }
      } catch {
        // Whoever looks through it says why it cannot be read.
        return place
      }
    }
    return path.name.elementsEqual("projects".utf8)
      ? path.directory.appending("images".utf8) : path.appending("images".utf8)
  }

  private func read(
    project name: [UInt8], in directory: SourceDirectory, _ library: GNS3Library,
    _ reading: inout MachineReading
  ) {
    guard let bytes = directory.bytes(name, limit: GNS3Project.byteLimit, &reading) else { return }
    let file = directory.path.appending(name)
    do throws(GNS3Fault) {
      let project = try GNS3Project(parsing: bytes)
      for node in project.nodes {
        let found = GNS3Machine(node, of: project, file: file, library: library)
        reading.machines.append(found.machine)
        for fault in found.faults { reading.note(file, fault.reason) }
      }
    } catch { reading.note(file, error.reason) }
  }

  /// - Returns: whether the templates are known.
  private func read(
    controller name: [UInt8], in directory: SourceDirectory, _ library: GNS3Library,
    _ reading: inout MachineReading
  ) -> Bool {
    guard let bytes = directory.bytes(name, limit: GNS3Templates.byteLimit, &reading) else {
      return false
    }
    let file = directory.path.appending(name)
    do throws(GNS3Fault) {
      for template in try GNS3Templates(parsing: bytes).templates {
        guard let images = template.images else { continue }
        reading.machines.append(
          GNS3Machine(template, images: images, file: file, library: library).machine)
      }
      return true
    } catch {
      reading.note(file, error.reason)
      return false
    }
  }

  /// Where not everybody who may name an image of the library is known, all of it is kept; what nodes leave behind lies
  /// elsewhere, and is told all the same.
  private func keep(
    _ library: GNS3Library, isForTemplates: Bool, _ reading: inout MachineReading
  ) {
    guard !library.files.isEmpty else { return }
    let name =
      isForTemplates
      ? "GNS3's templates, which are not known" : "GNS3's archives, which are not read"
    var keeper = Machine(kind: Machine.keeper, identity: path.displayText, name: name, file: path)
    keeper.uses = library.files.map { file in
      var use = MachineUse(.disk, .local(file.bytes))
      (use.occasion, use.isReadOnly, use.mayBeMissing) = (.kept, true, true)
      return use
    }
    reading.machines.append(keeper)
  }
}
