import ArgumentParser

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Read, prove, back up, restore and archive the ledger.",
    subcommands: [
      LedgerInfoCommand.self, LedgerBackupCommand.self, LedgerRestoreCommand.self, LedgerCopyCommand.self,
      LedgerArchiveCommand.self, LedgerRetentionCommand.self, LedgerVerifyCommand.self, LedgerProofCommand.self,
      LedgerProofCheckCommand.self, ReadingsCommand.self, ExportCommand.self,
    ])
}
