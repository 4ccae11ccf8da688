import ArgumentParser

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Prove, back up, restore and archive the ledger.",
    subcommands: [
      LedgerInfoCommand.self, LedgerBackupCommand.self, LedgerRestoreCommand.self, LedgerCopyCommand.self,
      LedgerArchiveCommand.self, LedgerRetentionCommand.self,
    ])
}
