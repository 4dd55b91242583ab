import ArgumentParser
import Fleet

/// `backstory-fleet storage …`
struct StorageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage",
    abstract: "Lists the file systems that hosts share, and takes what people know of them.",
    subcommands: [StorageList.self, StorageDeclare.self, StorageSame.self])
}

/// `backstory-fleet storage list`
struct StorageList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the file systems of all hosts, and who sees each.",
    discussion: "backstory-fleet storage list")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() throws { try output.show(try connection.fleet().storages()) }
}

/// `backstory-fleet storage declare NAME`
struct StorageDeclare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "declare",
    abstract: "Says which hosts see a storage, and whether these are all.",
    discussion: """
      backstory-fleet storage declare nfs:filer:/images --viewers kvm01,kvm02,kvm03 --closed

      Only of a storage of which somebody said that its viewers are all can anything be called an orphan. A file system \
      that is named as if each host had its own (ext4:…, ocfs2:/dev/sdb) is one for all from then on.
      """)

  @Argument(help: "The identity of the storage, as 'storage list' has it.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "Hosts that see it, by name or machine-id, with commas between them.", valueName: "hosts"))
  var viewers: String

  @Flag(help: "They are all that there are.")
  var closed = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if hosts.isEmpty { throw ValidationError("--viewers names no host") }
  }

  private var hosts: [String] { viewers.split(separator: ",").map(String.init) }

  mutating func run() throws {
    let doubts = try connection.fleet().declare(storage: name, viewers: hosts, isClosed: closed)
    Console.warn(doubts)
  }
}

/// `backstory-fleet storage same A B`
struct StorageSame: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "same",
    abstract: "Says that two names are two spellings of one storage.",
    discussion: """
      backstory-fleet storage same nfs:10.0.0.5:/images nfs:filer:/images

      The first goes on as the second. Whether all viewers are known has to be declared anew.
      """)

  @Argument(help: "One identity.")
  var one: String

  @Argument(help: "The other.")
  var other: String

  @OptionGroup var connection: ConnectionOptions

  mutating func run() throws { try connection.fleet().same(one, as: other) }
}
