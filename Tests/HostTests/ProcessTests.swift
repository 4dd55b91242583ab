import Foundation
import Host
import Model
import Testing

@Suite struct ClockTests {
  @Test func `the time of day is that of date`() throws {
    let seconds = try #require(Int64(Child.run("printf %s $(date +%s)", in: "/")))
    #expect(abs(Clock.now() / 1_000_000_000 - seconds) < 60)
  }

  @Test func `the monotonic clock runs in nanoseconds`() {
    let begin = Clock.monotonic()
    usleep(20000)
    #expect((20_000_000...20_000_000_000).contains(Clock.monotonic() - begin))
  }
}

@Suite(.timeLimit(.minutes(1))) struct StopSignalTests {
  /// Sends a signal to this process (not `raise`: threads of the test may block signals) and waits
  /// until `isSeen` or, without it, a second.
  private static func send(_ number: Int32, until isSeen: () -> Bool = { false }) {
    kill(getpid(), number)
    let end = Clock.monotonic() + 1_000_000_000
    while !isSeen(), Clock.monotonic() < end { usleep(1000) }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `the first signal is remembered, and nothing else happens`(number: Int32) async {
    await #expect(processExitsWith: .success) { [number = number as Int32] in
      let stop = try StopSignal()
      try #require(stop.requested == nil)
      Self.send(number) { stop.requested != nil }
      try #require(stop.requested == number)
    }
  }

  @Test func `the second signal ends the process with 128 and its number`() async {
    await #expect(processExitsWith: .exitCode(143)) {
      let stop = try StopSignal()
      Self.send(SIGINT) { stop.requested != nil }
      Self.send(SIGTERM)
      try #require(stop.requested == nil)
    }
  }

  @Test func `who does not listen any longer has the old behaviour back`() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      _ = try StopSignal()
      Self.send(SIGTERM)
    }
  }

  @Test func `a signal that was ignored stays ignored`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGINT, SIG_IGN)
      let stop = try StopSignal()
      kill(getpid(), SIGINT)
      Self.send(SIGINT)
      try #require(stop.requested == nil)
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct LockFileTests {
  @Test func `who comes second learns who holds the lock`() throws {
    let tree = try TemporaryTree()
    let before = Clock.now()
    let lock = try LockFile(taking: tree.path("lock"), owner: "scan of two words", wait: false)
    let fault = #expect(throws: LockFault.self) {
      _ = try LockFile(taking: tree.path("lock"), owner: "other", wait: false)
    }
    guard case .held(let holder) = fault else {
      Issue.record("not held: \(String(describing: fault))")
      return
    }
    #expect(holder.processID == getpid())
    #expect(holder.owner == "scan of two words")
    #expect((before...Clock.now()).contains(holder.since))
    #expect(try tree.shell("stat -c %a lock") == "600\n")
    _ = consume lock
  }

  @Test func `a lock is free again when its holder lets go`() throws {
    let tree = try TemporaryTree()
    for _ in 1...2 {
      _ = try LockFile(taking: tree.path("lock"), owner: "scan", wait: false)
    }
    #expect(try tree.shell("flock -n lock echo free") == "free\n")
  }

  @Test func `a lock is free again when its holder is killed`() throws {
    let tree = try TemporaryTree()
    let (holder, output) = try Child.start(
      "exec 9>lock; flock 9; echo held; exec sleep 60", in: tree.rootText)
    #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
    #expect(throws: LockFault.self) {
      _ = try LockFile(taking: tree.path("lock"), owner: "scan", wait: false)
    }
    kill(holder.processIdentifier, SIGKILL)
    _ = try LockFile(taking: tree.path("lock"), owner: "scan", wait: true)
    holder.waitUntilExit()
  }

  @Test func `a wait that is stopped ends`() throws {
    let tree = try TemporaryTree()
    let lock = try LockFile(taking: tree.path("lock"), owner: "scan", wait: false)
    #expect(throws: LockFault.stopped) {
      _ = try LockFile(taking: tree.path("lock"), owner: "other", wait: true, stop: { true })
    }
    _ = consume lock
  }

  @Test func `a lock file is not made through a link, nor where there is no directory`() throws {
    let tree = try TemporaryTree()
    try tree.shell("ln -s elsewhere link")
    let link = HostFault(operation: "open", path: tree.path("link"), code: ELOOP)
    #expect(throws: LockFault.failed(link)) {
      _ = try LockFile(taking: tree.path("link"), owner: "scan", wait: false)
    }
    let missing = HostFault(operation: "open", path: tree.path("no/lock"), code: ENOENT)
    #expect(throws: LockFault.failed(missing)) {
      _ = try LockFile(taking: tree.path("no/lock"), owner: "scan", wait: false)
    }
  }
}

