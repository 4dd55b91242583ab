import DiskImage
import Model
import ScriptedNights
import Sighting
import Testing

/// Nights of a host, and what is open after each: the cases beside which a kind of finding has to tell.
struct NightStory: Sendable, CustomTestStringConvertible {
  /// What happens before a scan, and what is open after it: kind, name, and since when.
  struct Night: Sendable {
    let happen: @Sendable (ScriptedHost) -> Void
    let look: ScriptedHost.Look
    let open: [String]

    init(
      _ open: String..., look: ScriptedHost.Look = .init(),
      happen: @escaping @Sendable (ScriptedHost) -> Void = { _ in }
    ) {
      self.open = open
      self.look = look
      self.happen = happen
    }
  }

  let testDescription: String
  let nights: [Night]

  init(_ description: String, _ nights: Night...) {
    testDescription = description
    self.nights = nights
  }

  static let headers = [
    NightStory(
      "a raw disk gets a header: it is told of until the disk is raw again, away or not",
      Night { $0.raw("/pool/disk") },
      Night("header-appeared disk 2") { $0.become(.qcow2, "/pool/disk") },
      Night("header-appeared disk 2") { $0.write("/pool/disk") },
      Night("header-appeared other 2") { $0.move("/pool/disk", to: "/pool/other") },
      Night("header-appeared other 2") { $0.move("/pool/other", to: "/away/other") },
      Night { host in
        host.move("/away/other", to: "/pool/disk")
        host.become(.raw, "/pool/disk")
      },
      Night("header-appeared disk 7") { $0.become(.vmdk, "/pool/disk") }),
    NightStory(
      "an empty file had no disk in it",
      Night { host in
        host.raw("/pool/disk")
        host.change("/pool/disk") { $0.size = 0 }
      },
      Night { host in
        host.become(.qcow2, "/pool/disk")
        host.change("/pool/disk") { $0.size = 196_608 }
      }),
    NightStory(
      "a file that is shorter was made again",
      Night { $0.raw("/pool/disk") },
      Night { host in
        host.become(.qcow2, "/pool/disk")
        host.change("/pool/disk") { $0.size = 65_536 }
      }),
    NightStory(
      "an image loses its header, and any header ends that",
      Night { $0.put("/pool/disk") },
      Night("header-vanished disk 2") { $0.become(.raw, "/pool/disk") },
      Night("header-vanished disk 2", look: .init { $0.hidden = ["/pool"] }),
      Night("header-vanished disk 2") { host in host.change("/pool/disk") { $0.facts = nil } },
      Night { $0.become(.vdi, "/pool/disk") }),
    NightStory(
      "another format of its own is no loss",
      Night { $0.put("/pool/disk") }, Night { $0.become(.vmdk, "/pool/disk") }),
    NightStory(
      "another file in its place has what header it has",
      Night { $0.put("/pool/disk") }, Night { $0.raw("/pool/disk") },
      Night { $0.put("/pool/disk") }),
    NightStory(
      "a mark that nobody holds is told while no machine that runs has the image",
      Night { $0.put("/pool/disk") },
      Night("image-dirty disk 2") { host in
        host.change("/pool/disk") { $0.facts?.isDirty = true }
      },
      Night { $0.machines = [running("disk")] },
      Night("image-dirty disk 4") { $0.machines = [Said.machine("web", [Said.disk("disk")])] },
      Night { host in host.change("/pool/disk") { $0.isInUse = true } },
      Night { host in
        host.change("/pool/disk") {
          $0.isInUse = false
          $0.facts?.isDirty = false
        }
      }),
  ]

  private static func running(_ disk: String) -> SeenDomain {
    Said.machine("web", [Said.disk(disk, document: .live)], isRunning: true)
  }

  static let bases = [
    NightStory(
      "a base is written to: it is told of until it holds what it held",
      Night { $0.chain() }, Night("base-modified base 2") { $0.write("/pool/base", 2) },
      Night("base-modified base 2") { $0.write("/pool/base", 3) },
      Night { $0.write("/pool/base", 1) }),
    NightStory(
      "it is touched and holds the same", Night { $0.chain() },
      Night { $0.write("/pool/base", 1) }),
    NightStory(
      "a copy of it holds the same", Night { $0.chain() }, Night { $0.stand("/pool/base", 1) }),
    NightStory(
      "another holds something else, and the first is put back", Night { $0.chain() },
      Night("base-modified base 2") { host in
        host.move("/pool/base", to: "/pool/aside")
        host.stand("/pool/base", 2)
      },
      Night { $0.move("/pool/aside", to: "/pool/base") }),
    NightStory(
      "without the overlay nobody is harmed", Night { $0.chain() },
      Night("base-modified base 2") { $0.write("/pool/base", 2) },
      Night { $0.remove("/pool/top") },
      Night { $0.put("/pool/top", on: "base") }),
    NightStory(
      "of two overlays one was made before and one after", Night { $0.chain() },
      Night("base-modified base 2") { host in
        host.write("/pool/base", 2)
        host.put("/pool/late", on: "base")
      },
      Night("base-modified base 2") { $0.remove("/pool/late") }),
    NightStory(
      "nobody stands on it", Night { $0.chain() },
      Night("backing-missing top 2") { $0.rebase("/pool/top", on: "none") },
      Night("backing-missing top 2") { $0.write("/pool/base", 2) }),
    NightStory(
      "an overlay is set on another base, and back", Night { $0.chain() },
      Night { $0.stand("/pool/other", 2) },
      Night("backing-changed top 3") { $0.rebase("/pool/top", on: "other") },
      Night("backing-changed top 3", look: .init { $0.hidden = ["/pool"] }),
      Night { $0.rebase("/pool/top", on: "base") }),
    NightStory(
      "an overlay is set on a copy of its base", Night { $0.chain() },
      Night { $0.stand("/pool/copy", 1) }, Night { $0.rebase("/pool/top", on: "copy") }),
    NightStory(
      "its base has another name, and the overlay says so", Night { $0.chain() },
      Night { host in
        host.move("/pool/base", to: "/pool/named")
        host.rebase("/pool/top", on: "named")
      }),
  ]

