import ArgumentParser
import ControlCharts
import Foundation
import Harness
import Testing

@testable import lotwire

@Suite("False alarms told by lotwire spc")
struct SpcFalseAlarmTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("spc-arl") }

  @Test("run lengths and false alarms are those of the exact tables")
  func runLengths() throws {
    let answer = try SpcProgram.run(
      [
        "arl", "--rules", "western-electric", "--ewma", "0.2,2.962", "--cusum", "0.5,5", "--rate", "1440", "--shift",
        "0,1",
      ])
    #expect(answer.status == 0, "\(answer.errors)")
    let rows = answer.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["0", "91.75", "499.74", "465.44"]) && rows.contains(["1", "9.222", "10.54", "10.38"]))
    let alone = try ArlCommand.parse(["--rules", "we", "--rate", "1440"]).table()
    let daily = try #require(alone.forecast?.alarmsPerDay)
    #expect(abs(daily - 15.7) < 0.05)
    #expect(try SpcProgram.run(["arl", "--rules", "nope"]).status == 64)
    #expect(throws: CommandFailure.self) { try ArlCommand.parse(["--rate", "0"]).table() }
    #expect(throws: CommandFailure.self) { try ArlCommand.parse(["--shift", "a"]).table() }
  }

  /// A first-order autoregressive process: neighbours correlate with 0.8.
  private func dependent(_ points: Int) throws -> String {
    var value = 0.0
    var state: UInt64 = 42
    let lines = (0..<points).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      value = 0.8 * value + Double(state >> 40) / Double(1 << 24) - 0.5
      return "\(100 + value)"
    }
    let file = folder.file("data.csv")
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  private func made(_ arguments: [String]) throws -> ChartRun { try SpcChartCommand.parse(arguments).made() }

  @Test("rules that need independent points are left out where neighbours are alike, and the report says so")
  func blocked() throws {
    let file = try dependent(300)
    let run = try made(["--csv", file, "--rules", "western-electric", "--rate", "1440"])
    #expect(run.model.design.rules.rules.map(\.rule.key) == ["beyond_limits"])
    #expect(run.independence.blocked.map(\.key) == ["beyond_2of3_2s", "beyond_4of5_1s", "run_8"])
    #expect(run.forecast.map { abs(1440 / $0.alarmsPerDay - 370.398) < 0.01 } == true)
    let report = ChartReport(run: run, words: ReportWords(language: .english), columns: 500, isStudy: false).text
    #expect(report.contains("Left out of this chart: beyond_2of3_2s, beyond_4of5_1s, run_8."))
    #expect(report.contains("Better: chart means of"))
    let chinese = ChartReport(run: run, words: ReportWords(language: .chinese), columns: 500, isStudy: true).text
    #expect(chinese.contains("本图未使用") && !chinese.contains("Left out"))

    let kept = try made(["--csv", file, "--rules", "we", "--accept-autocorrelation", "validated in 2025"])
    #expect(kept.model.design.rules == .westernElectric && kept.independence.blocked.isEmpty)
    let text = ChartReport(run: kept, words: ReportWords(language: .english), columns: 500, isStudy: false).text
    #expect(text.contains("All rules stand all the same: validated in 2025"))
  }

  @Test("means of as many values as the report advises may be judged by all rules")
  func betterPlan() throws {
    let file = try dependent(8_000)
    let size = try #require(try made(["--csv", file]).independence.verdict?.batchSize)
    let better = try made(["--csv", file, "--chart", "xbar-s", "--subgroup", "\(size)", "--rules", "we"])
    #expect(better.independence.blocked.isEmpty && better.model.design.rules == .westernElectric)
  }

  @Test("few points block nothing: the figure is too uncertain")
  func fewPoints() throws {
    let run = try made(["--csv", try dependent(30), "--rules", "we"])
    #expect(run.model.design.rules == .westernElectric)
  }

  @Test("a difference of stages is no dependence")
  func stages() throws {
    var state: UInt64 = 7
    let rows = (0..<200).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return "\(Double(index / 50) * 10 + Double(state >> 40) / Double(1 << 24)),\(index / 50)"
    }
    let file = folder.file("stages.csv")
    try ("x,order\n" + rows.joined(separator: "\n")).write(to: file, atomically: true, encoding: .utf8)
    let staged = try made(["--csv", file.path, "--value", "x", "--stage-column", "order"])
    #expect(staged.independence.verdict?.isAcceptable == true)
    #expect(try made(["--csv", file.path, "--value", "x"]).independence.verdict?.isAcceptable == false)
  }
}
