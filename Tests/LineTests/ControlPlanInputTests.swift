import Foundation
import Testing

@testable import lotwire

@Suite("Control plans that do not fit", .serialized)
struct ControlPlanInputTests {
  struct Fault: CustomTestStringConvertible {
    /// Of the station, indented by four.
    var station: String
    /// What the answer names.
    var names: [String]
    var status: Int32

    var testDescription: String { names.joined(separator: ", ") }

    /// A characteristic with what is wrong in it.
    static func characteristic(
      of parameter: String = "seal.temperature", unit: String = "\"°C\"", _ rest: String, names: [String],
      status: Int32
    ) -> Fault {
      Fault(
        station: "characteristics: [{name: heat, of: \(parameter), feature: mean, unit: \(unit), \(rest)}]",
        names: names, status: status)
    }
  }

  /// What the document itself says is refused where it is read (78), what the line says by the daemon (77).
  static let faults: [Fault] = [
    .characteristic(
      of: "seal.force", "chart: {center: 180, sigma: 0.4}",
      names: ["sealer-1: heat: of", "no parameter \"seal.force\"", "seal.temperature"], status: 77),
    .characteristic(
      unit: "bar", "chart: {center: 180, sigma: 0.4}",
      names: ["sealer-1: heat: unit", "not the unit of seal.temperature", "Write unit: °C"], status: 77),
    .characteristic(
      "specification: {low: 190, high: 170}",
      names: ["cp.yaml:6", "the low limit 190.0 is not below the high limit 170.0", "Write the smaller number as low"],
      status: 78),
    .characteristic(
      "chart: {center: 180, sigma: 0}", names: ["cp.yaml:6", "sigma must be above 0", "establish: 20"], status: 78),
    .characteristic(
      "chart: {center: 180, sigma: -0.4}", names: ["cp.yaml:6", "sigma must be above 0"], status: 78),
    .characteristic(
      "chart: {kind: xbar-r, subgroup: 1, center: 180, sigma: 0.4}", names: ["cp.yaml:6", "subgroup"], status: 78),
    .characteristic(
      "chart: {center: .nan, sigma: 0.4}", names: ["cp.yaml:6", "center", "number"], status: 78),
    .characteristic(
      "chart: {center: 180, sigma: 0.4, rules: [run_99]}",
      names: ["cp.yaml:6", "points is 99. Use 2 to 32. Correct the chart"], status: 78),
    .characteristic(
      "chart: {center: 180, sigma: 0.4, reaction_plan: OCAP-9}",
      names: ["sealer-1: heat: chart: reaction_plan", "no reaction plan \"OCAP-9\""], status: 77),
    Fault(
      station: "specifications: [{parameter: seal.force, limits: {high: 5}}]",
      names: ["no parameter \"seal.force\"", "seal.pressure"], status: 77),
    Fault(
      station: "specifications: [{parameter: seal.temperature, limits: {low: 190, high: 170}}]",
      names: ["cp.yaml:6", "is not below the high limit"], status: 78),
  ]

  @Test("each is refused with its field and what to write; nothing of it reaches the ledger")
  func refused() throws {
    let line = try ControlPlanLine(scenario: "sealer-steady", lots: ["L-1"], alarms: "")
    try line.startDaemon()
    for fault in Self.faults {
      let text = """
        control_plan: CP-9
        version: 1
        title: Sealing
        stations:
          - station: sealer-1
            \(fault.station)

        """
      let file = try line.write(text, as: "cp.yaml")
      let answer = try line.ask(["plan", "import", file, "--person", "P-A"])
      #expect(answer.status == fault.status, "\(fault.testDescription): \(answer)")
      for name in fault.names { #expect(answer.text.contains(name), "\(fault.testDescription): \(answer.text)") }
    }
    let elsewhere = try line.write(
      "control_plan: CP-9\nversion: 2\ntitle: x\nstations: [{station: oven}]\n", as: "elsewhere.yaml")
    #expect(try line.ask(["plan", "import", elsewhere, "--person", "P-A"]).status == 77)
    #expect(try line.ask(["plan", "list"]).text.contains("No control plan was imported yet"))
  }
}
