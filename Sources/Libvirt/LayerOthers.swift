/// What a `<backingStore>` says besides where its image is, kept as `DiskOthers` keeps it.
package struct LayerOthers {
  /// Elements that are written anyway hold what they say more.
  let elements: [String]
  private let parsed: [XMLElement]

  /// What a `<backingStore>` says.
  init(in store: XMLElement) {
    var found = [store.beyond(attributes: ["type", "index"], children: nil)]
    found += store.children("format").prefix(1).map {
      $0.beyond(attributes: ["type"], children: [])
    }
    found += store.children("source").prefix(1).map {
      $0.beyondPlace(ofType: store["type"] ?? "file")
    }
    found.removeAll { $0.isBlank }
    found += store.children.filter { child in
      !child.isForeign
        && !["format", "source", "backingStore", "privateData", "auth"].contains(child.name)
    }
    parsed = found
    elements = found.compactMap { try? $0.markup() }
  }

  /// What was kept; anything that is no element is left out.
  package init(_ elements: [String]) {
    self.elements = elements
    parsed = elements.compactMap { try? XMLTree.root(of: Array($0.utf8)) }
  }

  /// What one of the elements that are written anyway says more.
  package func more(of name: String) -> XMLElement {
    parsed.first { $0.name == name } ?? XMLElement(name: name)
  }

  /// Everything else.
  package var others: [XMLElement] {
    parsed.filter { !["backingStore", "format", "source"].contains($0.name) }
  }
}
