import ArgumentParser
import Foundation

/// Control charts. Exit status 2 says that a rule fired: a script can tell it from a chart in control (0), from wrong use
/// (64) and from refused data (65).
struct SpcCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spc", abstract: "Control charts of any CSV file, capability, gauge studies and false alarms.",
    subcommands: [SpcChartCommand.self, GaugeCommand.self, RulesCommand.self], defaultSubcommand: SpcChartCommand.self)

  /// Exit status where a chart has signals.
  static let signalsFound: Int32 = 2
}

/// Prints a whole text at once, also into a pipe.
func printText(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
