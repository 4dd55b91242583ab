/// One element of a small document: its attributes, text and child elements, nothing else.
///
/// Comments, processing instructions and attributes of foreign namespaces are not kept.
package struct XMLElement: Hashable, Sendable {
  /// The local name; `{namespace}name` for an element of any namespace, which libvirt never reads.
  package let name: String
  /// In the order of the document; the parser refuses one that occurs twice.
  package var attributes: [XMLAttribute] = []
  /// All character data directly inside, joined, white space included.
  package var text = ""
  /// In the order of the document.
  package var children: [XMLElement] = []

  /// An element with nothing in it yet.
  package init(name: String, attributes: [XMLAttribute] = []) {
    self.name = name
    self.attributes = attributes
  }
}

/// A name and its value, entities and character references resolved.
package struct XMLAttribute: Hashable, Sendable {
  package let name: String
  package let value: String

  /// An attribute as it is meant, unescaped.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

extension XMLElement {
  /// The value of an attribute, as written; `nil` where it is missing.
  package subscript(_ attribute: String) -> String? {
    attributes.first { $0.name == attribute }?.value
  }

  /// The first child of that name.
  func child(_ name: String) -> XMLElement? {
    children.first { $0.name == name }
  }

  /// The first element at the end of a path of child names.
  func descendant(_ path: String...) -> XMLElement? {
    var element: XMLElement? = self
    for name in path { element = element?.child(name) }
    return element
  }

  /// Every child of that name, in order.
  package func children(_ name: String) -> [XMLElement] {
    children.filter { $0.name == name }
  }

  /// The text exactly as written; `nil` where there is none but white space.
  var content: String? {
    text.contains { !$0.isWhitespace } ? text : nil
  }
}
