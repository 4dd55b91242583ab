internal import Glibc

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
    for _ in 0..<max(0, count - 1) {
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
        break
      }
      started.append(thread)
    }
    body()
    for thread in started { pthread_join(thread, nil) }
  }
}
