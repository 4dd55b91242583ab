internal import CLinux
internal import Glibc
internal import Model

/// Threads of our own, because blocking calls would starve the cooperative pool.
enum Threads {
  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on `count` threads at once and returns when all of them have. Where the system
  /// refuses threads there are fewer, at least the calling one.
  static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    var started: [pthread_t] = []
    if count > 1 { bs_share_heaps() }
    for _ in 0..<max(0, count - 1) {
      guard let thread = try? start(body) else { break }
      started.append(thread)
    }
    body()
    for thread in started { join(thread) }
  }

  /// Runs `body` on a new thread, which has to be joined.
  static func start(_ body: @escaping @Sendable () -> Void) throws(HostFault) -> pthread_t {
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(body))
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      unsafe start.release()
      throw HostFault(operation: "start a thread", path: "", code: code)
    }
    return thread
  }

  /// Waits until a thread has ended.
  static func join(_ thread: pthread_t) { pthread_join(thread, nil) }

  /// Lets a thread end by itself; nobody may wait for it any more.
  static func leave(_ thread: pthread_t) { pthread_detach(thread) }
}
