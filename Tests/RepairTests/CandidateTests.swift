import Foundation
import Model
import Rules
import Testing

@testable import Query
@testable import Repair

/// A base that no scan sees any more: what else the reference may mean.
@Suite struct CandidateTests {
  static func scene() -> Scene {
    var scene = Scene()
    scene.add(overlay: 1, "/p/over.qcow2", names: "base.qcow2", as: "qcow2")
    scene.add(2, "/q/base.qcow2")
    scene.mayMean(2, "it has the name that is looked for")
    return scene
  }

  @Test(arguments: [
    Otherwise(
      "there is one of the name", .likely, stored: "../q/base.qcow2",
      why: "no scan has seen its target; '/q/base.qcow2' is the only candidate"
    ) { _ in },
    Otherwise(
      "the former base is gone", .likely, stored: "../q/base.qcow2",
      why: "image #5, which it named until scan 7, is gone; '/q/base.qcow2' is the only candidate"
    ) { scene in
      scene.add(5)
      scene.led(to: 5)
    },
    Otherwise("the former base had another format", .ambiguous, why: "no candidate is proven") {
      scene in
      scene.add(5, format: "raw")
      scene.led(to: 5)
    },
    Otherwise("the former base had another size", .ambiguous, why: "no candidate is proven") {
      scene in
      scene.add(5)
      scene.evidence.images[5]?.virtualSize = 1
      scene.led(to: 5)
    },
    Otherwise("the image records another format", .ambiguous, why: "no candidate is proven") {
      scene in
      scene.add(2, "/q/base.qcow2", format: "vmdk")
    },
    Otherwise("only a sample speaks for it", .ambiguous, why: "no candidate is proven") {
      $0.evidence.links[0].candidates[0].isNamed = false
    },
    Otherwise("there are two", .ambiguous, why: "no candidate is proven") { scene in
      scene.add(3, "/r/base.qcow2")
      scene.mayMean(3, "it has the name that is looked for")
    },
    Otherwise(
      "the second is gone", .likely, stored: "../q/base.qcow2", why: "is the only candidate"
    ) { scene in
      scene.add(3)
      scene.mayMean(3, "it has the name that is looked for")
    },
    Otherwise("there is none", .manual, why: "no scan has seen its target; restore it from a") {
      $0.evidence.links[0].candidates = []
    },
    Otherwise("the target may not be read", .manual, why: "correct its permissions") {
      $0.evidence.links[0].state = .unreadable
    },
    Otherwise("the target is outside the pools", .manual, why: "scan its directory too") {
      $0.evidence.links[0].state = .outsidePools
    },
    Otherwise("the target is on a network", .manual, why: "on a network") {
      $0.evidence.links[0].state = .remote
    },
    Otherwise("the target was not seen", .manual, why: "is unknown") {
      $0.evidence.links[0].state = .unknown
    },
  ])
  func `no candidate is certain`(_ otherwise: Otherwise) throws {
    var scene = Self.scene()
    otherwise.change(&scene)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == otherwise.confidence)
    #expect(step.planned?.stored.displayText == otherwise.stored)
    #expect(step.why.contains(otherwise.why), "\(step.why)")
  }

  @Test func `candidates with more reasons come first, and those that are not listed are counted`()
    throws
  {
    var scene = Self.scene()
    scene.add(3, "/r/b.qcow2")
    scene.mayMean(3, "a domain lists it", "it has the recorded identity")
    scene.evidence.links[0].candidateCount = 12
    let step = try #require(scene.plan().first)
    #expect(step.candidates == ["/r/b.qcow2", "/q/base.qcow2"])
    #expect(step.moreCandidates == 10)
    #expect(
      step.evidence.contains(
        "'/r/b.qcow2', qcow2 of 1073741824 bytes: a domain lists it; it has the recorded identity"))
    #expect(step.evidence.contains("and 10 more candidates"))
  }

  /// A base that is at its path, and the format is what is to be recorded.
  static func present() -> Scene {
    var scene = Scene()
    scene.add(
      overlay: 1, "/p/over.qcow2", names: "base.img", .ok, finding: .backingFormatUnrecorded)
    scene.add(2, "/p/base.img", format: "raw")
    scene.evidence.links[0].image = 2
    return scene
  }

  @Test(arguments: [
    Otherwise("the base is raw", .certain, stored: "base.img", why: "the target is raw") { _ in },
    Otherwise(
      "the base was replaced, and its format differs", .ambiguous, stored: "base.img",
      why: "another image has been at the target's path since scan 7"
    ) { scene in
      scene.add(3, "/q/base.img", format: "raw")
      scene.led(to: 3)
      scene.evidence.links[0].findings.append(Scene.finding(.backingFormatMismatch))
    },
    Otherwise(
      "the base was replaced and is modified", .ambiguous, stored: "base.img",
      why: "another image has been at the target's path since scan 7"
    ) { scene in
      scene.add(3, format: "raw")
      scene.led(to: 3)
      scene.evidence.images[2]?.findings = [.baseModified]
    },
    Otherwise(
      "the image was set on another base long ago", .certain, stored: "base.img",
      why: "the target is at the recorded path"
    ) { scene in
      scene.add(3, "/q/base.img", format: "raw")
      scene.led(to: 3)
    },
    Otherwise("the inventory does not know the base", .manual, why: "is unknown") {
      $0.evidence.images[2] = nil
    },
  ])
  func `what is at its path is taken unless it was replaced`(_ otherwise: Otherwise) throws {
    var scene = Self.present()
    otherwise.change(&scene)
    let step = try #require(scene.plan().first)
    #expect(step.confidence == otherwise.confidence)
    #expect(step.planned?.stored.displayText == otherwise.stored)
    #expect(step.why.contains(otherwise.why), "\(step.why)")
  }

  @Test func `a former base that stands elsewhere is told beside its replacement`() throws {
    var scene = Self.present()
    scene.add(3, "/q/base.img", format: "raw")
    scene.led(to: 3)
    scene.evidence.links[0].findings.append(Scene.finding(.backingFormatMismatch))
    let step = try #require(scene.plan().first)
    #expect(step.candidates == ["/q/base.img", "/p/base.img"])
    #expect(step.evidence.contains("image #3 is now at '/q/base.img'"))
  }
}
