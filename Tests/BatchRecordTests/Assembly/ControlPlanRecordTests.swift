import ControlCharts
import Devices
import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

/// What the fourth version of the format says of a run under a control plan.
@Suite struct ControlPlanRecordTests {
  private static let reference = ControlPlanReference(number: "CP-1", version: 2, digest: "control-digest")

  private static let plan = ControlPlan(
    number: "CP-1", version: 2, title: "Kits", products: ["KIT"],
    stations: [
      StationControl(
        station: "sealer",
        characteristics: [
          CharacteristicPlan(
            name: "window mean", parameter: "seal.temperature", feature: .mean, unit: "°C",
            chart: ChartPlan(
              limits: .frozen(center: 180, sigma: 2),
              design: ChartDesign(
                kind: .xbarRange, subgroupSize: 2, rules: .westernElectric, dispersionRules: .dispersion),
              subgroup: .count), sampling: .window(microseconds: 10_000_000)),
          CharacteristicPlan(
            name: "bad seals", parameter: "seal.temperature", feature: .mean, unit: "pcs",
            chart: ChartPlan(
              limits: .baseline(ChartBaseline(mean: 0.1, sigma: 0)),
              design: ChartDesign(kind: .p, rules: .attribute, dispersionRules: .dispersion)), sampling: .manual),
        ])
    ], reactionPlans: [ReactionPlan(name: "heat", steps: [Words("Look at the heater", "检查加热器")])],
    changeNote: "tighter")

  /// A run of a minute with readings, three windows of them, a count by hand and a subgroup.
  private static func evidence() -> LotEvidence {
    var builder = EvidenceBuilder()
    let at = EvidenceBuilder.at
    builder.add(
      .controlPlanImported(
        ControlPlanImported(plan: plan, digest: "control-digest", author: "P-2", changes: ["sigma"], at: at(-90))),
      at: at(-90))
    builder.add(
      .controlPlanApproved(
        ControlPlanApproved(reference: reference, person: "P-3", effectiveFrom: at(-60), at: at(-70))), at: at(-70))
    let run = Run(
      id: "R-1", station: "sealer", operation: "seal", workOrders: ["WO-1"], lots: [builder.lot], startedAt: at(0),
      startedBy: "P-1", planDigest: "plan-digest", controlPlan: reference)
    builder.add(.runStarted(run), at: at(0), actor: "person P-1")
    builder.addSeries("seal.temperature", index: 0, unit: "°C", run: run, count: 60)
    let readings = builder.series[0].readings
    var means: [Double] = []
    for window in 0..<3 {
      let inside = readings.filter {
        $0.quality.isGood && $0.time >= at(Double(window) * 10) && $0.time < at(Double(window + 1) * 10)
      }
      let mean = inside.reduce(0) { $0 + $1.value } / Double(inside.count)
      means.append(mean)
      builder.add(
        .characteristicTaken(
          CharacteristicTaken(
            run: "R-1", cycle: window + 1, characteristic: "window mean", value: mean, unit: "°C",
            readings: inside.count, at: at(Double(window + 1) * 10), charted: window < 2,
            from: at(Double(window) * 10), closedGate: window < 2 ? nil : "machine warm")),
        at: at(Double(window + 1) * 10 + 1))
    }
    builder.add(
      .subgroupCharted(
        SubgroupCharted(
          station: "sealer", characteristic: "window mean", run: "R-1", number: 4, values: Array(means.prefix(2)),
          inspected: nil, from: at(10), to: at(20), partial: nil)), at: at(21))
    builder.add(
      .measurementTaken(
        MeasurementTaken(
          station: "sealer", characteristic: "bad seals", run: "R-1", values: [3], inspected: 50, unit: "pcs",
          person: "P-1", at: at(40))), at: at(40), actor: "person P-1")
    builder.add(
      .chartRulesBlocked(
        ChartRulesBlocked(
          station: "sealer", characteristic: "window mean", autocorrelation: 0.4, points: 101, rules: ["run_8"],
          words: Words("points depend on each other", "点之间相关"), at: at(41))), at: at(41))
    let end = RunEnded(run: "R-1", person: "P-1", at: at(60), completedOperation: true)
    builder.add(.runEnded(end), at: at(60), actor: "person P-1")
    var ended = run
    ended.endedAt = at(60)
    ended.endedBy = "P-1"
    ended.completedOperation = true
    builder.runs = [ended]
    var evidence = builder.evidence
    evidence.controlPlans = ["control-digest": plan]
    return evidence
  }

  private static func key() throws -> SigningKey {
    let key = SigningKey(seed: Array(repeating: 1, count: 32))
    return try #require(key)
  }

  @Test func theControlPlanOfARunStandsInTheRecordWithWhoApprovedIt() {
    let record = BatchRecordAssembler.assemble(evidence: Self.evidence()).record
    let plan = record["controlPlans", 0]
    #expect(record["controlPlans"].elements.count == 1)
    #expect(plan["number"].text == "CP-1" && plan["digest"].text == "control-digest" && plan["title"].text == "Kits")
    #expect(plan["author"].text == "P-2" && plan["approvedBy"].text == "P-3" && plan["withdrawn"] == .null)
    #expect(plan["events"].elements.count == 2)
    #expect(record["runs", 0, "controlPlan", "digest"].text == "control-digest")
    #expect(Set(record["people"].elements.compactMap { $0["id"].text }).isSuperset(of: ["P-1", "P-2", "P-3"]))
  }

  @Test func windowsSubgroupsAndMeasurementsStandWithTheirCharts() throws {
    let record = BatchRecordAssembler.assemble(evidence: Self.evidence()).record
    let characteristics = record["runs", 0, "characteristics"].elements
    #expect(characteristics.compactMap { $0["name"].text }.sorted() == ["bad seals", "window mean"])
    let windows = try #require(characteristics.first { $0["name"].text == "window mean" })
    #expect(windows["points"].elements.map { $0["basis"].text } == ["readings", "readings", "readings"])
    #expect(windows["points"].elements.map { $0["closedGate"].text } == [nil, nil, "machine warm"])
    #expect(windows["chart", "kind"].text == "xbar-r")
    #expect(windows["subgroups", 0, "values"].elements.count == 2 && windows["subgroups"].elements.count == 1)
    let counts = try #require(characteristics.first { $0["name"].text == "bad seals" })
    #expect(counts["chart", "kind"].text == "p" && counts["points"].elements.isEmpty)
    #expect(counts["measurements", 0, "person"].text == "P-1" && counts["measurements", 0, "inspected"] != .null)
    let kinds = record["exceptions"].elements.compactMap { $0["kind"].text }
    #expect(kinds.contains("rulesBlocked") && kinds.contains("gateClosed"))
  }

  @Test func theRecordVerifiesAndAWindowThatDoesNotFollowFromItsReadingsDoesNot() throws {
    let honest = Self.evidence()
    let bytes = try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: honest), with: Self.key()).bytes
    let report = RecordVerifier.verify(bytes)
    #expect(report.isVerified)
    let file = try CanonicalJSONParser.parse(bytes)
    let place = try #require(
      file["record", "runs", 0, "characteristics"].elements.firstIndex { $0["name"].text == "window mean" })
    let record = file["record"].changed(
      at: ["runs", .index(0), "characteristics", .index(place), "points", .index(0), "value"]
    ) { _ in .decimal(181.25) }
    #expect(!RecordVerifier.verify(try forge(record, with: Self.key())).isVerified)
  }
}
