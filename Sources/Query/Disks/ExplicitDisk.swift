public import DiskImage
public import Model
public import Sighting

/// A disk with its whole chain, as it should be told to libvirt.
public struct ExplicitDisk: Hashable, Sendable {
  /// One image of the chain.
  public struct Layer: Hashable, Sendable {
    /// Where it is.
    public var target: ReferenceTarget
    /// Its format, known for certain.
    public var format: String
    /// The part of the target that holds it; `nil` for all of it.
    public var slice: StorageSlice?
    /// Where its data are, where they are in a file of their own; raw.
    public var dataFile: ReferenceTarget?
    /// The format that the header shows, where the image is recorded as raw and is taken for that.
    public var shows: String?
    /// Whether its header says that it is encrypted, so that libvirt asks for a secret.
    public var isEncrypted = false
    /// Whether the inventory does not hold it.
    public var isOutside = false
    /// Its number, where the inventory holds it.
    public var image: Int64?
    /// What else a domain's XML says of it, each as an element; of the top the use has it.
    public var others: [String] = []
  }

  /// How a domain uses it; `nil` for an image by itself.
  public var use: DomainUse?
  /// Top first; never empty.
  public var layers: [Layer]
  /// Whether nothing lies under the last layer. Where that is not known, the last one is out of
  /// what was scanned, and libvirt goes on by its header.
  public var isTerminated: Bool
}

extension StorageSlice {
  /// The target, and the part of it, of a reference that may state one (`offset` and `size` of
  /// QEMU's raw driver); a part without an end has no words in libvirt's XML, and stays.
  static func split(_ target: ReferenceTarget) -> (ReferenceTarget, StorageSlice?) {
    guard let offset = UInt64(target.options["offset"] ?? "0"),
      let size = target.options["size"].flatMap({ UInt64($0) })
    else { return (target, nil) }
    var whole = target
    whole.options["offset"] = nil
    whole.options["size"] = nil
    return (whole, StorageSlice(offset: offset, size: size))
  }
}

/// Why a chain cannot be spelled out: nothing in it may be guessed.
public enum DiskRefusal: Error, Hashable, Sendable {
  /// Nobody records the format, and what the header shows is not enough.
  case formatUnknown(PathBytes, detected: String?)
  /// What is recorded is not what the header shows.
  case formatContradicted(PathBytes, recorded: String, detected: String)
  /// Those who use the image record different formats.
  case formatsDiffer(PathBytes, [String])
  /// The header is invalid.
  case headerMalformed(PathBytes, reason: String)
  /// A reference whose target is not there.
  case missing(PathBytes)
  /// A reference to a part of a file that does not say where the part ends.
  case partUnbounded(PathBytes)
  /// A reference whose target cannot be looked into, or means nothing.
  case unresolved(PathBytes)
  /// An image whose base QEMU does not read: it takes the image for the whole disk, or refuses it.
  case parentNotRead(PathBytes, format: String)
  /// The images back each other.
  case loop(PathBytes)
  /// The domain has no disk of that name with a medium in it.
  case noDisk(domain: String, target: String?)
}

extension DiskRefusal {
  /// The refusal as a sentence: the problem, the subject in quotes, then the remedy.
  public var message: String {
    switch self {
    case .formatUnknown(let path, let detected):
      "the format of '\(path)' is not known for certain"
        + (detected.map { " (its header shows \($0), and it names a base of unknown format)" } ?? "")
        + "; record it with 'qemu-img rebase -u -F' in what refers to it"
    case .formatContradicted(let path, let recorded, let detected):
      "'\(path)' is recorded as \(recorded) and its header shows \(detected); "
        + "find out which is right, because libvirt must not guess"
    case .formatsDiffer(let path, let formats):
      "'\(path)' is recorded as \(formats.joined(separator: " and as ")) by its users; find out which is right, because libvirt must not guess"
    case .headerMalformed(let path, let reason):
      "'\(path)' has an invalid header (\(reason)); restore it from a backup"
    case .missing(let path):
      "'\(path)', which the chain needs, is missing; see 'backstory broken'"
    case .partUnbounded(let path):
      "a part of '\(path)' is used without a recorded end, and libvirt needs its size; give 'offset' and 'size' in the reference"
    case .unresolved(let path):
      "'\(path)', which the chain needs, was not scanned; scan its pool first"
    case .parentNotRead(let path, let format):
      "'\(path)' stands on another image, and QEMU does not read that of a \(format) image; let the program that made it write the whole disk into one image"
    case .loop(let path):
      "the chain comes back to '\(path)'; give one of its images another base first"
    case .noDisk(let domain, let target):
      "domain '\(domain)' has no disk \(target.map { "'\($0)' " } ?? "")with a medium in it"
    }
  }
}
