public import DiskImage
public import Model
public import Sighting

/// Everything that the inventory knows of links that want a repair, as of one scan: facts that speak
/// for one repair or another, and no judgement of them.
public struct RepairEvidence: Sendable {
  /// As of which scan.
  public var point: ScanPoint
  /// The links, in byte order of their holders' paths.
  public var links: [FaultyLink] = []
  /// Where the pools begin: what is on the way to them is the administrator's, what is below may be anybody's.
  public var pools: [PathBytes] = []
  /// Every image that a link, a candidate or a chain under one of them leads to, by number.
  public var images: [Int64: KnownImage] = [:]

  /// Evidence of nothing yet.
  public init(point: ScanPoint) { self.point = point }
}

/// A reference of an image with at least one open finding.
public struct FaultyLink: Sendable {
  /// What is wrong with it, worst first; never empty.
  public var findings: [Finding]
  /// The image that holds the reference.
  public var holder: Int64
  /// What the reference is for.
  public var role: ReferenceRole
  /// The stored string, secrets included.
  public var stored: [UInt8]
  /// What it means.
  public var target: ReferenceTarget
  /// The format that the image records beside the string.
  public var recordedFormat: String?
  /// The directory that it names, and where that really was when it led to an image, where those are two.
  public var way: DirectoryWay?
  /// Bytes that the descriptor says a missing extent has; `nil` for every other reference.
  public var extentSize: UInt64?
  /// What was found where it leads.
  public var state: LinkState
  /// The image where it leads.
  public var image: Int64?
  /// The image where it led before, if that is another one or stands elsewhere.
  public var former: FormerTarget?
  /// Formats that the image itself recorded earlier, by the image that the reference led to then.
  public var earlierFormats: [Int64: FormatClaim] = [:]
  /// What else may be meant, most telling first; the first `RepairCandidate.limit` where there are more.
  public var candidates: [RepairCandidate] = []
  /// How much else may be meant.
  public var candidateCount = 0

  /// The format that the image states for the target, beside the string or in it.
  public var statedFormat: String? { recordedFormat ?? target.formatInReference }
}

/// A directory by a path that a reference names, and by its own.
public struct DirectoryWay: Hashable, Sendable {
  /// As it is named: through a symbolic link, or as other hosts see it.
  public var named: PathBytes
  /// Without symbolic links, on this host.
  public var real: PathBytes
}

/// Where a reference led before, and what stood there then.
public struct FormerTarget: Hashable, Sendable {
  /// The image.
  public var image: Int64
  /// The last scan that saw the reference lead to it.
  public var lastSeen: ScanPoint
  /// Its format then.
  public var format: String
  /// Its virtual size then, in bytes.
  public var virtualSize: UInt64?
  /// When its file had been written last, in nanoseconds since 1970.
  public var modified: Int64
  /// The length of its file then, in bytes.
  public var fileSize: UInt64
  /// What the overlay saw of it; `nil` where that was not measured.
  public var content: Content?
  /// Where it stands, but for where the reference looks for it in vain.
  public var places: [PathBytes]
  /// Whether it stood where the reference leads, and is not what that led to last.
  public var isOnlyNamed = false
  /// What the reference led to last, where that is another image.
  public var madeOn: Int64?
  /// Whether the reference said something before that led neither to it nor to an image that held the same: what the
  /// overlay was made on is not known then.
  public var followsAnother = false
  /// A sample of what the overlay was made on, where that is known.
  public var sampleMadeOn: Int64?
  /// Whether the overlay was made on something else than the image holds now, or held last.
  public var isSpoilt = false
}

/// An image that may be what a reference means.
public struct RepairCandidate: Hashable, Sendable {
  /// Candidates of one link that are told; of more only the number is.
  public static let limit = 8

  /// The image.
  public var image: Int64
  /// What speaks for it, in sentences.
  public var reasons: [String]
  /// Whether somebody names it: by the name that is looked for, in a domain's XML, or by an identity. A
  /// sample of content alone names nothing: images of one make have the same.
  public var isNamed: Bool
}

/// Somebody who records what format an image has.
public struct FormatClaim: Hashable, Sendable {
  /// Who records it.
  public enum Source: Hashable, Sendable {
    /// The image that holds the reference, earlier: the last scan that saw it.
    case earlier(ScanPoint)
    /// Other images that have the same base: one of them, and how many there are.
    case overlays(PathBytes, count: Int)
    /// Domains: one of them, and how many there are.
    case domains(String, count: Int)
  }

  /// The recorded format.
  public var format: String
  /// Who records it.
  public var source: Source

  /// A claim of somebody's.
  public init(format: String, source: Source) {
    self.format = format
    self.source = source
  }
}

/// Which file an image is: a name may be given to another.
public struct FileMark: Hashable, Sendable, Codable {
  /// The file system's own identity.
  public var filesystem: String
  /// The file's number in it.
  public var inode: UInt64

  /// A file by its file system and its number in it.
  public init(filesystem: String, inode: UInt64) {
    self.filesystem = filesystem
    self.inode = inode
  }
}

/// An image as a repair needs to know it.
public struct KnownImage: Sendable {
  /// The image's number.
  public var id: Int64
  /// The file, as it was when it was last read.
  public var file: FileMark
  /// Where it stands, in the order of directories and names; empty where it is gone.
  public var places: [PathBytes]
  /// Symbolic links in the pools that lead to it; a machine may open it by one.
  public var links: [PathBytes] = []
  /// The detected format.
  public var format: String
  /// Whether it is a fixed VHD, which has its header at the end and shows raw.
  public var isFixedVHD = false
  /// Bytes.
  public var virtualSize: UInt64?
  /// Bytes.
  public var clusterSize: UInt64?
  /// Why the header is invalid.
  public var fault: String?
  /// Whether a process held it, or a running domain had it, in the scan.
  public var isInUse: Bool
  /// When the file was born, in nanoseconds since 1970; `nil` where the file system keeps no such time.
  public var born: Int64?
  /// Its chain, as the last scan knows it, with what broken links led to last; `nil` where it stands nowhere.
  public var disk: BaseToRead?
  /// Kinds of the findings that are open on the image itself.
  public var findings: Set<FindingKind>
  /// Who records its format now: images and domains that use it, or used it where it stood before.
  public var claims: [FormatClaim]
  /// The base that it names.
  public var base: KnownBase?
}

/// The base that an image names.
public struct KnownBase: Hashable, Sendable {
  /// The image where the reference leads.
  public var image: Int64?
  /// The recorded format.
  public var recordedFormat: String?
  /// What was found there.
  public var state: LinkState

  /// A base that an image names.
  public init(image: Int64?, recordedFormat: String?, state: LinkState) {
    self.image = image
    self.recordedFormat = recordedFormat
    self.state = state
  }
}
