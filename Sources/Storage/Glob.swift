internal import Host
public import Model

/// A pattern for names and paths, as a shell has it: `*`, `?`, `[a-z]`, `[!x]`, `\` before a
/// character that is to be taken as it is.
///
/// Without a slash it is matched with the entry's name, with one against the whole path; there `*`
/// stops at a slash and `**` does not.
public struct Glob: Sendable, Hashable {
  private let pattern: [UInt8]
  private let isForPaths: Bool

  /// A pattern as it was given.
  public init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
    isForPaths = self.pattern.contains(UInt8(ascii: "/"))
  }

  private init(_ pattern: [UInt8]) {
    self.pattern = pattern
    isForPaths = true
  }

  /// The same with the directories before the first star, set or question mark as they really are: without symbolic
  /// links, `..` and doubled slashes; `nil` where it says so already, is for names, or nobody can tell.
  public var really: Glob? {
    let special = Set("*?[\\".utf8)
    let plain = pattern.prefix { !special.contains($0) }
    guard let slash = plain.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
    do throws(HostFault) {
      let directory = try pathAsFarAsThere(PathBytes(Array(pattern[..<slash])))
      let escaped = directory.bytes.flatMap {
        special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0]
      }
      let real = (escaped == [UInt8(ascii: "/")] ? [] : escaped) + pattern[slash...]
      return real == pattern ? nil : Glob(real)
    } catch { return nil }
  }

  /// Whether an entry of a directory is meant.
  public func matches(name: ArraySlice<UInt8>, in directory: PathBytes) -> Bool {
    isForPaths
      ? matches(directory.appending(name).bytes[...]) : matches(name)
  }

  /// Matches without recursion: on a mismatch it goes back to the last star and lets it take one
  /// byte more; where that is a slash that it may not take, to the last star that may. So the time is
  /// bounded by the product of the lengths, times that of the longest name.
  private func matches(_ text: ArraySlice<UInt8>) -> Bool {
    var position = 0
    var index = text.startIndex
    var retry: (position: Int, index: Int)?
    var crossing: (position: Int, index: Int)?
    while index < text.endIndex {
      if let star = star(at: position) {
        position = star.after
        retry = (position, index)
        if star.crossesSlash { (crossing, retry) = (retry, nil) }
      } else if let next = step(at: position, over: text[index]) {
        position = next
        index += 1
      } else if let last = retry, text[last.index] != UInt8(ascii: "/") {
        (position, index) = (last.position, last.index + 1)
        retry = (position, index)
      } else if let last = crossing {
        (position, index) = (last.position, last.index + 1)
        (crossing, retry) = ((position, index), nil)
      } else {
        return false
      }
    }
    while let star = star(at: position) { position = star.after }
    return position == pattern.count
  }

  private func star(at position: Int) -> (after: Int, crossesSlash: Bool)? {
    guard position < pattern.count, pattern[position] == UInt8(ascii: "*") else { return nil }
    var after = position
    while after < pattern.count, pattern[after] == UInt8(ascii: "*") { after += 1 }
    return (after, !isForPaths || after - position > 1)
  }

  /// The position after the element that stands for one byte, if it stands for this one.
  private func step(at position: Int, over byte: UInt8) -> Int? {
    guard position < pattern.count else { return nil }
    switch pattern[position] {
    case UInt8(ascii: "?"):
      return isForPaths && byte == UInt8(ascii: "/") ? nil : position + 1
    case UInt8(ascii: "["):
      if let set = set(from: position) { return set.holds(byte) ? set.after : nil }
      return byte == UInt8(ascii: "[") ? position + 1 : nil
    case UInt8(ascii: "\\") where position + 1 < pattern.count:
      return pattern[position + 1] == byte ? position + 2 : nil
    case byte: return position + 1
    default: return nil
    }
  }

  private struct ByteSet {
    var ranges: [ClosedRange<UInt8>] = []
    var isNegated = false
    var after = 0

    func holds(_ byte: UInt8) -> Bool {
      ranges.contains { $0.contains(byte) } != isNegated
    }
  }

  private func set(from start: Int) -> ByteSet? {
    var set = ByteSet()
    var position = start + 1
    if position < pattern.count, pattern[position] == UInt8(ascii: "!") {
      set.isNegated = true
      position += 1
    }
    let first = position
    while position < pattern.count {
      if pattern[position] == UInt8(ascii: "]"), position > first {
        set.after = position + 1
        return set
      }
      let low = pattern[position]
      if position + 2 < pattern.count, pattern[position + 1] == UInt8(ascii: "-"),
        pattern[position + 2] != UInt8(ascii: "]"), low <= pattern[position + 2]
      {
        set.ranges.append(low...pattern[position + 2])
        position += 3
      } else {
        set.ranges.append(low...low)
        position += 1
      }
    }
    return nil
  }
}
