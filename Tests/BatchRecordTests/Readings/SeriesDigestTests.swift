import Devices
import Foundation
import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

@Suite("Series that are summed up while they pass")
struct SeriesDigestTests {
  static let parameter = RegisteredParameter(
    index: ParameterIndex(0), station: "sealer", name: "seal.temperature", device: "plc-1", point: "t", unit: "°C")

  /// Values of every shape: scaled registers, floats, the whole range of doubles, repeated ones, and none.
  static func reading(at time: Timestamp, _ random: inout SeededGenerator) -> Reading {
    let index = parameter.index
    let float = Float(180 + Double.random(in: -3...3, using: &random))
    switch Int.random(in: 0..<16, using: &random) {
    case 0...3:
      return Reading(
        parameter: index, time: time, value: Double(Int.random(in: -99_999...99_999, using: &random)) / 100)
    case 4...6:
      return Reading(
        parameter: index, time: time, value: Double(float), raw: UInt64(float.bitPattern), rawWordCount: 2)
    case 7: return Reading(parameter: index, time: time, value: Double(bitPattern: random.next()))
    case 8:
      return Reading(
        parameter: index, time: time,
        value: [0, -0.0, 1, -1, 0.1, 1e-5, 1e15, 1e16, 1e22].randomElement(using: &random) ?? 0)
    case 9:
      let exponent = Double(Int.random(in: -300...300, using: &random))
      return Reading(
        parameter: index, time: time, value: Double.random(in: -10...10, using: &random) * pow(10, exponent))
    case 10: return Reading(parameter: index, time: time, quality: .badTimeout)
    case 11:
      return Reading(
        parameter: index, time: time, quality: .badDeviceException, detail: UInt16.random(in: 1...600, using: &random))
    case 12: return Reading(parameter: index, time: time, quality: .uncertainRetained, value: 7.25)
    case 13:
      return Reading(
        parameter: index, time: time, quality: .badOutOfRange, detail: 3, raw: random.next(),
        rawWordCount: UInt8.random(in: 0...5, using: &random))
    case 14: return Reading(parameter: index, time: time, value: 1, raw: 0xABC, rawWordCount: 1)
    default: return Reading(parameter: index, time: time, value: 183.25)
    }
  }

  private static func summary(_ readings: [Reading], pieces: Int) -> SeriesAbstract {
    var digest = SeriesDigest()
    for start in stride(from: 0, to: readings.count, by: pieces) {
      digest.add(readings[start..<min(start + pieces, readings.count)])
    }
    return digest.summary()
  }

  @Test("give the digest and the statistics of the readings themselves", arguments: 1...3 as ClosedRange<UInt64>)
  func sameAsHeld(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var time = EvidenceBuilder.start
    let readings = (0..<3_000).map { number -> Reading in
      time = time.advanced(byMicroseconds: Int64.random(in: 0...2_000_000, using: &random))
      let odd = number == 5 ? Timestamp(microseconds: .max) : time
      return Self.reading(at: seed == 1 && number == 2_999 ? odd : time, &random)
    }
    let held = OrderedSeries(RunSeries(run: "R", parameter: Self.parameter, readings: readings))
    for pieces in [1, 7, 3_000] {
      let summary = Self.summary(readings, pieces: pieces)
      let summed = OrderedSeries(RunSeries(run: "R", parameter: Self.parameter, summary: summary))
      #expect(summed.digestSHA256 == held.digestSHA256)
      #expect(summed.statistics == held.statistics)
      #expect(summary.count == readings.count)
    }
  }

  @Test("of no readings give the digest of an empty array, and a time beyond what JSON keeps is null")
  func edges() {
    #expect(Self.summary([], pieces: 1).digestSHA256 == Digest.sha256Text(of: Array("[]".utf8)))
    let far = Reading(parameter: Self.parameter.index, time: Timestamp(microseconds: .max), value: -0.0)
    #expect(
      Self.summary([far], pieces: 1).digestSHA256 == Digest.sha256Text(of: Array("[[null,\"-0\",\"good\"]]".utf8)))
  }
}

