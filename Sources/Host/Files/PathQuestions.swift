internal import CLinux
internal import Glibc
public import Model

/// The status of the file at `path`; of a symbolic link its own, unless `followingLink`.
public func status(ofPath path: PathBytes, followingLink: Bool) throws(HostFault) -> FileStatus {
  try FileStatus(ofPath: path, followingLink: followingLink, operation: "stat")
}

/// Whether this process, with its effective user and groups, may read the file at `path`, through
/// symbolic links. Nothing is opened. False as well when it is not there.
public func isReadable(_ path: PathBytes) -> Bool {
  unsafe PathReach.call(path.bytes) { unsafe bs_may_read($0, $1) } == 0
}

/// The absolute path of the working directory.
public func workingDirectory() throws(HostFault) -> PathBytes {
  var code: Int32 = 0
  guard let text = unsafe bs_working_path(&code) else {
    throw HostFault(operation: "look up", path: ".", code: -code)
  }
  defer { unsafe free(text) }
  return unsafe PathBytes(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
