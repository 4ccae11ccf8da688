import ArgumentParser
import ControlCharts

struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "List the presets of rules and the keys of single rules, with their parameters.")

  @Option(help: "Language of the sentences: en or zh-CN.")
  var language = ChartLanguage.english.rawValue

  func run() async throws {
    try await reporting {
      guard let language = ChartLanguage(rawValue: language) else {
        throw CommandFailure.usage("--language: there is no \(DataFault.shown(language)). Write en or zh-CN.")
      }
      printText(Self.text(ReportWords(language: language)) + "\n")
    }
  }

  static func text(_ words: ReportWords) -> String {
    var lines = [words.choose("PRESETS", "预设")]
    for preset in RuleSet.presets {
      lines.append("  " + preset.name)
      lines += ReportWords.table(
        preset.rules.map { rated in
          [
            rated.rule.key + (rated.severity == .violation ? "" : ":\(rated.severity.rawValue)"),
            words.rule(rated.rule),
          ]
        }
      ).map { "    " + $0 }
    }
    lines += ["", words.choose("KEYS: numbers may be changed", "规则键：数字可更改")]
    lines += ReportWords.table(examples.map { [$0.key, words.rule($0)] }).map { "  " + $0 }
    lines += [
      "",
      words.choose(
        "A list of keys with commas is a set of rules; \":warning\" or \":ignore\" behind a key makes it less than a violation.",
        "以逗号分隔的键构成一组准则；键后加 \"：warning\" 或 \"：ignore\" 可降低级别。"),
    ]
    return lines.joined(separator: "\n")
  }

  /// One of each form.
  private static let examples: [RunRule] = [
    .beyondLimits, .beyond(count: 2, window: 3, sigmas: 2, isPartial: true),
    .beyond(count: 2, window: 3, sigmas: 2, isPartial: false), .run(points: 9), .trend(points: 6, ties: .break),
    .trend(points: 6, ties: .ignore), .alternation(points: 14), .withinOneSigma(points: 15),
    .outsideOneSigma(points: 8, bothSides: true), .outsideOneSigma(points: 8, bothSides: false),
    .opposite(sigmas: 2, window: 2),
  ]
}
