internal import DiskImage
package import Sighting

/// Of which images a rule is asked when a database's first scan judges them.
///
/// A first scan sees millions of images of which nothing can be said, and notes in passing those of which
/// something can. It may only leave out what the rule's query would not find; where in doubt, it is `all`.
package enum FirstLook: Sendable {
  /// Every image.
  case all
  /// Images whose file, header or references have something of their own.
  case files(@Sendable (SeenFile) -> Bool)
  /// Images of which a link does not end at an image that can be read.
  case strayLinks
  /// Images that record another format for a target than its header shows.
  case otherFormats
  /// None: the query goes by a walk over everything, or by what was before.
  case none

  /// Images with something in their headers.
  static func headers(_ isRemarkable: @escaping @Sendable (ImageFacts) -> Bool) -> FirstLook {
    .files { file in file.header.map { isRemarkable($0.facts) } ?? false }
  }

  /// Images with a base, by what they store of it.
  static func bases(_ isRemarkable: @escaping @Sendable (SeenReference) -> Bool) -> FirstLook {
    .files { file in
      file.header?.references.contains { $0.role == .backing && isRemarkable($0) } ?? false
    }
  }
}

/// All that a first scan has to ask of a file for the rules.
package struct FirstLooks {
  private let isEverythingAsked: Bool
  /// Whether any rule asks for images of which a link leads nowhere.
  let strayLinks: Bool
  /// Whether any rule asks for images that record another format than their target shows.
  let otherFormats: Bool
  private let questions: [@Sendable (SeenFile) -> Bool]

  /// What the rules ask.
  package init(_ rules: [Rule]) {
    var questions: [@Sendable (SeenFile) -> Bool] = []
    var isEverythingAsked = false
    var strayLinks = false
    var otherFormats = false
    for rule in rules {
      switch rule.firstLook {
      case .all: isEverythingAsked = true
      case .files(let transaction): questions.append(transaction)
      case .strayLinks: strayLinks = true
      case .otherFormats: otherFormats = true
      case .none: break
      }
    }
    self.strayLinks = strayLinks
    self.otherFormats = otherFormats
    self.questions = questions
    self.isEverythingAsked = isEverythingAsked
  }

  /// Whether any rule may have something to say of the file.
  package func isRemarkable(_ file: SeenFile) -> Bool {
    isEverythingAsked || questions.contains { $0(file) }
  }
}
