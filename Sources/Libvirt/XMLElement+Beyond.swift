extension XMLElement {
  /// Whether libvirt never reads the element: it is of another namespace.
  var isForeign: Bool { name.hasPrefix("{") }

  /// Whether the element says nothing but its name.
  var isBlank: Bool { attributes.isEmpty && children.isEmpty && content == nil }

  /// The element without these attributes and children; without any child where `children` is `nil`.
  func beyond(attributes known: Set<String>, children knownChildren: Set<String>?) -> XMLElement {
    var rest = self
    rest.attributes.removeAll { known.contains($0.name) }
    guard let knownChildren else {
      rest.children = []
      rest.text = ""
      return rest
    }
    rest.children.removeAll { knownChildren.contains($0.name) || $0.isForeign }
    return rest
  }

  /// What a `<source>` says besides where it leads: everything that is not read of it as a target.
  func beyondPlace(ofType type: String) -> XMLElement {
    var known: Set = ["slices", "dataStore", "cookies", "privateData"]
    if type == "nvme" { known.insert("address") }
    if type == "network" { known.insert("host") }
    var rest = beyond(attributes: Self.places, children: known)
    guard type == "network" else { return rest }
    for option in NetworkOption.all { rest.remove(option.attribute, along: option.path[...]) }
    return rest
  }

  /// Attributes that say where a source of any type leads, or are libvirt's own while the machine runs
  /// (`index`).
  private static let places: Set = [
    "file", "dev", "dir", "path", "type", "pool", "volume", "mode", "protocol", "name", "managed",
    "namespace", "startupPolicy", "index",
  ]

  /// Takes an attribute out of the elements at the end of a path, and those that say nothing then.
  private mutating func remove(_ attribute: String, along path: ArraySlice<String>) {
    guard let name = path.first else {
      attributes.removeAll { $0.name == attribute }
      return
    }
    for index in children.indices where children[index].name == name {
      children[index].remove(attribute, along: path.dropFirst())
    }
    children.removeAll { $0.name == name && $0.isBlank }
  }

  /// The element with what another says more: attributes and children that are missing here. Of children
  /// with one name the first is joined with the other's first.
  package func joined(with other: XMLElement) -> XMLElement {
    var whole = self
    whole.attributes += other.attributes.filter { self[$0.name] == nil }
    if content == nil { whole.text = other.text }
    var joined: Set<String> = []
    for child in other.children {
      if let index = whole.children.firstIndex(where: { $0.name == child.name }),
        self.child(child.name) != nil, joined.insert(child.name).inserted
      {
        whole.children[index] = whole.children[index].joined(with: child)
      } else {
        whole.children.append(child)
      }
    }
    return whole
  }
}
