internal import DiskImage
internal import Host
internal import Model

/// The directories in which GNS3 looks for an image by its name.
///
/// Source: gns3-server gns3server/utils/images.py, `images_directories`; gns3server/compute/base_manager.py,
/// `get_abs_image_path`.
struct GNS3Library {
  /// Files that are known of all directories together.
  static let fileLimit = 200_000

  /// Where a name leads, each once and in the order in which GNS3 looks.
  private var places: [[UInt8]: [PathBytes]] = [:]
  /// Where an image is put, and looked for last.
  private let usual: PathBytes
  /// Every file in them.
  private(set) var files: [PathBytes] = []

  /// A library of nothing.
  init(below images: PathBytes) { usual = images.appending("QEMU".utf8) }

  /// Looks through `images/QEMU`, the others, and `images` itself.
  init(images: PathBytes, others: [PathBytes], _ reading: inout MachineReading) {
    usual = images.appending("QEMU".utf8)
    var known: Set<PathBytes> = []
    for directory in [usual] + others + [images] {
      let root: SourceDirectory
      do throws(HostFault) { root = try SourceDirectory(root: directory) } catch {
        // GNS3 passes over those that are not there.
        if !error.isMissing {
          reading.note(directory, "cannot be read: \(error.reason)")
        }
        continue
      }
      var tree = SourceTree { _ in true }
      tree.look(through: root, &reading) { folder, reading in
        for name in folder.files {
          let file = folder.directory.path.appending(name)
          guard known.insert(file).inserted else { continue }
          guard files.count < Self.fileLimit else {
            if files.count == Self.fileLimit {
              reading.note(directory, "more than \(Self.fileLimit) images are there")
              files.append(file)
            }
            return
          }
          files.append(file)
          places[name, default: []].append(file)
        }
      }
    }
    files.removeAll { $0.name.hasSuffix(".md5sum") }
  }

  /// Where an image lies that a project calls so.
  func target(of name: String, in project: PathBytes) -> ReferenceTarget {
    let bytes = Array(name.utf8)
    if bytes.first == UInt8(ascii: "/") { return .named(bytes, in: usual) }
    let wanted = PathBytes(bytes)
    let isPlain = !bytes.contains(UInt8(ascii: "/"))
    let found = places[Array(wanted.name)]?.first { file in
      isPlain || file.bytes.suffix(bytes.count + 1).elementsEqual([UInt8(ascii: "/")] + bytes)
    }
    if let found { return .local(found.bytes) }
    // A project that was imported has its images with it.
    let own = project.appending("images/QEMU".utf8)
    do throws(HostFault) {
      let file = own.appending(bytes)
      if try statusIfThere(ofPath: file, followingLink: true) != nil {
        return .named(bytes, in: own)
      }
    } catch {
      // What cannot be asked for is looked for where it usually is.
    }
    return .named(bytes, in: usual)
  }
}
