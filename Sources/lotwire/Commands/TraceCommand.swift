import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Tell the story of a lot, and where material came from and went, from the ledger.",
    discussion: """
      By a product lot: its runs, people, alarms and record, and everything that went into it, back to the delivery. By \
      a material lot, a serial number or a container: where it was received, by whom, every movement, and every product \
      lot it went into; by the supplier's own lot number likewise. By a work order: what went into its lots. By a person: \
      everything the person did. By a station and a stretch of time: what was made, received or picked there. Works with \
      and without a running daemon. Times in JSON are microseconds since 1970 in UTC.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The number of a product lot as it stands on the label.")
  var lot: String?

  @Option(help: "The number of a material lot: ours, as on the internal label, or the ERP's.")
  var material: String?

  @Option(help: "The serial number of a unit of material.")
  var serial: String?

  @Option(help: "A container: its SSCC or licence plate.")
  var container: String?

  @Option(help: "The lot number of a supplier, as it stands on the supplier's label.")
  var supplierLot: String?

  @Option(help: "The number of a work order.")
  var order: String?

  @Option(help: "The id of a person: everything the person did, with --from and --to in a stretch of time.")
  var person: String?

  @Option(help: "A station, with --from and --to.")
  var station: String?

  @Option(
    help: "Begin of the stretch: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String?

  @Option(help: "End of the stretch, in the same forms.")
  var to: String?

  @Flag(help: "The tree over all levels: what a lot was made of, or what became of material.")
  var tree = false

  @Flag(help: "JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      if let person { return try tell(person) }
      let start = try TraceQuestion(
        lot: lot, material: material, serial: serial, container: container, supplierLot: supplierLot, order: order,
        station: station, from: from, to: to
      ).start()
      let ledger = try options.ledger()
      if tree { return try draw(start, ledger) }
      var answer = TraceAnswer(trace: try ledger.trace(start))
      if case .lot(let number) = start, let story = try ledger.story(of: number) { answer.story = TraceText(story) }
      guard answer.trace != nil || answer.story != nil else {
        throw CommandFailure("\(TraceQuestion.unknown(start)) Check it as it stands on the label.", EX_NOINPUT)
      }
      printLine(json ? try answer.json() : answer.text)
    }
  }

  private func tell(_ person: String) throws {
    let others = [lot, material, serial, container, supplierLot, order, station].compactMap { $0 }
    guard others.isEmpty, !tree else {
      throw CommandFailure("--person stands alone, or with --from and --to.", EX_USAGE)
    }
    let id: PersonID = try identifier(person, "person id")
    let (begin, end) = try StretchOptions.bounds(from: from, to: to)
    let page = try options.ledger().actions(of: id, from: begin, to: end, limit: Self.maximumActions)
    guard page.person != nil || !page.actions.isEmpty else {
      throw CommandFailure("The ledger has no person \(id).", EX_NOINPUT)
    }
    let report = PersonReport(page)
    printLine(json ? try QueryTable.json(report) : report.table { $0?.description ?? "" }.printed(as: .text))
  }

  /// Most actions of a person at once; "lotwire query person" gives the next page.
  private static let maximumActions = 1_000

  private func draw(_ start: TraceStart, _ ledger: LedgerReader) throws {
    let tree: Genealogy?
    switch start {
    case .lot(let lot): tree = try ledger.genealogy(of: .lot(lot), .backward)
    case .material(let material): tree = try ledger.genealogy(of: .material(material), .forward)
    default: throw CommandFailure("--tree is drawn of a lot, or with --material.", EX_USAGE)
    }
    guard let tree else {
      throw CommandFailure("\(TraceQuestion.unknown(start)) Check it as it stands on the label.", EX_NOINPUT)
    }
    printLine(json ? try QueryTable.json(tree) : GenealogyText(tree).text)
  }
}
