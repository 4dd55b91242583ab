/// Collects the parser's events into a tree, and stops the parser at the first limit.
final class XMLTreeBuilder {
  /// Characters of a parser's message that are kept.
  private static let messageLimit = 200

  /// Makes the parser stop; set while it runs.
  var stop: () -> Void = {}
  /// What the parser says at the end.
  var isWellFormed = false

  private var open: [XMLElement] = []
  private var root: XMLElement?
  private var elementCount = 0
  private var fault: LibvirtFault?

  /// An element begins.
  func open(name: String, namespace: String?, attributes: [XMLAttribute]) {
    guard fault == nil else { return }
    elementCount += 1
    guard open.count < XMLTree.depthLimit else {
      return refuse(.tooDeep(limit: XMLTree.depthLimit))
    }
    guard elementCount <= XMLTree.elementLimit else {
      return refuse(.tooManyElements(limit: XMLTree.elementLimit))
    }
    let fullName = namespace.map { "{\($0)}\(name)" } ?? name
    open.append(XMLElement(name: fullName, attributes: attributes))
  }

  /// The innermost element ends.
  func close() {
    guard fault == nil, let element = open.popLast() else { return }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }

  /// Character data inside the innermost element.
  func append(_ text: String) {
    guard fault == nil, !open.isEmpty else { return }
    open[open.count - 1].text += text
  }

  /// Remembers the first complaint; those that follow are its echo.
  func note(line: Int, message: String) {
    guard fault == nil else { return }
    let trimmed = message.prefix { !$0.isNewline }
    fault = .notXML(line: line, message: String(trimmed.prefix(Self.messageLimit)))
  }

  /// Ends the parse with a fault.
  func refuse(_ reason: LibvirtFault) {
    guard fault == nil else { return }
    fault = reason
    stop()
  }

  /// The root element, once the parser is done.
  func finished() throws(LibvirtFault) -> XMLElement {
    if let fault { throw fault }
    guard isWellFormed, let root else { throw .notXML(line: 1, message: "no complete document") }
    return root
  }
}
