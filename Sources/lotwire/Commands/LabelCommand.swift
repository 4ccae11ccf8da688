import ArgumentParser
import Devices
import Foundation
import Labels
import Ledger
import Shopfloor
import Symbols

struct LabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Print our own label of a material lot as SVG: text and Data Matrix.",
    discussion: """
      Works with and without a running daemon. The status on the label is that of the moment of printing.
        lotwire label ML-000001 > label.svg
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The number of the material lot, as \"lotwire trace\" or the answer at the station shows it.")
  var material: String

  func run() async throws {
    try await reporting {
      let number: MaterialLotNumber = try identifier(material, "material lot number")
      let plant = try options.plant()
      let reader = try LedgerReader(path: plant.ledgerPath)
      guard let (lot, item) = try Self.facts(of: number, reader) else {
        throw CommandFailure(
          "The ledger has no material lot \(number). Check the number; lots come with the receipt or from the ERP.",
          EX_NOINPUT)
      }
      let label = MaterialLabel(
        material: lot, item: item, symbolText: Self.symbolText(number, plant.siteRules),
        printedAt: SystemClock().now().utc)
      printLine(try label.document().text)
    }
  }

  /// The lot and its item as they stand now: its events, folded.
  static func facts(of number: MaterialLotNumber, _ reader: LedgerReader) throws -> (MaterialLot, Item?)? {
    var floor = Floor()
    for record in try reader.events(about: .material(number)) { floor.apply(record.event) }
    guard let lot = floor.materials[number] else { return nil }
    for record in try reader.events(about: .item(lot.item)) { floor.apply(record.event) }
    return (lot, floor.items[lot.item])
  }

  /// Where the site marks its own material labels with a prefix, ours has it too: a plain number may mean something else.
  static func symbolText(_ number: MaterialLotNumber, _ rules: [SiteRule]) -> String {
    (rules.first { $0.meaning == .material && $0.strip }?.prefix ?? "") + number.text
  }
}
