import Model
import Presentation
import Workflow

/// One line on standard error that is drawn again and again while a scan runs.
final class ProgressLine {
  /// Seconds: the line is drawn at most ten times in one.
  private static let interval = 0.1

  private let style = Console.progressStyle
  private var drawn: Double?
  private var phase = ScanPhase.walk

  /// Shows how far the scan is, where a terminal shows it.
  func show(_ progress: ScanProgress) {
    guard let style else { return }
    if let drawn, progress.phase == phase, progress.seconds - drawn < Self.interval { return }
    drawn = progress.seconds
    phase = progress.phase
    Console.draw(
      ProgressText.line(
        phase: progress.phase, files: Int64(progress.files), seconds: progress.seconds,
        place: progress.current,
        style: style))
  }

  /// Takes the line away.
  func clear() {
    guard drawn != nil else { return }
    drawn = nil
    Console.draw("")
  }
}
