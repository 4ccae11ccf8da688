import ArgumentParser
import Foundation

@main
struct Faults: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults",
    abstract:
      "Polls healthy and faulty simulated devices together: is a wrong value recorded, are the healthy ones late?",
    discussion: """
      Every case runs several times, each time after a run of the same devices without the fault. The report compares
      the medians of the 99th percentile of the healthy devices' lateness. It fails where a value was recorded that was
      not served, where a fault did not show, and where the lateness with the fault is beyond the bound.
      """)

  @Option(help: "Folder of the cases.")
  var cases = "Tests/Cases/modbus-faults"

  @Option(help: "Run only cases whose name contains this.")
  var only = ""

  @Option(help: "Runs with and without the fault, each.")
  var repetitions = 3

  @Option(help: "Length of a run, in seconds.")
  var seconds = 5.0

  @Option(help: "Healthy devices, polled ten times a second.")
  var healthy = 50

  @Option(help: "Devices with the fault.")
  var faulty = 10

  func validate() throws {
    guard repetitions > 0, seconds >= 2, healthy > 0, (1...247).contains(faulty) else {
      throw ValidationError("Give at least one repetition of two seconds with one healthy and one faulty device.")
    }
  }

  func run() async throws {
    let all = try FaultCase.all(in: URL(fileURLWithPath: cases)).filter { only.isEmpty || $0.name.contains(only) }
    let size = FaultPlant.Size(healthyDevices: healthy, faultyDevices: faulty, seconds: seconds)
    say(
      "\(healthy) healthy and \(faulty) faulty devices, 16 registers in two requests each, every 100 ms; "
        + "\(repetitions) x \(seconds) s with and without\n")
    say(FaultReport.heading)
    var failed = 0
    for faultCase in all {
      let report = try await report(faultCase, size)
      say(report.line)
      for problem in report.problems { say("    \(problem)") }
      failed += report.problems.isEmpty ? 0 : 1
    }
    say("\n\(all.count - failed) of \(all.count) cases hold.\n\(FaultReport.legend)")
    if failed > 0 { throw ExitCode(1) }
  }

  /// At once, for those who follow a file.
  private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  private func report(_ faultCase: FaultCase, _ size: FaultPlant.Size) async throws -> FaultReport {
    var report = FaultReport(faultCase)
    for _ in 0..<repetitions {
      for isFaulty in [false, true] {
        let plant = try FaultPlant(faultCase, isFaulty: isFaulty, size: size)
        report.add(try await plant.run(seconds: size.seconds), isFaulty: isFaulty)
      }
    }
    return report
  }
}
