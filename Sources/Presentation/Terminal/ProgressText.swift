public import Model

/// The line that a terminal shows while a scan runs.
public enum ProgressText {
  /// How far the scan is, in one line that fits: `12,400 files, 31,000/s  /srv/pool/customers`.
  /// After the walk it says what is done with them: `12,400 files, comparing …`.
  public static func line(
    phase: ScanPhase = .walk, files: Int64, seconds: Double, place: PathBytes, style: Style
  ) -> String {
    if let doing = phase.inWords { return HumanWords.count(files, "file") + ", " + doing }
    let rate = Int64(min(Double(files) / max(seconds, 0.001), 1e15))
    let speed = seconds < 0.1 ? "" : ", \(HumanWords.number(rate))/s"
    let counts = HumanWords.count(files, "file") + speed + "  "
    let path = TerminalText.escaped(place)
    guard let width = style.width else { return counts + path }
    // The last column stays free: some terminals begin a new line after it.
    let room = width - counts.displayWidth - 1
    return room < 8 ? counts : counts + path.cutInTheMiddle(to: room, mark: style.cutMark)
  }
}

extension ScanPhase {
  /// What is done after the walk; `nil` for the walk itself.
  fileprivate var inWords: String? {
    switch self {
    case .walk: nil
    case .reconcile: "comparing with what was known"
    case .judge: "judging links and chains"
    case .write: "writing"
    }
  }
}
