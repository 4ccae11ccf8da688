import ArgumentParser
import ControlCharts
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Control plans proposed by lotwire spc")
struct SpcProposalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("spc-proposal") }

  private static let head = """
    control_plan: CP-7
    version: 1
    title: Sealing
    stations:
    - station: sealer-1
      characteristics:

    """

  /// The only characteristic of a plan that is made of a proposal.
  private func proposed(_ arguments: [String]) throws -> (CharacteristicPlan, ChartRun) {
    let rows = (0..<40).map { "\(5 + ($0 * 7) % 4),\(10 + ($0 * 5) % 7),50,\($0 % 2 == 0 ? "bolt" : "nut: \"M3\"")" }
    let (data, file) = (folder.file("data.csv"), folder.file("limits.yaml"))
    let quoted = rows.map { $0.replacing("nut: \"M3\"", with: "\"nut: \"\"M3\"\"\"") }
    try ("x,y,n,part\n" + quoted.joined(separator: "\n")).write(to: data, atomically: true, encoding: .utf8)
    let command = try SpcChartCommand.parse(
      ["--csv", data.path, "--value", "x"] + arguments
        + [
          "--csv-out", folder.file("points.csv").path, "--svg", folder.file("chart.svg").path, "--write-plan",
          file.path,
        ]
        + ["--characteristic", "seal.force", "--study"])
    let run = try command.made()
    try command.write(run)
    let text = try String(contentsOf: file, encoding: .utf8)
    let indented = text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    let plan = try ControlPlanReader.read(Self.head + indented + "\n", file: "plan.yaml")
    return (try #require(plan.stations.first?.characteristics.first), run)
  }

  @Test(
    "a control plan reads back the design and the limits of every kind",
    arguments: [
      ["--chart", "individuals", "--rules", "nelson", "--lsl", "1", "--usl", "19.5", "--unit", "N"],
      ["--chart", "individuals", "--rules", "run_9:warning,beyond_limits,trend_6_ties_ignored", "--gap", "skip"],
      ["--chart", "individuals", "--span", "3", "--sigma-method", "mssd", "--ewma", "0.1,2.7", "--cusum", "0.5,4,2"],
      ["--chart", "xbar-r", "--subgroup", "4"], ["--chart", "xbar-s", "--subgroup", "4"],
      ["--chart", "median", "--subgroup", "5"], ["--chart", "ewma", "--ewma", "0.3,3"],
      ["--chart", "cusum", "--cusum", "0.5,5"], ["--chart", "p", "--inspected", "n"],
      ["--chart", "np", "--inspected", "n"], ["--chart", "c"], ["--chart", "u", "--inspected", "n"],
      ["--chart", "laney-p", "--inspected", "n"], ["--chart", "laney-u", "--inspected", "n"], ["--chart", "g"],
      ["--chart", "t"], ["--chart", "t2", "--value", "y"],
      ["--chart", "short-run-z", "--part-column", "part", "--part", "bolt=6,1", "--part", "nut: \"M3\"=6.5,1.25"],
    ])
  func readsBack(arguments: [String]) throws {
    let (characteristic, run) = try proposed(arguments)
    let chart = try #require(characteristic.chart)
    let design = try #require(chart.design)
    var wanted = run.model.design
    // A set that is no preset has no name in a plan.
    if RuleSet.preset(named: wanted.rules.name) == nil { wanted.rules.name = design.rules.name }
    #expect(design == wanted)
    guard case .baseline(let baseline) = chart.limits else {
      Issue.record("the limits are \(chart.limits)")
      return
    }
    let found = try #require(run.model.stages.last?.baseline)
    #expect(baseline.parts == found.parts && baseline.meanVector == found.meanVector)
    #expect(baseline.covariance == found.covariance)
    if found.meanVector.isEmpty, found.parts.isEmpty {
      #expect(baseline.mean == found.mean)
      let follows: [ChartKind] = [.p, .np, .c, .u, .g, .t]
      #expect(follows.contains(design.kind) || baseline.sigma == found.sigma)
    }
    #expect(characteristic.sampling == .manual && characteristic.name.text == "seal.force")
  }

  @Test("a characteristic has a name")
  func name() throws {
    let file = folder.file("data.csv")
    try "1\n2\n3\n2\n1\n".write(to: file, atomically: true, encoding: .utf8)
    let failure = #expect(throws: CommandFailure.self) {
      try SpcChartCommand.parse(["--csv", file.path, "--write-plan", "x.yaml"]).made()
    }
    #expect(failure?.status == 64 && failure?.text.contains("--characteristic") == true)
  }

  @Test("numbers are numbers in YAML, and texts cannot end theirs")
  func yaml() {
    #expect(
      ControlPlanWriter.number(1e-5) == "1.0e-05" && ControlPlanWriter.number(0.1 + 0.2) == "0.30000000000000004")
    #expect(ControlPlanWriter.quoted("a\"b\\c\nd") == "\"a\\\"b\\\\c d\"")
  }
}
