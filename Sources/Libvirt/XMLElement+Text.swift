extension XMLElement {
  /// An element with attributes in the order given; those without a value are left out.
  package init(_ name: String, _ attributes: [(String, String?)], children: [XMLElement] = []) {
    self.name = name
    self.attributes = attributes.compactMap { name, value in
      value.map { XMLAttribute(name: name, value: $0) }
    }
    self.children = children
  }

  /// The element as libvirt lays it out: two spaces a level, single quotes, a line break at the
  /// end. Text is written where there are no elements inside.
  package func markup(indentation: Int = 0) throws(XMLTextFault) -> String {
    let margin = String(repeating: " ", count: indentation)
    var tag = "\(margin)<\(name)"
    for attribute in attributes {
      tag += " \(attribute.name)='\(try XMLText.escaped(attribute.value))'"
    }
    guard !children.isEmpty else {
      guard let content else { return tag + "/>\n" }
      return "\(tag)>\(try XMLText.escaped(content))</\(name)>\n"
    }
    var inside = ""
    for child in children { inside += try child.markup(indentation: indentation + 2) }
    return "\(tag)>\n\(inside)\(margin)</\(name)>\n"
  }
}
