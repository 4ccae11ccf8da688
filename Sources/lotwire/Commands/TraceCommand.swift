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
      lot it went into. By a station and a stretch of time: what was made, received or picked there. Works with and \
      without a running daemon. Times in JSON are microseconds since 1970 in UTC.
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

  @Option(help: "A station, with --from and --to.")
  var station: String?

  @Option(
    help: "Begin of the stretch at the station: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String?

  @Option(help: "End of the stretch at the station, in the same forms.")
  var to: String?

  @Flag(help: "JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      let start = try TraceQuestion(
        lot: lot, material: material, serial: serial, container: container, station: station, from: from, to: to
      ).start()
      let ledger = try options.ledger()
      var answer = TraceAnswer(trace: try ledger.trace(start))
      if case .lot(let number) = start, let evidence = try ledger.evidence(of: number) {
        answer.story = TraceText(evidence)
      }
      guard answer.trace != nil || answer.story != nil else {
        throw CommandFailure("\(TraceQuestion.unknown(start)) Check it as it stands on the label.", EX_NOINPUT)
      }
      printLine(json ? try answer.json() : answer.text)
    }
  }
}
