import ArgumentParser
import Console
import Foundation
import Shopfloor

struct QuantityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantity", abstract: "Say what an operation made of a lot: good, scrap, to be reworked.",
    discussion: """
      Needs the running daemon and a person with the right "operate". The amounts are those of the whole operation; a
      second count takes the place of the first and asks for --reason.
        lotwire quantity L-2026-001 --operation seal --good 1990 --scrap 8=burnt --rework 2=creased --person P-1
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The lot.")
  var lot: String

  @Option(help: "The operation.")
  var operation: String

  @Option(help: "How many are good.")
  var good: String?

  @Option(help: "AMOUNT=REASON; may be given several times.")
  var scrap: [String] = []

  @Option(help: "AMOUNT=REASON; may be given several times.")
  var rework: [String] = []

  @Option(help: "The id of the person who counted.")
  var person: String

  @Option(help: "Why a former count is changed.")
  var reason: String?

  func run() async throws {
    try await reporting {
      let report = QuantityReported(
        lot: try lotNumber(lot), operation: try identifier(operation, "operation"), good: try good.map(amount),
        scrap: try scrap.map(rejected), rework: try rework.map(rejected), person: try identifier(person, "person id"),
        at: Timestamp(microseconds: 0), correction: reason)
      let answer = try ControlSocket.client(options).count(report)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }

  private func amount(_ text: some StringProtocol) throws -> Quantity {
    guard let quantity = Quantity(decimal: text) else {
      throw CommandFailure(
        "\"\(displayable(String(text)))\" is no quantity. Write a number with at most six decimals, such as 12.5.",
        EX_USAGE)
    }
    return quantity
  }

  private func rejected(_ text: String) throws -> RejectedQuantity {
    guard let sign = text.firstIndex(of: "=") else {
      throw CommandFailure("\"\(displayable(text))\" names no reason. Write AMOUNT=REASON, such as 8=burnt.", EX_USAGE)
    }
    return RejectedQuantity(
      quantity: try amount(text[..<sign]), reason: String(text[text.index(after: sign)...]))
  }
}
