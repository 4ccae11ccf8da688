import Devices
import Foundation
import Harness
import Shopfloor

@testable import Ledger

/// A ledger with readings of every kind, seeded, and a slow reference beside it.
struct SeriesFixture {
  let store: LedgerStore
  let parameters: [RegisteredParameter]
  /// In the order of arrival.
  private(set) var readings: [Reading] = []

  static let begin: Int64 = 1_795_000_000_000_000
  static let station: StationName = "sealer"

  static func at(_ seconds: Double) -> Timestamp { Timestamp(microseconds: begin + Int64(seconds * 1_000_000)) }

  init(_ path: String) throws {
    store = try LedgerStore(path: path)
    let plans = ["seal.temperature", "seal.pressure", "=speed"].map { name in
      (
        station: Self.station,
        plan: ParameterPlan(
          name: ParameterName(stringLiteral: name), device: "plc-1", point: name, unit: "°C",
          expectedIntervalMicroseconds: 0)
      )
    }
    parameters = try store.register(plans, devices: ["plc-1"])
  }

  /// Commits of so many seconds with a reading of every parameter each `period`; some late, some bad, some equal in time.
  mutating func fill(seconds: Int, period: Double, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let first = readings.map(\.time.microseconds).max().map { Double($0 - Self.begin) / 1_000_000 + 1 } ?? 0
    for second in 0..<seconds {
      var group = CommitGroup(
        clock: ClockReading(
          utc: Self.at(first + Double(second) + 1), monotonicMicroseconds: Int64(second) * 1_000_000))
      var batch: [Reading] = []
      for step in 0..<Int(1 / period) {
        for parameter in parameters {
          var time = Self.at(first + Double(second) + Double(step) * period)
          switch Int.random(in: 0..<40, using: &random) {
          case 0: time = time.advanced(byMicroseconds: -Int64.random(in: 0..<200_000_000, using: &random))
          case 1: time = batch.last?.time ?? time
          default: break
          }
          let wave = 180 + 5 * sin(Double(second) / 30) + Double.random(in: -1...1, using: &random)
          let value = Int.random(in: 0..<50, using: &random) == 0 ? 180 : wave
          batch.append(
            Int.random(in: 0..<60, using: &random) == 0
              ? Reading(parameter: parameter.index, time: time, quality: .badTimeout, detail: 4)
              : Reading(
                parameter: parameter.index, time: time, value: value, raw: UInt64(Float(value).bitPattern),
                rawWordCount: 2))
        }
      }
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: batch)
      ]
      _ = try store.commit(group)
      readings += batch
    }
  }

  func question(_ parameter: Int, from: Double, to: Double) -> SeriesQuestion {
    SeriesQuestion(
      station: Self.station, parameter: parameters[parameter].name, from: Self.at(from), to: Self.at(to))
  }

  // MARK: The slow reference

  /// A plain filter, ordered by time; equal times in the order of arrival.
  func plain(_ question: SeriesQuestion) -> [Reading] {
    let indices = parameters.filter { $0.name == question.parameter }.map(\.index)
    return plain(indices, question.from, question.to)
  }

  func plain(_ indices: [ParameterIndex], _ from: Timestamp, _ to: Timestamp) -> [Reading] {
    readings.enumerated()
      .filter { indices.contains($0.element.parameter) && $0.element.time >= from && $0.element.time < to }
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}
