import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerCopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Bring a second ledger in a folder up to date, once; the daemon does it all the time.",
    discussion: "The copy is a whole ledger. The copy of another ledger, or one that differs, is left as it is.")

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The folder; without it that of \"keeping: copy:\" in the configuration.")
  var folder: String?

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      guard let folder = folder ?? plant.keeping.copy?.folder else {
        throw CommandFailure(
          "Name a folder: lotwire ledger copy /mnt/copy, or write keeping: copy: in the configuration.", EX_USAGE)
      }
      let standing = try LedgerCopy.bringUpToDate(
        ledgerPath: plant.ledgerPath, folder: absolute(folder)
      ) { state in
        if state.behindCommits > 0 { printError("\(state.behindCommits) commits to go") }
      }
      printLine("\(absolute(folder))/lotwire.sqlite: \(standing.words)")
    }
  }
}