  static let chains = [
    NightStory(
      "two stand on each other until one stands on something else",
      Night { host in
        host.put("/pool/base")
        host.put("/pool/a", on: "base")
        host.put("/pool/b", on: "a")
        host.put("/pool/c", on: "b")
      },
      Night("backing-loop a 2", "backing-loop b 2") { $0.rebase("/pool/a", on: "b") },
      Night("backing-loop a 2", "backing-loop b 2", "backing-loop c 3") {
        $0.rebase("/pool/c", on: "c")
      },
      Night("backing-loop a 4", "backing-loop c 3", "backing-missing b 4") { host in
        host.rebase("/pool/a", on: "a")
        host.rebase("/pool/b", on: "none")
      },
      Night("backing-loop c 3", "backing-missing b 4") { $0.remove("/pool/a") },
      // Wherever it stands, its name is its own.
      Night("backing-loop c 3", "backing-missing b 4") { $0.move("/pool/c", to: "/pool/sub/c") },
      Night { host in
        host.removeDirectory("/pool/sub")
        host.remove("/pool/b")
      }),
    NightStory(
      "the top of a long chain is told, and another top when there is one",
      Night { host in
        host.put("/pool/n00")
        for number in 1..<16 { host.grow(number) }
      },
      Night("chain-too-deep n16 2") { $0.grow(16) },
      Night("chain-too-deep n17 3") { $0.grow(17) },
      Night("chain-too-deep n16 4") { $0.remove("/pool/n17") },
      Night("backing-missing n09 5", "orphan n16 5") { $0.remove("/pool/n08") }),
    NightStory(
      "a base that went and came back is the same finding closed, and another opened later",
      Night { host in
        host.put("/pool/base")
        host.put("/pool/top", on: "base")
      },
      Night("backing-missing top 2") { $0.move("/pool/base", to: "/pool/moved") },
      Night { $0.move("/pool/moved", to: "/pool/base") },
      Night("backing-unreadable top 4") { host in host.change("/pool/base") { $0.facts = nil } },
      Night("backing-missing top 5") { $0.remove("/pool/base") }),
    NightStory(
      "an overlay beside one that a machine uses is left over until the machine goes",
      Night { host in
        host.put("/pool/base")
        host.put("/pool/top", on: "base")
        host.put("/pool/left", on: "base")
        host.machines = [Said.machine("web", [Said.disk("top"), Said.disk("left")])]
      },
      Night("chain-leftover left 2") { $0.machines = [Said.machine("web", [Said.disk("top")])] },
      Night("chain-leftover left 2", look: .init { $0.machines = false }),
      Night("chain-leftover left 2", "orphan left 4"),
      Night("orphan left 4") { host in
        host.kept = []
        host.rebase("/pool/left", on: "/pool/base2")
        host.put("/pool/base2")
      }),
    NightStory(
      "an image is unused for as many looks as the grace asks for, and for no blind one",
      Night { host in
        host.put("/pool/disk")
        host.machines = [Said.machine("web", [Said.disk("disk")])]
      },
      Night { $0.machines = [] }, Night(look: .init { $0.hidden = ["/pool"] }),
      Night(look: .init { $0.machines = false }),
      Night("orphan disk 5"), Night(look: .init { $0.unavailable = ["/pool"] }),
      Night("orphan disk 5"),
      Night { $0.machines = [Said.machine("web", [Said.disk("disk")])] },
      Night { $0.machines = [] }, Night("orphan disk 10")),
  ]
}

extension ScriptedHost {
  fileprivate func raw(_ path: PathBytes) { put(path) { $0 = ImageFacts(format: .raw) } }

  fileprivate func become(_ format: ImageFormat, _ path: PathBytes) {
    change(path) { $0.facts = ImageFacts(format: format) }
  }

  /// An image that guests see so.
  fileprivate func stand(_ path: PathBytes, _ content: UInt64) {
    put(path)
    contents[files[path]?.inode ?? 0] = content
  }

  /// A base and an overlay on it.
  fileprivate func chain() {
    stand("/pool/base", 1)
    put("/pool/top", on: "base")
  }

  private static func name(_ number: Int) -> String { (number < 10 ? "n0" : "n") + "\(number)" }

  /// One more image on a chain.
  fileprivate func grow(_ number: Int) {
    put(PathBytes("/pool/" + Self.name(number)), on: Self.name(number - 1))
  }
}
