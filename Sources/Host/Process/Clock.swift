internal import CLinux
internal import Glibc

/// The time, from the system's clocks.
public enum Clock {
  /// The time of day: nanoseconds since 1970. May jump.
  public static func now() -> Int64 { nanoseconds(CLOCK_REALTIME) }

  /// Nanoseconds since some moment before the process began. Never goes back.
  public static func monotonic() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }

  /// Nanoseconds that processors have spent on this process, all threads together.
  static func processor() -> Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Clock {
  /// Waits; a signal may end the wait early.
  public static func sleep(milliseconds: Int64) { bs_sleep(milliseconds * 1_000_000) }
}
