import ControlCharts
import Foundation
import Shopfloor
import Testing

@testable import Recorder

@Suite("Charts as they run")
struct ChartTrackTests {
  private static func at(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

  private static func track(
    _ kind: ChartKind, size: Int = 1, subgroup: SubgroupPlan? = nil, limits: ChartPlan.Limits? = nil
  ) throws -> ChartTrack {
    let plan = ChartPlan(
      limits: limits ?? .frozen(center: 10, sigma: 1),
      design: ChartDesign(kind: kind, subgroupSize: size, rules: .shewhart, dispersionRules: .dispersion),
      subgroup: subgroup)
    return try #require(ChartTrack(plan))
  }

  private static func value(
    _ values: Double..., at second: Int64, inspected: Double? = nil, run: RunID? = "R-1", lots: String = "L-1",
    part: String? = nil, cycle: Int? = nil
  ) -> ChartTrack.Value {
    ChartTrack.Value(
      values: values, inspected: inspected, at: at(second), run: run, lots: lots, part: part, cycle: cycle)
  }

  @Test("several values at once are points of a chart of single values, and one subgroup of its size")
  func together() throws {
    var single = try Self.track(.individuals)
    #expect(single.take(Self.value(9, 10, 14, at: 1)).map(\.values) == [[9], [10], [14]])
    var whole = try Self.track(.xbarRange, size: 3, subgroup: .count)
    #expect(whole.take(Self.value(9, 10, 11, at: 1)).map(\.values) == [[9, 10, 11]])
    #expect(whole.take(Self.value(1, at: 2)).isEmpty)
    #expect(whole.take(Self.value(2, 3, at: 3)).map(\.values) == [[1, 2, 3]])
    #expect(whole.take(Self.value(1, 2, 3, 4, at: 4)).map(\.values) == [[1, 2, 3]])
    #expect(whole.end(.run).map(\.values) == [[4]])
  }

  @Test("what is no sample of the chart is a gap, and no point")
  func misfits() throws {
    let mean = ChartBaseline(mean: 0, sigma: 0, meanVector: [10, 10], covariance: [1, 0, 0, 1], observations: 50)
    var vector = try #require(
      ChartTrack(
        ChartPlan(
          limits: .baseline(mean),
          design: ChartDesign(
            kind: .hotellingTSquared, rules: .shewhart, dispersionRules: .shewhart, variables: 2))))
    #expect(vector.take(Self.value(10, at: 1)).isEmpty && vector.chart.gapCount == 1)
    #expect(vector.take(Self.value(10, 11, at: 2)).map(\.number) == [1])
    let targets = ChartBaseline(mean: 0, sigma: 1, parts: [.init(name: "pouch", target: 10, sigma: 1)])
    var short = try Self.track(.shortRunZ, limits: .baseline(targets))
    #expect(short.take(Self.value(10, at: 1, part: "bag")).isEmpty && short.chart.gapCount == 1)
    #expect(short.take(Self.value(14, at: 2, part: "pouch")).first?.verdict.signals.count == 1)
  }

  @Test(
    "what closes a subgroup, and whether it is whole",
    arguments: [
      (SubgroupPlan.run, SubgroupCollector.Ending.run, String?.none), (.cycle, .cycle, nil), (.manual, .byHand, nil),
      (.count, .run, "run-changed"), (.manual, .run, "run-changed"), (.count, .byHand, "by-hand"),
    ])
  func ends(plan: SubgroupPlan, ending: SubgroupCollector.Ending, partial: String?) throws {
    var track = try Self.track(.xbarRange, size: 3, subgroup: plan)
    #expect(track.openRun == nil && track.end(ending).isEmpty, "nothing is open")
    #expect(track.take(Self.value(9, 10, at: 1, cycle: 1)).isEmpty && track.openRun == "R-1")
    let closed = track.end(ending)
    #expect(closed.map(\.values) == [[9, 10]] && closed.map(\.partial) == [partial])
    #expect(closed.first?.run == "R-1" && track.openRun == nil && track.lastPointAt == Self.at(1))
  }

  @Test(
    "another lot or run closes what is open, and its values begin anew", arguments: [("R-1", "L-2"), ("R-2", "L-1")])
  func owner(run: String, lot: String) throws {
    var track = try Self.track(.xbarRange, size: 3, subgroup: .count)
    #expect(track.take(Self.value(9, 10, at: 1)).isEmpty)
    let run = RunID(stringLiteral: run)
    let closed = track.take(Self.value(20, at: 2, run: run, lots: lot))
    #expect(closed.map(\.values) == [[9, 10]] && closed.first?.partial != nil && closed.first?.run == "R-1")
    #expect(track.take(Self.value(21, 22, at: 3, run: run, lots: lot)).map(\.values) == [[20, 21, 22]])
  }

  @Test("a window waits for late values, takes them in the order of time, and closes without another value")
  func window() throws {
    var track = try Self.track(.xbarRange, size: 3, subgroup: .window(microseconds: 60_000_000))
    #expect(track.take(Self.value(1, at: 10)).isEmpty && track.take(Self.value(3, at: 59)).isEmpty)
    #expect(track.take(Self.value(2, at: 30)).isEmpty)
    #expect(!track.closesWindow(at: Self.at(60)) && track.closeWindow(at: Self.at(60)).isEmpty)
    #expect(track.closesWindow(at: Self.at(61)))
    let closed = track.closeWindow(at: Self.at(61))
    #expect(closed.map(\.values) == [[1, 2, 3]] && closed.first?.from == Self.at(10) && closed.first?.partial == nil)
    #expect(track.take(Self.value(4, at: 58)).isEmpty && track.openRun == nil, "it came too late")
  }

  @Test("a coded chart goes on as the one it was made of, at every point")
  func coded() throws {
    var track = try Self.track(.median, size: 3, subgroup: .count, limits: .establish(points: 4))
    for number in Int64(0)..<40 {
      let data = try JSONEncoder().encode(track)
      var read = try JSONDecoder().decode(ChartTrack.self, from: data)
      #expect(read == track)
      if number.isMultiple(of: 11) { track.recordGap() }
      if number.isMultiple(of: 11) { read.recordGap() }
      let value = Self.value(10 + Double(number * 7 % 5) / 3, at: number)
      let points = track.take(value)
      #expect(read.take(value) == points && read == track)
    }
    #expect(track.chart.baseline != nil)
  }
}