@Suite struct HostIdentityTests {
  @Test func `a machine number is 32 hexadecimal digits, and nothing else is one`() {
    let digits = "0123456789ABCDEF0123456789abcdef"
    #expect(HostIdentity.machineID(in: Array("\(digits)\n".utf8)) == digits.lowercased())
    #expect(HostIdentity.machineID(in: Array("uninitialized\n".utf8)) == nil)
    #expect(HostIdentity.machineID(in: []) == nil)
    #expect(HostIdentity.machineID(in: Array(digits.dropLast().utf8)) == nil)
  }

  @Test func `this machine has the name that uname gives, and a number`() throws {
    let identity = try HostIdentity.current()
    #expect(try identity.name == Child.run("printf %s \"$(uname -n)\"", in: "/"))
    #expect(!identity.machineID.isEmpty)
  }

  @Test func `a machine has its name for a number only where it has none`() throws {
    let identity = try HostIdentity.current(file: "/nothing/machine-id")
    #expect(identity.machineID == identity.name)
    // A directory is there, and cannot be read.
    #expect(throws: HostFault(operation: "read", path: "/", code: 21)) {
      try HostIdentity.current(file: "/")
    }
  }
}

@Suite struct TerminalTests {
  @Test func `a pipe is no terminal and has no width`() {
    let pipe = Pipe()
    let terminal = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    #expect(!terminal.isInteractive)
    #expect(terminal.columns == nil)
  }

  @Test func `what is written arrives`() {
    let pipe = Pipe()
    let terminal = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    #expect(terminal.write([1, 2, 3]) == .written)
    #expect(pipe.fileHandleForReading.availableData == Data([1, 2, 3]))
    #expect(terminal.write([]) == .written)
  }

  @Test func `a reader that has gone is told as a value, and no signal comes`() async {
    await #expect(processExitsWith: .success) {
      let pipe = Pipe()
      let terminal = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor)
      try pipe.fileHandleForReading.close()
      signal(SIGPIPE, SIG_DFL)
      #expect(terminal.write([1]) == .readerGone)
      #expect(terminal.write([1]) == .readerGone)
    }
  }

  @Test func `a descriptor that is not open is a fault`() {
    let fault = HostFault(operation: "write", path: "", code: EBADF)
    #expect(Terminal(descriptor: -1).write([1]) == .failed(fault))
  }

  @Test func `the first locale variable that is set decides about UTF-8`() {
    func usesUTF8(_ variables: [String: String]) -> Bool { Terminal.usesUTF8 { variables[$0] } }
    #expect(usesUTF8(["LANG": "de_DE.UTF-8"]))
    #expect(usesUTF8(["LC_ALL": "", "LC_CTYPE": "C.utf8", "LANG": "C"]))
    #expect(usesUTF8(["LC_ALL": "de_DE.utf-8@euro"]))
    #expect(!usesUTF8(["LC_ALL": "C", "LANG": "de_DE.UTF-8"]))
    #expect(!usesUTF8(["LANG": "de_DE.ISO-8859-1"]))
    #expect(!usesUTF8([:]))
  }
}
