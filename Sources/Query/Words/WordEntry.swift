public import Model
public import Rules

/// A word of a person, with what it is about; an element of the answers of `ack`, `settle` and `keep`.
public struct WordEntry: Encodable, Hashable, Sendable {
  /// What a word is about.
  public enum Subject: Hashable, Sendable {
    /// A finding.
    case finding(Finding)
    /// An image, where it stands, or stood last.
    case image(PathBytes, id: Int64)
  }

  /// What it is about.
  public var subject: Subject
  /// What was said.
  public var word: SpokenWord
  /// The number of the finding, or of the image.
  package var key: Int64 = 0

  /// A word about something.
  public init(_ subject: Subject, word: SpokenWord) {
    self.subject = subject
    self.word = word
  }

  /// The path of the image that it is about, where it is about one.
  public var filename: PathBytes? {
    switch subject {
    case .finding(let finding): finding.filename
    case .image(let path, _): path
    }
  }

  /// The number of that image.
  public var imageID: Int64? {
    switch subject {
    case .finding(let finding): finding.imageID
    case .image(_, let id): id
    }
  }

  /// The finding, where it is about one.
  public var finding: Finding? {
    if case .finding(let finding) = subject { finding } else { nil }
  }

  /// Encodes the contract's object.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: AnswerKey.self)
    switch subject {
    case .finding(let finding): try object.encode(finding, forKey: "finding")
    case .image(let path, let id):
      try object.encode(path, forKey: "filename")
      try object.encode(id, forKey: "image-id")
    }
    try word.encode(into: &object)
  }
}