@Suite("Records of lots whose readings are many")
struct StreamedRecordTests {
  /// A lot with two runs on a real ledger: readings of two stations in one commit, late ones, equal times.
  private static func ledger(seed: UInt64, in folder: String) throws -> LedgerStore {
    let store = try LedgerStore(path: folder + "/ledger.sqlite")
    var random = SeededGenerator(seed: seed)
    let station = try #require(EvidenceBuilder.plan.stations.first)
    _ = try store.register(
      station.parameters.map { (station.name, $0) }
        + [
          (
            "oven",
            ParameterPlan(name: "oven.t", device: "plc-1", point: "o", unit: "°C", expectedIntervalMicroseconds: 1)
          )
        ],
      devices: ["plc-1"])
    var events: [Event] = [
      .workOrderUpdated(
        WorkOrder(
          number: "WO-1", product: "P", productName: "Pouch", quantity: 1, unit: "pcs", operations: ["seal"],
          lots: ["L-1"], materials: []))
    ]
    for run in 0..<2 {
      let from = EvidenceBuilder.at(Double(run) * 150 + 10)
      events.append(
        .runStarted(
          Run(
            id: run == 0 ? "R-1" : "R-2", station: run == 0 ? "sealer" : "oven", operation: "seal",
            workOrders: ["WO-1"], lots: ["L-1"], startedAt: from, startedBy: "P-1", planDigest: "d")))
      events.append(
        .runEnded(
          RunEnded(
            run: run == 0 ? "R-1" : "R-2", person: "P-1", at: from.advanced(byMicroseconds: 120_000_000),
            completedOperation: true)))
    }
    for second in 0..<300 {
      let now = EvidenceBuilder.at(Double(second))
      var group = CommitGroup(
        clock: ClockReading(utc: now, monotonicMicroseconds: now.microseconds - EvidenceBuilder.start.microseconds))
      if second == 0 { group.events = events.map { .init($0, actor: "recorder") } }
      let readings = (0..<12).map { number -> Reading in
        // Most are of this second; some came late, a few very late, many at equal times.
        let back: Int64 =
          switch Int.random(in: 0..<30, using: &random) {
          case 0: .random(in: 0...250_000_000, using: &random)
          case 1...3: .random(in: 0...5_000_000, using: &random)
          default: 1_000 * Int64(number / 4)
          }
        var reading = SeriesDigestTests.reading(at: now.advanced(byMicroseconds: -back), &random)
        reading.parameter = ParameterIndex(UInt32(number % 3))
        return reading
      }
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: now, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: readings)
      ]
      _ = try store.commit(group)
    }
    return store
  }

  @Test("are the same bytes, whether the readings were held or summed up", arguments: [1, 2] as [UInt64])
  func sameRecord(seed: UInt64) throws {
    let folder = NSTemporaryDirectory() + "lotwire-streamed-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }  // What stays behind lies in the temporary folder.
    let store = try Self.ledger(seed: seed, in: folder)
    defer { store.close() }
    let held = try #require(try store.reader.evidence(of: "L-1"))
    let count = held.series.reduce(0) { $0 + $1.count }
    #expect(count > 1_200 && held.series.allSatisfy { $0.summary == nil })
    for most in [0, 1, held.series[0].count, count - 1] {
      let summed = try #require(
        try BatchRecordAssembler.evidence(of: "L-1", from: store.reader, maximumInlineReadings: most))
      #expect(summed.series.allSatisfy { $0.summary != nil })
      let one = BatchRecordAssembler.assemble(evidence: held, maximumInlineReadings: most)
      let other = BatchRecordAssembler.assemble(evidence: summed, maximumInlineReadings: most)
      #expect(one.canonicalBytes == other.canonicalBytes)
    }
    #expect(
      try BatchRecordAssembler.evidence(of: "L-1", from: store.reader, maximumInlineReadings: count) == held)
    for series in held.series {
      #expect(series.readings.map(\.time) == series.readings.map(\.time).sorted())
    }
    let story = try #require(try store.reader.evidence(of: "L-1", series: .none))
    #expect(story.series.isEmpty && story.events == held.events)
  }
}
