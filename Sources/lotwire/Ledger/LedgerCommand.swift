import ArgumentParser

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Prove, back up, restore and archive the ledger.",
    subcommands: [])
}
