/// Options of the whole program that stand before the command, as people know it from git, virsh and restic.
enum LeadingOptions {
  private static let withValue: Set = ["--db", "--output", "--at"]
  private static let alone: Set = ["--escaped", "--no-pager"]

  /// The arguments with such options behind the command, where every command looks for them.
  static func behindTheCommand(_ arguments: [String]) -> [String] {
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      if withValue.contains(word) {
        index += 2
      } else if alone.contains(word) || withValue.contains(where: { word.hasPrefix($0 + "=") }) {
        index += 1
      } else {
        break
      }
    }
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else {
      return arguments
    }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
  }
}
