internal import CLinux

/// What is said when the process ends by a fault of its own, or because there is no more memory.
public enum LastWords {
  /// Has `text` written to standard error then. Only the first text counts, and none where Swift's
  /// backtracer is on: it says more.
  public static func set(_ text: StaticString) {
    guard text.hasPointerRepresentation else { return }
    unsafe text.utf8Start.withMemoryRebound(to: CChar.self, capacity: text.utf8CodeUnitCount + 1) {
      unsafe bs_last_words($0)
    }
  }
}
