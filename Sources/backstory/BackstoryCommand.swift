import ArgumentParser

/// `backstory`: the verbs of the contract.
struct BackstoryCommand: ParsableCommand {
  static let version = "0.1.0"
  static let configuration = CommandConfiguration(
    commandName: "backstory",
    abstract: "Records what disk images refer to, and reports what broke, since when and why.",
    discussion: """
      Look at a directory of images, then ask:
        backstory scan /var/lib/libvirt/images
        backstory check
        backstory dependents /var/lib/libvirt/images/base.qcow2

      Without a database, to check an image from somebody else:
        backstory inspect --standalone upload.qcow2

      Exit codes: 0 done, 1 failed, 2 findings or differences, 3 done in part.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Collecting",
        subcommands: [
          InitCommand.self, InspectCommand.self, ScanCommand.self, NightlyCommand.self,
          PruneCommand.self,
          VerifyCommand.self,
          ConfigCommand.self,
        ]),
      CommandGroup(
        name: "Asking",
        subcommands: [
          ListCommand.self, ShowCommand.self, ChainCommand.self, DependentsCommand.self,
          GraphCommand.self, ReportCommand.self,
          StatusCommand.self, CheckCommand.self, BrokenCommand.self, UnformattedCommand.self,
          OrphansCommand.self,
          ExplainCommand.self,
          DiffCommand.self, LogCommand.self, HistoryCommand.self, BlameCommand.self,
          UsesCommand.self, NightsCommand.self, BisectCommand.self, WhyCommand.self,
          ChurnCommand.self, TrendCommand.self, ScansCommand.self, PoolsCommand.self,
          MachinesCommand.self,
          SQLCommand.self,
        ]),
      CommandGroup(
        name: "Saying", subcommands: [AckCommand.self, SettleCommand.self, KeepCommand.self]),
      CommandGroup(
        name: "Watching",
        subcommands: [MetricsCommand.self, MonitorCommand.self, NotifyCommand.self]),
      CommandGroup(
        name: "Sending", subcommands: [ExportCommand.self, SendCommand.self]),
      CommandGroup(
        name: "Repairing", subcommands: [RepairCommand.self, RelocateCommand.self, XMLCommand.self]),
    ])
}
