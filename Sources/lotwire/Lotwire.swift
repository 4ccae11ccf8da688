import ArgumentParser
import Glibc

/// The command line. Exit codes are those of sysexits(3): 0 fine, 64 wrong use, 65 data refused, 66 no such input,
/// 69 daemon not reachable, 70 own mistake, 73 no such place to write to, 74 ledger, 77 refused to this person, 78
/// configuration. 2: a control chart has signals, or the ERP differs from what was delivered. 141: whoever read the output
/// closed the pipe.
@main
struct Lotwire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lotwire",
    abstract: "Records a regulated production line: readings, scans, alarms and sealed batch records.",
    discussion: """
      Begin with a configuration and check it:
        lotwire check-config --config lotwire.yaml
      Start the recorder, and look at it from another terminal:
        lotwire run --config lotwire.yaml
        lotwire status --config lotwire.yaml
      Ask for a lot, take out its sealed record, and prove it anywhere:
        lotwire trace L-2026-001
        lotwire record L-2026-001 > record.json
        lotwire verify record.json
      Chart any CSV file, without a recorder:
        lotwire spc --csv data.csv --chart xbar-r --subgroup 5 --rules nelson
      """,
    version: lotwireVersion,
    subcommands: [
      RunCommand.self, CheckConfigCommand.self, StatusCommand.self, TraceCommand.self, QueryCommand.self,
      RecordCommand.self, OutboxCommand.self, QuantityCommand.self,
      VerifyCommand.self, AlarmsCommand.self, AcknowledgeCommand.self, HoldCommand.self, LiftHoldCommand.self,
      ReleaseCommand.self, BlockCommand.self,
      QuarantineCommand.self, WriteCommand.self, PlanCommand.self, MeasureCommand.self, ChartCommand.self,
      LedgerCommand.self, CalibrationCommand.self, ModbusCommand.self, ScannersCommand.self, ProfilesCommand.self,
      StationCommand.self,
      CardsCommand.self,
      LabelCommand.self, SpcCommand.self,
      ReloadCommand.self, KeyCommand.self,
      MQTTCommand.self,
      DoctorCommand.self,
    ])

  static func main() async {
    // A closed pipe or socket is an error to be handled, not a reason to end.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot(SpcCommand.expanding(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      printError(failure.text)
      Glibc.exit(failure.status)
    } catch {
      exit(withError: error)
    }
  }
}
