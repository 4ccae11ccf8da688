import ArgumentParser
import Foundation

/// Control charts. Exit status 2 says that a rule fired: a script can tell it from a chart in control (0), from wrong use
/// (64) and from refused data (65).
struct SpcCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spc", abstract: "Control charts of any CSV file, capability, gauge studies and false alarms.",
    discussion: """
      A chart of the line, from its ledger; without a daemon too:
        lotwire spc sealer-1/seal.temperature.mean
      Any CSV file:
        lotwire spc --csv data.csv --chart xbar-r --subgroup 5 --rules nelson
      """,
    subcommands: [
      SpcChartCommand.self, SpcShowCommand.self, SpcStudyCommand.self, SpcReplayCommand.self, GaugeCommand.self,
      ArlCommand.self, RulesCommand.self,
    ], defaultSubcommand: SpcChartCommand.self)

  /// "spc STATION/CHARACTERISTIC" means "spc show STATION/CHARACTERISTIC".
  static func expanding(_ arguments: [String]) -> [String] {
    guard arguments.count >= 2, arguments[0] == "spc", !arguments[1].hasPrefix("-"), arguments[1].contains("/") else {
      return arguments
    }
    return ["spc", "show"] + arguments.dropFirst()
  }

  /// Exit status where a chart has signals.
  static let signalsFound: Int32 = 2
}

/// Prints a whole text at once, also into a pipe.
func printText(_ text: String) { printBytes(Array(text.utf8)) }
