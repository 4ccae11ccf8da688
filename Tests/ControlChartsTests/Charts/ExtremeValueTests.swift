import ControlCharts
import Foundation
import Testing

/// Numbers from the ends of what a double can be: a chart refuses, records a gap or judges, and its state and verdicts can
/// always be written down.
@Suite struct ExtremeValueTests {
  private static let numbers: [Double] = [
    0, -0.0, .leastNonzeroMagnitude, 1e-300, 1, -1, 1e15, 1e154, -1e154, 1e200, 1.7e308, -1.7e308, .nan, .infinity,
    -.infinity,
  ]

  private func number(_ random: inout SeededGenerator) -> Double {
    Self.numbers[Int.random(in: 0..<Self.numbers.count, using: &random)]
  }

  private func sample(_ design: ChartDesign, _ random: inout SeededGenerator) -> ChartSample {
    if design.kind.isAttribute { return .count(number(&random), inspected: number(&random)) }
    let size = design.kind == .hotellingTSquared ? design.variables : design.subgroupSize
    let values = (0..<size).map { _ in number(&random) }
    return design.kind == .shortRunZ ? .part(Bool.random(using: &random) ? "A" : "B", values: values) : .values(values)
  }

  private func baseline(_ design: ChartDesign, _ random: inout SeededGenerator) -> ChartBaseline {
    let parts = ["A", "B"].map { ChartBaseline.Part(name: $0, target: number(&random), sigma: number(&random)) }
    let vector = (0..<design.variables).map { _ in number(&random) }
    var covariance = [Double](repeating: 0, count: design.variables * design.variables)
    for index in 0..<design.variables { covariance[index * (design.variables + 1)] = number(&random) }
    let isShortRun = design.kind == .shortRunZ
    let isVector = design.kind == .hotellingTSquared
    return ChartBaseline(
      mean: number(&random), sigma: number(&random), parts: isShortRun ? parts : [],
      meanVector: isVector ? vector : [], covariance: isVector ? covariance : [])
  }

  @Test(arguments: ChartKind.allCases) func everythingCanBeWrittenDown(_ kind: ChartKind) throws {
    var random = SeededGenerator(seed: 99)
    var judged = 0
    for round in 0..<150 {
      for design in try ChartSamples.designs(of: kind) {
        let chart: StreamingChart
        if round % 4 == 0 {
          chart = try StreamingChart(design: design, establishing: 2)
        } else {
          do throws(ControlChartFault) {
            chart = try StreamingChart(design: design, baseline: baseline(design, &random))
          } catch {
            #expect("\(error)".hasSuffix("."))
            continue
          }
        }
        judged += try feed(chart, &random)
      }
    }
    #expect(judged > 0)
  }

  /// How many samples became points.
  private func feed(_ start: StreamingChart, _ random: inout SeededGenerator) throws -> Int {
    var chart = start
    for _ in 0..<12 {
      let sample = sample(chart.design, &random)
      var verdict = ChartVerdict()
      do throws(ControlChartFault) {
        verdict = try chart.take(sample)
      } catch {
        #expect("\(error)".hasSuffix("."))
      }
      #expect(throws: Never.self, "\(chart.design.kind) \(sample)") { try JSONEncoder().encode(verdict) }
      #expect(throws: Never.self, "\(chart.design.kind) \(sample)") { try JSONEncoder().encode(chart) }
    }
    return chart.pointCount
  }
}
