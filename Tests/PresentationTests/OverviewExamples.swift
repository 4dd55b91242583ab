import DiskImage
import Model
import Query
import Rules

/// A night as a page shows it.
extension Examples {
  static var graph: Graph {
    let node = { (kind: Graph.Node.Kind, name: PathBytes) in
      var node = Graph.Node(kind: kind, name: name)
      if case .image = kind {
        node.format = "qcow2"
        node.virtualSize = 21_474_836_480
        node.actualSize = 200_704
      }
      return node
    }
    var gone = node(.place(.missing), "/srv/pool/gone.qcow2")
    gone.hidden = 4
    var backing = Graph.Edge(holder: 0, target: 3, role: .backing, state: .missing)
    backing.format = "qcow2"
    return Graph(
      nodes: [
        node(.image(3), "/srv/pool/web.qcow2"), node(.image(4), "/srv/pool/web-1.qcow2"),
        node(.domain, "web"), gone,
      ],
      edges: [
        backing, Graph.Edge(holder: 1, target: 0, role: .backing, state: .ok),
        Graph.Edge(holder: 2, target: 1, role: .disk, state: .ok),
      ])
  }

  /// Two images that back each other.
  static var loop: Graph {
    var there = Graph.Edge(holder: 0, target: 1, role: .backing, state: .ok)
    there.isLoop = true
    var back = Graph.Edge(holder: 1, target: 0, role: .backing, state: .ok)
    back.isLoop = true
    return Graph(
      nodes: [
        Graph.Node(kind: .image(1), name: "/srv/a.qcow2"),
        Graph.Node(kind: .image(2), name: "/srv/b.qcow2"),
      ], edges: [there, back])
  }

  static var overview: Overview {
    Overview(
      host: "vmhost-7", scan: summary,
      groups: [
        FindingGroup(
          kind: .backingMissing, target: "/srv/pool/gone.qcow2", findings: [missing],
          picture: graph),
        FindingGroup(kind: .imageDirty, target: nil, findings: [dirty, dirty]),
        FindingGroup(kind: .backingRemote, target: nil, findings: [remote]),
      ],
      problems: [ScanProblem(filename: "/srv/pool/x.qcow2", message: "permission denied")],
      sinceLastScan: difference, sinceLastWeek: difference,
      pools: pools.map {
        PoolSummary(
          outcome: $0, actualSize: 1_099_511_627_776, openFindings: 2, lastScan: night12,
          lastComplete: $0.reason == nil ? night12 : nil)
      },
      growth: [
        PoolGrowth(
          name: "default", path: "/srv/pool",
          points: [
            .init(point: night1, images: 900, actualSize: 549_755_813_888),
            .init(point: night11, images: 1000, actualSize: 1_099_511_627_776),
            .init(point: night12, images: 1000, actualSize: 824_633_720_832),
          ])
      ],
      longestChains: [
        ChainLength(top: "/srv/pool/web-1.qcow2", imageID: 4, length: 17, actualSize: 1_073_741_824)
      ], orphans: orphans)
  }

  /// An overview in which every text is one that a guest or a tenant may choose.
  static var hostileOverview: Overview {
    let nasty = HTMLTextTests.nasty
    let path = PathBytes(Array("/\(nasty)/\(nasty)".utf8) + [0xff])
    var image = Graph.Node(kind: .image(1), name: path)
    image.format = nasty
    var edge = Graph.Edge(holder: 0, target: 1, role: .backing, state: .missing)
    edge.format = nasty
    let picture = Graph(
      nodes: [image, Graph.Node(kind: .place(.missing), name: path)], edges: [edge])
    let finding = HostileTextTests.finding
    let point = ScanPoint(scan: 1, time: Moment(milliseconds: 0))
    let change = ImageChange(
      kind: .moved, filename: path, imageID: 1, previousFilename: path,
      fields: [.init(key: nasty, from: .text(nasty), to: nil)])
    let diff = Difference(
      from: point, to: point, changes: [change], opened: [finding], closed: [finding])
    let outcome = PoolOutcome(name: nasty, path: path, state: .partial, images: 1, reason: nasty)
    return Overview(
      host: nasty, scan: summary,
      groups: [
        FindingGroup(
          kind: .backingMissing, target: path, findings: [finding, finding], picture: picture),
        FindingGroup(kind: .orphan, target: nil, findings: [finding]),
      ],
      problems: [ScanProblem(filename: path, message: nasty)], sinceLastScan: diff,
      pools: [
        PoolSummary(
          outcome: outcome, actualSize: .max, openFindings: 1, lastScan: point, lastComplete: nil)
      ],
      growth: [
        PoolGrowth(
          name: nasty, path: path,
          points: [
            .init(point: point, images: .max, actualSize: .max),
            .init(point: point, images: 0, actualSize: 0),
          ])
      ],
      longestChains: [ChainLength(top: path, imageID: 1, length: .max, actualSize: .max)],
      orphans: [
        Orphan(
          filename: path, imageID: 1, verdict: .orphan, since: point, lastUser: path,
          reclaimableSize: .max, evidence: [nasty])
      ])
  }
}
