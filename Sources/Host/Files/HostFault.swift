internal import CLinux
internal import Glibc
public import Model

/// A system call that failed: what was tried, on what, and the system's reason.
public struct HostFault: Error, Hashable, Sendable {
  /// What was tried, as a verb: `open`, `list`, `stat`, `read`, `lock`, …
  public let operation: String
  /// The path that it was tried on.
  public let path: PathBytes
  /// The system's error number (`errno`), positive.
  public let code: Int32

  /// A fault with the system's error number.
  public init(operation: String, path: PathBytes, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }
}

extension HostFault {
  /// The reason in words, lower case, no full stop: `permission denied`.
  public var reason: String {
    if isNotRegular { return "not a regular file" }
    if code == Self.linkOnTheWay {
      return "the path has a symbolic link, which is not followed here"
    }
    guard let text = unsafe bs_error_text(code) else { return "error \(code)" }
    return unsafe String(cString: text).lowercased()
  }

  /// Nothing is there: the name, or a directory on the way to it, is missing. Everything else, a disk that
  /// fails or a process without descriptors, says nothing of what is there: whoever decides anything by a
  /// file's absence asks here.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// The path itself is why: it leads nowhere, it may not be followed, or it is none. Whoever wrote it is
  /// the reason, and it will be so again; everything else is trouble of the host, and may pass.
  public var isOfThePath: Bool {
    leadsNowhere || isPermission || code == EINVAL || code == EILSEQ
  }

  /// The file is there, and itself why it cannot be read, and it will be so again: its permissions, its kind, or a
  /// device with nothing behind it. A host that fails says nothing of the file.
  public var isOfTheFile: Bool {
    if isMissing { return false }
    return isOfThePath || isNotRegular || [ENXIO, ENODEV, Self.noMedium].contains(code)
  }

  /// The file system does not answer such a question at all.
  public var isNotOffered: Bool {
    [EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP, ENOTTY].contains(code)
  }

  /// No file can ever be reached by the path: nothing is there, its symbolic links go round in a
  /// circle, or a name is longer than names can be.
  public var leadsNowhere: Bool { isMissing || code == ELOOP || code == ENAMETOOLONG }

  /// Something is there, or may be, and this process may not touch it.
  public var isPermission: Bool { code == EACCES || code == EPERM }

  /// The process that was asked about has ended.
  public var isOfEndedProcess: Bool { code == ESRCH }

  /// A file was to be opened, and it is a directory, a FIFO, a socket, a device or a symbolic link.
  public var isNotRegular: Bool { operation == "open" && code == Self.notRegular }

  /// `EMEDIUMTYPE`, which no file system gives for an `open`; says that the kind of file is wrong.
  static let notRegular: Int32 = EMEDIUMTYPE

  /// `ENOMEDIUM`, which Glibc's module leaves out.
  public static let noMedium: Int32 = 123

  /// `EMULTIHOP`, which no path of this host gives; says that a walk has met a link that it must not follow.
  static let linkOnTheWay: Int32 = EMULTIHOP
}
