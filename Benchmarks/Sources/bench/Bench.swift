import Foundation
import Glibc

/// Runs the contests and prints a table for each part. The data lie in a folder of their own and are removed at the end.
@main
enum Bench {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      if arguments.first == ChildTask.marker, arguments.count == 2 {
        try await ChildTask.run(arguments[1])
      } else {
        try await run(try BenchArguments(arguments))
      }
    } catch {
      Progress.note("bench: \(error)")
      exit(1)
    }
  }

  private static func run(_ arguments: BenchArguments) async throws {
    let folder = arguments.parent + "/bench-data-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { unlinkFolder(folder) }
    for part in arguments.parts { try await measure(part, arguments, folder) }
  }

  private static func measure(_ part: BenchArguments.Part, _ arguments: BenchArguments, _ folder: String) async throws {
    switch part {
    case .charts:
      var contests = ChartContests(repetitions: arguments.repetitions)
      try contests.run()
      print(contests.text)
    case .labels:
      var contests = LabelContests(repetitions: arguments.repetitions)
      try contests.run()
      print(contests.text)
    case .scanning:
      var contests = ScanContests(folder: folder, repetitions: arguments.repetitions)
      try await contests.run()
      print(contests.text)
    case .recording:
      var contests = RecordingContests(folder: folder, repetitions: arguments.repetitions)
      try await contests.run()
      print(contests.text)
      var intervals = IntervalContests(folder: folder, repetitions: arguments.repetitions)
      try await intervals.run()
      print(intervals.text)
    case .ledger:
      var contests = LedgerContests(folder: folder, lots: arguments.lots, readings: arguments.readings)
      try await contests.run()
      print(contests.text)
    case .polling:
      let server = try ModbusServer()
      defer { server.stop() }
      var contests = PollingContests(
        port: server.port, seconds: arguments.pollingSeconds, repetitions: arguments.repetitions)
      try contests.run()
      print(contests.text)
    case .line:
      let server = try ModbusServer()
      defer { server.stop() }
      var contests = LineContests(
        port: server.port, folder: folder, seconds: arguments.lineSeconds, repetitions: arguments.repetitions)
      try contests.run()
      print(contests.text)
    case .mqtt:
      var contests = MessageContests(
        folder: folder, steadySeconds: arguments.messageSeconds, repetitions: arguments.repetitions)
      try contests.run()
      print(contests.text)
    case .erp:
      var contests = ExchangeContests(
        folder: folder, repetitions: arguments.repetitions, lots: arguments.exchangedLots,
        idleSeconds: arguments.exchangeSeconds)
      try await contests.run()
      print(contests.text)
    }
  }

  private static func unlinkFolder(_ folder: String) {
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      Progress.note("bench: \(folder) stays behind: \(error)")
    }
  }
}
