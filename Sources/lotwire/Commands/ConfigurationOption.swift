import ArgumentParser
import Foundation
import Ledger
import Shopfloor

/// The option that every command on a plant shares.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .long, help: "The plant's configuration.")
  var config = "lotwire.yaml"

  var file: URL { URL(fileURLWithPath: config).standardizedFileURL }

  func plant() throws -> PlantConfiguration { try ConfigurationReader.read(file) }

  func ledger() throws -> LedgerReader { try LedgerReader(path: try plant().ledgerPath) }
}

/// A lot number from the command line.
func lotNumber(_ text: String) throws -> LotNumber {
  do {
    return try LotNumber(text)
  } catch {
    throw CommandFailure(
      "\"\(displayable(text))\" cannot be a lot number: \(error.words.english). Write it as it stands on the label.",
      EX_USAGE)
  }
}
