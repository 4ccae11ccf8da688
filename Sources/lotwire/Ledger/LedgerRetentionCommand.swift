import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct LedgerRetentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "Say which packed readings the rules would remove now, and why the others stay. Removes nothing.")

  @OptionGroup var options: ConfigurationOption

  @Option(help: "Another period than the configuration's, in days.")
  var days: Int?

  @Option(help: "At most so many segments, the oldest first.")
  var limit = 1_000

  @Flag(help: "Answer in Chinese.")
  var chinese = false

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      guard let rules = days.map({ RetentionRules(readingsDays: $0) }) ?? plant.keeping.retention else {
        throw CommandFailure(
          "The configuration has no rules: readings are kept for ever. Try a period with --days.", EX_USAGE)
      }
      let language: Language = chinese ? .chinese : .english
      for verdict in try options.ledger().retentionReport(rules: rules, at: KeepingClock.now, limit: limit) {
        let what = "segment \(verdict.segment.id)  \(verdict.from) – \(verdict.segment.until)  \(verdict.readings)"
        switch verdict.verdict {
        case .mayGo(let archives):
          let words = Words("may go", "可以移除").text(in: language)
          printLine("\(what)  \(words)  \(archives.joined(separator: ", "))")
        case .stays(let reasons):
          let words = reasons.map { $0.words.text(in: language) }.joined(separator: "; ")
          printLine("\(what)  \(Words("stays", "保留").text(in: language)): \(words)")
        }
      }
    }
  }
}
