import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerProofCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof",
    abstract:
      "Write a file that proves one lot alone: its events and readings, and the signed checkpoint that closed it.",
    discussion: "Check the file anywhere with \"lotwire ledger proof-check\". Works with and without a running daemon.")

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The lot number as it stands on the label.")
  var lot: String

  @Option(help: "File to write.")
  var into: String

  func run() async throws {
    try await reporting {
      let number = try lotNumber(lot)
      guard let proof = try options.ledger().proof(of: number) else {
        throw CommandFailure(
          "No checkpoint closed lot \(number) yet. One is written shortly after its record is sealed; lots that were "
            + "sealed before this ledger had checkpoints have none.", EX_NOINPUT)
      }
      try Data(try proof.fileBytes()).write(to: URL(fileURLWithPath: into), options: .atomic)
      printLine("\(into): \(proof.leaves.count) leaves of lot \(number)")
    }
  }
}
