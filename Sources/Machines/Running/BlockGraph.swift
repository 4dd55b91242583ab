internal import DiskImage

/// What the options `-blockdev` of a process say together: nodes that stand on others by their names.
struct BlockGraph {
  /// Nodes that one process may have; each disk has some four.
  static let nodeLimit = 20_000

  /// One driver: a protocol with a file's name, or one that stands on another.
  private struct Node {
    var fileName: [UInt8]?
    var isDevice = false
    var format: String?
    var isReadOnly: Bool?
    /// The names of nodes that it stands on, each with the key.
    var children: [(key: String, name: String)] = []
  }

  private var nodes: [String: Node] = [:]
  private var order: [String] = []

  /// Adds the argument of one `-blockdev`.
  /// - Returns: why it cannot be understood, where it cannot.
  mutating func add(_ argument: [UInt8]) -> String? {
    let value: JSONText
    if argument.first == UInt8(ascii: "{") {
      do throws(InvalidReference) { value = try JSONText(parsing: argument[...]) } catch {
        return error.reason
      }
    } else {
      value = Self.tree(QEMUOptions(parsing: argument))
    }
    guard case .object(let members) = value else { return "it is no object" }
    guard order.count < Self.nodeLimit else { return "it has more than \(Self.nodeLimit) nodes" }
    _ = add(members, depth: 0)
    return nil
  }

  /// Dotted keys as objects in one another: `file.driver=file`.
  private static func tree(_ options: QEMUOptions) -> JSONText {
    var root: [String: JSONText] = [:]
    for (key, value) in options.pairs {
      let steps = key.split(separator: ".", maxSplits: ReferenceDepth.limit).map(String.init)
      insert(.string(String(decoding: value, as: UTF8.self)), at: steps[...], into: &root)
    }
    return .object(root)
  }

  private static func insert(
    _ value: JSONText, at steps: ArraySlice<String>, into object: inout [String: JSONText]
  ) {
    guard let first = steps.first else { return }
    if steps.count == 1 {
      if object[first] == nil { object[first] = value }
      return
    }
    var inner: [String: JSONText] = [:]
    if case .object(let members)? = object[first] { inner = members }
    insert(value, at: steps.dropFirst(), into: &inner)
    object[first] = .object(inner)
  }

  /// Adds a node and those that are written within it.
  /// - Returns: its name, made up where it has none.
  private mutating func add(_ members: [String: JSONText], depth: Int) -> String {
    var node = Node()
    var name = "#\(order.count)"
    if case .string(let given)? = members["node-name"], nodes[given] == nil { name = given }
    order.append(name)
    nodes[name] = node
    if case .string(let driver)? = members["driver"] {
      node.isDevice = driver == "host_device" || driver == "host_cdrom"
      if ImageFormat(rawValue: driver) != nil { node.format = driver }
    }
    if case .string(let file)? = members["filename"] { node.fileName = Array(file.utf8) }
    node.isReadOnly = Self.flag(members["read-only"])
    for key in ["file", "backing", "image", "data-file", "target"] {
      switch members[key] {
      case .string(let child)?: node.children.append((key, child))
      case .object(let inner)? where depth < ReferenceDepth.limit && order.count < Self.nodeLimit:
        node.children.append((key, add(inner, depth: depth + 1)))
      default: break
      }
    }
    nodes[name] = node
    return name
  }

  private static func flag(_ value: JSONText?) -> Bool? {
    switch value {
    case .boolean(let flag)?: flag
    case .string(let text)?: ["on", "yes", "true"].contains(text)
    default: nil
    }
  }

  /// Every file that a node names, once, in the order of the command line: what a disk stands on
  /// is `below` and read only.
  func uses(in directory: [UInt8]?) -> [MachineUse] {
    var below: Set<String> = []
    var roles: [String: ReferenceRole] = [:]
    var upper: [String: String] = [:]
    for name in order {
      for child in nodes[name]?.children ?? [] {
        if child.key == "backing" { below.insert(child.name) }
        if child.key == "data-file" { roles[child.name] = .dataFile }
        if upper[child.name] == nil { upper[child.name] = name }
      }
    }
    return order.compactMap { name in
      guard let node = nodes[name], let file = node.fileName else { return nil }
      let target = QEMUCommandLine.target(ofPlainName: file, isDevice: node.isDevice, in: directory)
      var use = MachineUse(.disk, target)
      var current = name
      // A node is walked at most once: names may lead in a circle.
      for _ in 0..<ReferenceDepth.limit {
        if let role = roles[current] { use.role = role }
        if below.contains(current) { (use.role, use.occasion) = (.backing, .below) }
        if use.format == nil { use.format = nodes[current]?.format }
        if let isReadOnly = nodes[current]?.isReadOnly { use.isReadOnly = isReadOnly }
        guard use.occasion == .now, let next = upper[current] else { break }
        current = next
      }
      if use.occasion == .below { use.isReadOnly = true }
      return use
    }
  }
}

/// How deep block drivers stand within one another.
enum ReferenceDepth {
  /// libvirt's disks are four deep; chains that are written out are flat, by names.
  static let limit = 32
}
