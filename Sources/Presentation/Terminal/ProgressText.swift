public import Inventory

/// The line that a terminal shows while a scan runs.
public enum ProgressText {
  /// How far the scan is, in one line that fits: `12,400 files, 31,000/s  /srv/pool/customers`.
  public static func line(files: Int64, seconds: Double, place: PathBytes, style: Style) -> String {
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
