public import DiskImage
public import Model

/// Images, domains and what they refer to, as nodes and edges.
public struct Graph: Hashable, Sendable {
  /// An image, a domain, or a place that a reference names.
  public struct Node: Hashable, Sendable {
    /// The kinds of node.
    public enum Kind: Hashable, Sendable {
      /// An image of the inventory, by its number.
      case image(Int64)
      /// A virtual machine.
      case domain
      /// What a reference names, and no image of the inventory is; with what was found there.
      case place(LinkState)
    }

    /// What it is.
    public var kind: Kind
    /// The path, the domain's name, or a URI; secrets already replaced.
    public var name: PathBytes
    /// The detected format of an image.
    public var format: String?
    /// Bytes.
    public var virtualSize: UInt64?
    /// Allocated bytes.
    public var actualSize: UInt64?
    /// How many refer to it that are not in the graph.
    public var hidden = 0

    /// A node with a name.
    public init(kind: Kind, name: PathBytes) {
      self.kind = kind
      self.name = name
    }
  }

  /// A reference from one node to another.
  public struct Edge: Hashable, Sendable {
    /// The index of the node that refers.
    public var holder: Int
    /// The index of the node that is referred to.
    public var target: Int
    /// What the reference is for.
    public var role: ReferenceRole
    /// What was found.
    public var state: LinkState
    /// The recorded format.
    public var format: String?
    /// Whether the link is part of a cycle.
    public var isLoop = false

    /// A reference between two nodes.
    public init(holder: Int, target: Int, role: ReferenceRole, state: LinkState) {
      self.holder = holder
      self.target = target
      self.role = role
      self.state = state
    }

    /// Whether what the reference needs is not to be had.
    public var isBroken: Bool {
      switch state {
      case .missing, .unreadable, .invalid: true
      case .ok, .outsidePools, .remote, .unknown: isLoop
      }
    }
  }

  /// In byte order of the names, images before domains before places.
  public var nodes: [Node]
  /// In the order of their holders, then of the targets.
  public var edges: [Edge]

  /// A graph of nodes and edges between them.
  public init(nodes: [Node], edges: [Edge]) {
    self.nodes = nodes
    self.edges = edges
  }
}
