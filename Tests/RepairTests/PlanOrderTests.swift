import DiskImage
import Model
import Rules
import Sighting
import Testing

@testable import Query
@testable import Repair

/// Several links in one plan: what lies under an image is mended before it.
@Suite struct PlanOrderTests {
  /// A chain of images of which none records a format: 1 stands on 2, that on 3, and so on; the last is raw.
  static func chain(_ count: Int64, order: [Int64]) -> Scene {
    var scene = Scene()
    for id in order {
      scene.add(
        overlay: id, PathBytes("/p/i\(id).qcow2"), names: "i\(id + 1).qcow2", .ok,
        finding: .backingFormatUnrecorded)
      scene.evidence.links[scene.evidence.links.count - 1].image = id + 1
      scene.evidence.images[id]?.base = KnownBase(
        image: id + 1, recordedFormat: nil, state: .ok)
    }
    scene.add(count + 1, PathBytes("/p/i\(count + 1).qcow2"), format: "raw")
    return scene
  }

  @Test(arguments: [[1, 2, 3], [3, 2, 1], [2, 1, 3]] as [[Int64]])
  func `the lowest link comes first, and what it records is believed above`(_ order: [Int64]) {
    let steps = Self.chain(3, order: order).plan()
    #expect(steps.map(\.imageID) == [3, 2, 1])
    #expect(steps.map(\.confidence) == [.certain, .certain, .certain])
    #expect(steps.map { $0.planned?.format } == ["raw", "qcow2", "qcow2"])
  }

  @Test func `a file that an earlier step changes is not compared by a later one`() {
    let steps = Self.chain(2, order: [1, 2]).plan()
    #expect(
      steps.map { $0.guards.map(\.path) } == [
        ["/p/i2.qcow2", "/p/i3.qcow2"], ["/p/i1.qcow2"],
      ])
  }

  @Test func `an image in use is changed by no step, and compared by the next`() {
    var scene = Self.chain(2, order: [1, 2])
    scene.evidence.images[2]?.isInUse = true
    let steps = scene.plan()
    #expect(
      steps.map { $0.guards.map(\.path) } == [
        ["/p/i2.qcow2", "/p/i3.qcow2"], ["/p/i1.qcow2", "/p/i2.qcow2"],
      ])
  }

  @Test func `images that back each other are each planned once`() {
    var scene = Self.chain(2, order: [1, 2])
    scene.evidence.links[1].image = 1
    scene.evidence.images[2]?.base = KnownBase(image: 1, recordedFormat: nil, state: .ok)
    #expect(Set(scene.plan().map(\.imageID)) == [1, 2])
    #expect(scene.plan().count == 2)
  }

  @Test func `a chain of ten thousand images is planned`() {
    let steps = Self.chain(10_000, order: Array(1...10_000)).plan()
    #expect(steps.first?.imageID == 10_000)
    #expect(steps.allSatisfy { $0.confidence == .certain })
  }

  @Test func `a plan that nobody waits for ends`() {
    let scene = Self.chain(3, order: [1, 2, 3])
    var asked = 0
    let plan = RepairPlan(scene.evidence, scene.now) {
      asked += 1
      return asked > 2
    }
    #expect(plan.steps.map(\.imageID) == [3, 2])
  }

  @Test func `a data file comes before the base of the same image`() throws {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: "base.img", as: "raw")
    scene.add(
      overlay: 1, "/p/over.qcow2", names: "/p/data.raw", role: .dataFile, .missing,
      finding: .dataFileMissing)
    scene.change("/p/over.qcow2") {
      $0.references = GlancedReferences([
        .init(role: .backing, stored: Array("base.img".utf8), recordedFormat: Array("raw".utf8)),
        .init(role: .dataFile, stored: Array("/p/data.raw".utf8)),
      ])
    }
    scene.evidence.images[1]?.base = KnownBase(image: nil, recordedFormat: "raw", state: .missing)
    scene.add(2, "/q/base.img", format: "raw")
    scene.add(3, "/q/data.raw", format: "raw")
    for (position, image) in [(0, Int64(2)), (1, 3)] {
      scene.evidence.links[position].former = FormerTarget(
        image: image, lastSeen: Scene.point(7), format: "raw", virtualSize: 1 << 30, modified: 5,
        fileSize: 65_536, content: nil, places: scene.evidence.images[image]?.places ?? [])
    }
    let steps = scene.plan()
    #expect(steps.map { $0.planned?.role } == [.dataFile, .backing])
    #expect(steps.map(\.confidence) == [.certain, .certain])
    // QEMU and libvirt look for a relative data file in different directories.
    #expect(steps.first?.planned?.stored == "/q/data.raw")
    #expect(
      steps.first?.commands == [
        Command([
          "qemu-img", "amend", "--image-opts", "-o", "data_file=/q/data.raw",
          "driver=qcow2,file.driver=file,file.filename=/p/over.qcow2,data-file.driver=file,data-file.filename=/q/data.raw,backing=",
        ])
      ])
  }
}
