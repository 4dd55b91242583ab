import ArgumentParser

/// `backstory-fleet`: the centre of many hosts.
struct FleetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backstory-fleet",
    abstract:
      "Keeps the inventories of many hosts in PostgreSQL, and says what only all of them together tell.",
    discussion: """
      On the centre, once:
        backstory-fleet init --connect service=backstory
      For every host, by a forced command of its key, from 'backstory send':
        backstory-fleet import --source kvm17 -
      Then ask, the fleet or one host:
        backstory-fleet hosts
        backstory-fleet check
        backstory-fleet check --host kvm17 --at yesterday

      The database is named by --connect, else $BACKSTORY_FLEET, else 'database' in [fleet] of the configuration, in \
      libpq's words.

      Exit codes: 0 done, 1 could not be done, 2 there is something, 3 some of several.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "Collecting",
        subcommands: [
          InitCommand.self, MigrateCommand.self, ImportCommand.self, CollectCommand.self,
          HostsCommand.self, RetireCommand.self, StorageCommand.self, ExtractCommand.self,
        ]),
      CommandGroup(
        name: "Asking",
        subcommands: [
          StatusCommand.self, CheckCommand.self, BrokenCommand.self, OrphansCommand.self,
          ListCommand.self, DependentsCommand.self, GraphCommand.self, DiffCommand.self,
          LogCommand.self, HistoryCommand.self, ReportCommand.self, MetricsCommand.self,
          SQLCommand.self, ExplainCommand.self,
        ]),
    ])
  static let version = "0.1.0"
}
