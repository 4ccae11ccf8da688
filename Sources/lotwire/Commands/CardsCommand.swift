import ArgumentParser
import Foundation
import Scanners
import Shopfloor
import Symbols

struct CardsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cards", abstract: "Print the command cards for the stations as SVG pages in A4.",
    discussion: """
      Print at 100 %, cut and laminate; a scan shows whether the symbols came out well. Badges are never printed.
        lotwire cards > cards.svg
        lotwire cards --station receipt-1 --quantity 1 --quantity 12.5 --into cards
      """)

  @Option(name: .long, help: "The plant's configuration; needed with --station only.")
  var config = "lotwire.yaml"

  @Option(help: "Only the cards that this station uses, with its name on the page.")
  var station: String?

  @Option(help: "code128 for any scanner, or datamatrix for imagers only.")
  var symbol = "code128"

  @Option(help: "The words on the cards: en, zh-CN or both.")
  var language = "both"

  @Option(help: "A quantity card with this number; may be given several times.")
  var quantity: [String] = []

  @Option(help: "The page to write to standard output, from 1.")
  var page: Int?

  @Option(help: "A folder for all pages: cards-1.svg and so on.")
  var into: String?

  func run() async throws {
    try await reporting {
      let sheet = try sheet()
      if let into { return try write(sheet, into: URL(fileURLWithPath: into)) }
      let number = page ?? 1
      guard (1...sheet.pageCount).contains(number) else {
        throw CommandFailure("There is no page \(number); the cards fill \(sheet.pageCount).", EX_USAGE)
      }
      printLine(try sheet.page(number).text)
      if page == nil, sheet.pageCount > 1 {
        printError(
          "Page 1 of \(sheet.pageCount). Write the others with --page 2 and so on, or all of them with --into FOLDER.")
      }
    }
  }

  private func write(_ sheet: CardSheet, into folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for number in 1...sheet.pageCount {
      let file = folder.appendingPathComponent("cards-\(number).svg")
      try sheet.page(number).text.write(to: file, atomically: true, encoding: .utf8)
      printLine(file.path)
    }
  }

  // MARK: What is printed

  private func sheet() throws -> CardSheet {
    guard let kind = CardSheet.SymbolKind(rawValue: symbol.lowercased()) else {
      throw CommandFailure("There is no symbol \"\(displayable(symbol))\". Write code128 or datamatrix.", EX_USAGE)
    }
    var cards = CommandCard.allCases
    var place = ""
    var rejects: [CardFace] = []
    if let station {
      let plant = try ConfigurationReader.read(URL(fileURLWithPath: config).standardizedFileURL)
      guard let plan = plant.stations.first(where: { $0.name.text == station }) else {
        let known = plant.stations.map(\.name.text).joined(separator: ", ")
        throw CommandFailure("There is no station \"\(displayable(station))\". Configured are: \(known).", EX_NOINPUT)
      }
      cards = cards.filter { $0.isUsed(at: plan) }
      if plan.work == .production, let rules = plant.quantityRules {
        rejects = RejectKind.allCases.flatMap { kind in rules.reasons(for: kind).map { CardFace(kind, $0) } }
      }
      place = "\(plant.site) · \(plant.line) · \(plan.name)"
    }
    let faces = cards.map { CardFace($0) } + rejects + (try quantity.map(quantityFace))
    return CardSheet(
      faces: faces, symbol: kind, languages: try languages(),
      calibration: station == nil ? CalibrationSymbol.text : nil, place: place)
  }

  private func quantityFace(_ text: String) throws -> CardFace {
    guard let quantity = Quantity(decimal: text), quantity.isPositive else {
      throw CommandFailure(
        "\"\(displayable(text))\" is no quantity. Write a number above 0 with at most six decimals, such as 12.5.",
        EX_USAGE)
    }
    return CardFace(quantity: quantity)
  }

  private func languages() throws -> [Language] {
    if language == "both" { return [.chinese, .english] }
    guard let one = Language(rawValue: language) else {
      throw CommandFailure("There is no language \"\(displayable(language))\". Write en, zh-CN or both.", EX_USAGE)
    }
    return [one]
  }
}
