/// Options of the whole program that stand before the command, as people know it from git, virsh and restic.
enum LeadingOptions {
  private static let withValue: Set = ["--db", "--output", "--at"]
  private static let alone: Set = ["--escaped", "--no-pager"]

  /// Whether there is nothing but such options, none of them without its value: no command, and no mistake.
  static func isAll(of arguments: [String]) -> Bool { count(in: arguments) == arguments.count }

  /// The arguments with such options behind the command, where every command looks for them.
  static func behindTheCommand(_ arguments: [String]) -> [String] {
    let index = count(in: arguments)
    guard index > 0, index < arguments.count, !arguments[index].hasPrefix("-") else {
      return arguments
    }
    return [arguments[index]] + arguments[..<index] + arguments[(index + 1)...]
  }

  /// How many arguments such options take at the front.
  private static func count(in arguments: [String]) -> Int {
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
    return index
  }
}
