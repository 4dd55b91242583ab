import DiskImage
import Foundation
import Model
import Rules
import Sighting
import Testing

@testable import Query
@testable import Repair

/// An overlay whose base has moved: what makes the repair certain, and each thing that takes the certainty away.
@Suite struct MovedBaseTests {
  static let content = Content(level: 0, sums: [7])
  static let part = Content(level: 2, sums: [7])

  static func scene() -> Scene {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: "base.qcow2", as: "qcow2")
    scene.add(2, "/p/old/base.qcow2")
    scene.led(to: 2, content: content)
    scene.contents[2] = .success(content)
    return scene
  }

  @Test func `a base that moved with its whole content is named where it is`() throws {
    let step = try #require(Self.scene().plan().first)
    #expect(step.confidence == .certain)
    #expect(
      step.commands == [
        Command([
          "qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "old/base.qcow2",
          "/p/over.qcow2",
        ])
      ])
    #expect(
      step.undo == [
        Command([
          "qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2",
          "/p/over.qcow2",
        ])
      ])
    #expect(step.guards.map(\.path) == ["/p/over.qcow2", "/p/old/base.qcow2"])
    #expect(step.guards.map { $0.stamp == nil } == [true, false])
    #expect(
      step.evidence.contains("image #2 was there in scan 7 and is now at '/p/old/base.qcow2'"))
    #expect(step.evidence.contains("all of its content is unchanged"))
  }

  @Test(arguments: [
    Otherwise(
      "an absolute name stays absolute", .certain, stored: "/p/old/base.qcow2",
      why: "the target moved to '/p/old/base.qcow2'; the image records qcow2"
    ) { scene in
      scene.evidence.links[0].stored = Array("/p/base.qcow2".utf8)
      scene.change("/p/over.qcow2") {
        $0.references = GlancedReferences([
          .init(
            role: .backing, stored: Array("/p/base.qcow2".utf8),
            recordedFormat: Array("qcow2".utf8))
        ])
      }
    },
    Otherwise(
      "other hosts see the pool elsewhere", .likely, stored: "/nova/old/base.qcow2",
      why: "the target moved"
    ) { $0.seeElsewhere(at: "/nova/base.qcow2", "/nova", "/p") },
    Otherwise(
      "other hosts see the pool elsewhere, and the base is in none of it", .manual, stored: nil,
      why: "no path of this host"
    ) { $0.seeElsewhere(at: "/nova/base.qcow2", "/nova", "/q") },
    Otherwise(
      "another name leads to nothing", .certain, stored: "/p/old/base.qcow2",
      why: "the target moved"
    ) { $0.evidence.images[1]?.links = ["/q/over.qcow2"] },
    Otherwise(
      "another name of the overlay leads to another base", .likely, stored: "/p/old/base.qcow2",
      why: "the target moved"
    ) { scene in
      scene.evidence.images[1]?.links = ["/q/over.qcow2"]
      scene.directories = ["/q/base.qcow2"]
    },
    Otherwise(
      "a second name in the same directory leads to the same", .certain,
      stored: "old/base.qcow2", why: "the target moved"
    ) { $0.evidence.images[1]?.links = ["/p/current.qcow2"] },
    Otherwise(
      "no format is recorded", .certain, stored: "old/base.qcow2", why: "names no base"
    ) { scene in
      scene.evidence.links[0].recordedFormat = nil
      scene.change("/p/over.qcow2") {
        $0.references = GlancedReferences([
          .init(role: .backing, stored: Array("base.qcow2".utf8))
        ])
      }
    },
    Otherwise(
      "the content is another one", .ambiguous, stored: "old/base.qcow2",
      why: "its content differs from when the overlay was made on it"
    ) { $0.contents[2] = .success(Content(level: 0, sums: [8])) },
    Otherwise(
      "the content cannot be measured", .ambiguous, stored: "old/base.qcow2",
      why: "its content cannot be measured"
    ) { $0.contents[2] = nil },
    Otherwise(
      "the content cannot be read", .ambiguous, stored: "old/base.qcow2",
      why: "its content cannot be read: input/output error"
    ) { $0.contents[2] = .failure(Scene.fault(EIO, "/p/old/base.qcow2")) },
    Otherwise(
      "a part of the content was read, and the file was not written to", .certain,
      stored: "old/base.qcow2",
      why: "the target moved to"
    ) { scene in
      scene.led(to: 2, content: part)
      scene.contents[2] = .success(part)
    },
    Otherwise(
      "a part of the content was read, and the file was written to", .likely,
      stored: "old/base.qcow2", why: "it is too large to compare completely"
    ) { scene in
      scene.led(to: 2, content: part)
      scene.contents[2] = .success(part)
      scene.change("/p/old/base.qcow2") { $0.modified = 6 }
    },
    Otherwise(
      "a part was read of a file that is older than the scan that saw it last", .certain,
      stored: "old/base.qcow2",
      why: "the target moved to"
    ) { scene in
      scene.led(to: 2, content: part)
      scene.contents[2] = .success(part)
      scene.change("/p/old/base.qcow2") { $0.modified = 6 }
      scene.evidence.images[2]?.born = Scene.point(6).time.milliseconds * 1_000_000
    },
    Otherwise(
      "a part was read of a file that was born later", .likely, stored: "old/base.qcow2",
      why: "it is too large to compare completely"
    ) { scene in
      scene.led(to: 2, content: part)
      scene.contents[2] = .success(part)
      scene.change("/p/old/base.qcow2") { $0.modified = 6 }
      scene.evidence.images[2]?.born = Scene.point(8).time.milliseconds * 1_000_000
    },
    Otherwise(
      "nothing was measured, and the file was not written to", .certain, stored: "old/base.qcow2",
      why: "the target moved to"
    ) { $0.led(to: 2) },
    Otherwise(
      "nothing was measured, and the file has another length", .likely, stored: "old/base.qcow2",
      why: "only its header says that it is the same image"
    ) { scene in
      scene.led(to: 2)
      scene.change("/p/old/base.qcow2") { $0.fileSize += 1 }
    },
    Otherwise(
      "nothing was measured, and the file was written to, though it is older than the scan",
      .likely,
      stored: "old/base.qcow2", why: "only its header says that it is the same image"
    ) { scene in
      scene.led(to: 2)
      scene.change("/p/old/base.qcow2") { $0.modified = 6 }
      scene.evidence.images[2]?.born = Scene.point(6).time.milliseconds * 1_000_000
    },
    Otherwise(
      "it was written to, and a copy may hold what it held", .ambiguous, stored: "old/base.qcow2",
      why: "its content differs from when the overlay was made on it"
    ) { scene in
      scene.contents[2] = .success(Content(level: 0, sums: [8]))
      scene.evidence.links[0].former?.isSpoilt = true
      scene.add(3, "/p/copy.qcow2")
      scene.mayMean(3, "a sample of its content equals that", isNamed: false)
    },
    Otherwise(
      "it stands on the image itself", .manual, why: "itself depends on this image"
    ) { $0.evidence.images[2]?.base = KnownBase(image: 1, recordedFormat: "qcow2", state: .ok) },
    Otherwise(
      "what it stands on stands on the image itself", .manual, why: "itself depends on this image"
    ) { scene in
      scene.add(3, "/p/mid.qcow2")
      scene.evidence.images[2]?.base = KnownBase(image: 3, recordedFormat: "qcow2", state: .ok)
      scene.evidence.images[3]?.base = KnownBase(image: 1, recordedFormat: "qcow2", state: .ok)
    },
    Otherwise(
      "it stands on another image", .certain, stored: "old/base.qcow2", why: "the target moved to"
    ) { scene in
      scene.add(3, "/p/mid.qcow2")
      scene.evidence.images[2]?.base = KnownBase(image: 3, recordedFormat: "qcow2", state: .ok)
    },
    Otherwise(
      "it had another format then", .ambiguous, stored: "old/base.qcow2",
      why: "it was vmdk then and shows qcow2 now"
    ) { $0.evidence.links[0].former?.format = "vmdk" },
    Otherwise(
      "it had another virtual size then", .ambiguous, stored: "old/base.qcow2",
      why: "its virtual size was 5 bytes then"
    ) { $0.evidence.links[0].former?.virtualSize = 5 },
    Otherwise(
      "it was modified", .ambiguous, stored: "old/base.qcow2",
      why: "it has the finding base-modified"
    ) { $0.evidence.images[2]?.findings = [.baseModified] },
    Otherwise(
      "it was marked as corrupt", .ambiguous, stored: "old/base.qcow2",
      why: "it has the finding image-corrupt"
    ) { $0.evidence.images[2]?.findings = [.imageCorrupt] },
    Otherwise(
      "a header appeared on it", .manual, why: "check it before recording a format"
    ) { $0.evidence.images[2]?.findings = [.headerAppeared] },
    Otherwise(
      "its header is invalid", .manual, why: "the target has an invalid header"
    ) { $0.evidence.images[2]?.fault = "cut" },
    Otherwise(
      "the reference was changed by somebody", .likely, stored: "old/base.qcow2",
      why: "until its reference was changed to a missing file"
    ) { scene in
      scene.evidence.links[0].findings = [
        Scene.finding(
          .backingMissing, cause: FindingCause(kind: .referenceChanged, evidence: "it was 'b'"))
      ]
    },
    Otherwise(
      "the reference is invalid now", .likely, stored: "old/base.qcow2",
      why: "until its reference was changed to an invalid one"
    ) { $0.evidence.links[0].state = .invalid },
    Otherwise("it is gone altogether", .manual, why: "restore it from a backup") {
      $0.evidence.links[0].former?.places = []
    },
    Otherwise(
      "the reference led elsewhere before, or nowhere", .likely, stored: "old/base.qcow2",
      why: "so the image may have been made on that"
    ) { $0.evidence.links[0].former?.followsAnother = true },
    Otherwise(
      "it only stood where the reference leads", .likely, stored: "old/base.qcow2",
      why: "but no scan saw the image depend on it"
    ) { $0.evidence.links[0].former?.isOnlyNamed = true },
    Otherwise(
      "it stood there, and the image was made on another", .ambiguous, stored: "old/base.qcow2",
      why: "the reference was changed to a path that another image had until scan 7"
    ) { scene in
      scene.add(3, "/p/first.qcow2")
      scene.evidence.links[0].former?.isOnlyNamed = true
      scene.evidence.links[0].former?.madeOn = 3
    },
  ])
  func `what is otherwise is weighed`(_ otherwise: Otherwise) throws {
    var scene = Self.scene()
    otherwise.change(&scene)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == otherwise.confidence)
    #expect(step.planned?.stored.displayText == otherwise.stored)
    #expect(step.why.contains(otherwise.why), "\(step.why)")
    #expect(step.isReady == (otherwise.confidence == .certain))
  }

  @Test(arguments: [
    Otherwise("the image is gone", .manual, why: "the image no longer exists at any path") {
      $0.evidence.images[1]?.places = []
    },
    Otherwise("its header is invalid", .manual, why: "its own header is invalid") {
      $0.evidence.images[1]?.fault = "cut"
    },
    Otherwise("it is marked as corrupt", .manual, why: "run 'qemu-img check' on it first") {
      $0.evidence.images[1]?.findings = [.imageCorrupt]
    },
    Otherwise("it uses unknown features", .manual, why: "look at it with a newer qemu-img first") {
      $0.evidence.images[1]?.findings = [.unknownFeature]
    },
    Otherwise("its guest may have written its header", .manual, why: "it was raw") {
      $0.evidence.images[1]?.findings = [.headerAppeared]
    },
    Otherwise("a domain says that it is raw", .manual, why: "the XML of domain 'web' says raw") {
      $0.evidence.images[1]?.claims = [
        FormatClaim(format: "raw", source: .domains("web", count: 1))
      ]
    },
    Otherwise("an overlay says that it is raw", .manual, why: "'/p/top.qcow2' records raw") {
      $0.evidence.images[1]?.claims = [
        FormatClaim(format: "raw", source: .overlays("/p/top.qcow2", count: 1))
      ]
    },
    Otherwise("it is not there now", .manual, why: "it cannot be read now: no such file") {
      $0.disk["/p/over.qcow2"] = nil
    },
    Otherwise("it may not be read now", .manual, why: "it cannot be read now: permission denied") {
      $0.disk["/p/over.qcow2"] = .failure(Scene.fault(EACCES, "/p/over.qcow2"))
    },
    Otherwise("it has another format now", .manual, why: "it has changed since the last scan") {
      $0.change("/p/over.qcow2") { $0.format = .qed }
    },
    Otherwise("it names another base now", .manual, why: "it has changed since the last scan") {
      $0.change("/p/over.qcow2") {
        $0.references = GlancedReferences([
          .init(
            role: .backing, stored: Array("b".utf8), recordedFormat: Array("qcow2".utf8))
        ])
      }
    },
    Otherwise("it records another format now", .manual, why: "it has changed since") {
      $0.change("/p/over.qcow2") {
        $0.references = GlancedReferences([
          .init(
            role: .backing, stored: Array("base.qcow2".utf8), recordedFormat: Array("raw".utf8))
        ])
      }
    },
    Otherwise("it is another file now", .manual, why: "another file than in the last scan") {
      $0.change("/p/over.qcow2") { $0.mark = Scene.mark(77) }
    },
    Otherwise("the base is not there now", .manual, why: "'/p/old/base.qcow2' cannot be read now") {
      $0.disk["/p/old/base.qcow2"] = nil
    },
    Otherwise("the base shows another format now", .manual, why: "does not show the format") {
      $0.change("/p/old/base.qcow2") { $0.format = .raw }
    },
    Otherwise("the base has another virtual size now", .manual, why: "another virtual size") {
      $0.change("/p/old/base.qcow2") { $0.virtualSize = 1 }
    },
    Otherwise("the way to the base cannot be looked up", .manual, why: "cannot be read now") {
      $0.lost["/p/old"] = Scene.fault(EIO, "/p/old")
    },
    Otherwise("the images back each other", .manual, why: "the images back each other") {
      $0.evidence.links[0].findings = [Scene.finding(.backingLoop)]
    },
    Otherwise("the parent is in another state", .manual, why: "the parent is not in the state") {
      $0.evidence.links[0].findings = [Scene.finding(.parentMismatch)]
    },
  ])
  func `a step is refused, and no command is planned`(_ otherwise: Otherwise) throws {
    var scene = Self.scene()
    otherwise.change(&scene)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .manual)
    #expect(step.planned == nil)
    #expect(step.commands.isEmpty)
    #expect(step.undo.isEmpty)
    #expect(step.why.contains(otherwise.why), "\(step.why)")
  }

  @Test(
    arguments: [
      (ENOENT, false), (ENOTDIR, false), (EACCES, true), (EIO, true), (ESTALE, true),
      (EMFILE, true),
    ])
  func `only what could not be asked is left for another time`(
    _ code: Int32, _ isUnread: Bool
  ) throws {
    for path in ["/p/over.qcow2", "/p/old/base.qcow2"] as [PathBytes] {
      var scene = Self.scene()
      scene.disk[path] = .failure(Scene.fault(code, path))
      let step = try #require(scene.plan().first)
      #expect(step.isUnread == isUnread, "\(path)")
    }
    var scene = Self.scene()
    scene.contents[2] = .failure(Scene.fault(code, "/p/old/base.qcow2"))
    #expect(try #require(scene.plan().first).isUnread == isUnread)
  }

  @Test func `an image in use is planned for and not ready to be written to`() throws {
    for change in [
      { $0.evidence.images[1]?.isInUse = true },
      { $0.change("/p/over.qcow2") { $0.isInUse = true } },
    ] as [(inout Scene) -> Void] {
      var scene = Self.scene()
      change(&scene)
      let step = try #require(scene.plan().first)
      #expect(step.isInUse)
      #expect(step.confidence == .certain)
      #expect(
        step.evidence.contains("the image is in use: shut its machine down first, and scan again"))
    }
  }

  @Test func `a base whose format nobody records and that names a file is no certain one`() throws {
    var scene = Self.scene()
    scene.evidence.links[0].recordedFormat = nil
    scene.change("/p/over.qcow2") {
      $0.references = GlancedReferences([.init(role: .backing, stored: Array("base.qcow2".utf8))])
    }
    scene.evidence.images[2]?.base = KnownBase(image: nil, recordedFormat: nil, state: .missing)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == .ambiguous)
    #expect(step.why.contains("recorded nowhere"))
  }
}

extension Scene {
  /// Lets the first link name its base as other hosts see a directory.
  fileprivate mutating func seeElsewhere(
    at stored: String, _ named: PathBytes, _ real: PathBytes
  ) {
    evidence.links[0].stored = Array(stored.utf8)
    evidence.links[0].way = DirectoryWay(named: named, real: real)
    change("/p/over.qcow2") {
      $0.references = GlancedReferences([
        .init(
          role: .backing, stored: Array(stored.utf8), recordedFormat: Array("qcow2".utf8))
      ])
    }
  }
}
