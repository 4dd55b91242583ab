internal import CLinux
internal import Glibc
public import Model

/// The status of the file at `path`; of a symbolic link its own, unless `followingLink`.
public func status(ofPath path: PathBytes, followingLink: Bool) throws(HostFault) -> FileStatus {
  try FileStatus(ofPath: path, followingLink: followingLink, operation: "stat")
}

/// The status of the file at `path` as above, nil when nothing is there.
/// - Throws: the fault when that cannot be told.
public func statusIfThere(
  ofPath path: PathBytes, followingLink: Bool
) throws(HostFault) -> FileStatus? {
  do { return try status(ofPath: path, followingLink: followingLink) } catch {
    if error.isMissing { return nil }
    throw error
  }
}

/// What `canonicalPath` gives, nil when nothing is there.
/// - Throws: the fault when that cannot be told.
public func canonicalPathIfThere(_ path: PathBytes) throws(HostFault) -> PathBytes? {
  do { return try canonicalPath(path) } catch {
    if error.isMissing { return nil }
    throw error
  }
}

/// Whether this process, with its effective user and groups, may read the file at `path`, through
/// symbolic links. Nothing is opened. False as well when it is not there.
/// - Throws: the fault when that cannot be told.
public func isReadable(_ path: PathBytes) throws(HostFault) -> Bool {
  let result = unsafe PathReach.call(path.bytes) { unsafe bs_may_read($0, $1) }
  if result == 0 { return true }
  let fault = HostFault(operation: "look at", path: path, code: -result)
  if fault.isOfThePath { return false }
  throw fault
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
