import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Readings, buckets and statistics of a parameter")
struct SeriesReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("series") }

  /// How much of the ledger is packed.
  enum Packed: CaseIterable, Sendable { case none, half, all, undropped }

  private func fixture(_ packed: Packed, seed: UInt64 = 7) throws -> SeriesFixture {
    var fixture = try SeriesFixture(folder.file("lotwire.sqlite").path)
    try fixture.fill(seconds: 120, period: 0.2, seed: seed)
    if packed != .none {
      try SeriesPacking.pack(
        fixture.store, commitsPerSegment: 20, leaving: packed == .half ? 60 : 0, drops: packed != .undropped)
    }
    return fixture
  }

  @Test("pages put together are the plain filter", arguments: Packed.allCases)
  func pages(packed: Packed) throws {
    let fixture = try fixture(packed)
    defer { fixture.store.close() }
    for (from, to, limit) in [(-300.0, 400.0, 100), (10, 30, 7), (100, 101, 1), (50, 50, 10), (500, 900, 10)] {
      let question = fixture.question(1, from: from, to: to)
      var found: [Reading] = []
      var cursor: SeriesCursor?
      repeat {
        let page = try fixture.store.reader.readings(of: question, limit: limit, after: cursor)
        #expect(page.readings.count <= limit)
        #expect(page.missing.isEmpty)
        found += page.readings
        cursor = page.next
      } while cursor != nil
      #expect(found == fixture.plain(question))
    }
  }

  @Test("buckets say what a loop over the readings says", arguments: Packed.allCases)
  func buckets(packed: Packed) throws {
    let fixture = try fixture(packed)
    defer { fixture.store.close() }
    for (from, to, count) in [(-300.0, 400.0, 1), (-300, 400, 3), (0, 120, 60), (17.3, 101.9, 13), (300, 400, 5)] {
      let question = fixture.question(0, from: from, to: to)
      let grid = try #require(SeriesGrid(from: question.from, to: question.to, count: count))
      let answer = try fixture.store.reader.buckets(of: question.station, question.parameter, in: grid)
      #expect(answer.missing.isEmpty)
      #expect(answer.buckets.count == grid.count)
      for bucket in answer.buckets {
        let inside = fixture.readings.filter {
          $0.parameter == fixture.parameters[0].index && $0.time >= bucket.from && $0.time < bucket.to
        }
        try Self.compare(bucket.summary, inside)
      }
      let statistics = try fixture.store.reader.statistics(of: question)
      try Self.compare(
        statistics.summary,
        fixture.readings.filter {
          $0.parameter == fixture.parameters[0].index && $0.time >= question.from && $0.time < question.to
        })
    }
  }

  /// - Parameter readings: in the order of arrival.
  static func compare(_ summary: BucketSummary, _ readings: [Reading]) throws {
    let good = readings.filter(\.quality.isGood)
    let ordered = good.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
    #expect(summary.readingCount == readings.count)
    #expect(summary.goodCount == good.count)
    #expect(summary.firstAt == readings.map(\.time).min())
    #expect(summary.lastAt == readings.map(\.time).max())
    #expect(summary.minimum == good.map(\.value).min())
    #expect(summary.maximum == good.map(\.value).max())
    if good.isEmpty {
      #expect(summary.mean == nil)
    } else {
      let mean = good.reduce(0) { $0 + $1.value } / Double(good.count)
      #expect(abs(try #require(summary.mean) - mean) <= 1e-9 * abs(mean))
    }
    // What headers do not say is nil; what is said is right.
    if let first = summary.first { #expect(first == ordered.first?.value) }
    if let last = summary.last { #expect(last == ordered.last?.value) }
    if let at = summary.minimumAt { #expect(at == ordered.first { $0.value == summary.minimum }?.time) }
    if let at = summary.maximumAt { #expect(at == ordered.first { $0.value == summary.maximum }?.time) }
    if let worst = summary.worst { #expect(worst == readings.map(\.quality).max { $0.rawValue < $1.rawValue }) }
  }

  @Test("of readings that are not packed everything is known")
  func everythingKnown() throws {
    let fixture = try fixture(.none)
    defer { fixture.store.close() }
    let summary = try fixture.store.reader.statistics(of: fixture.question(2, from: 0, to: 100)).summary
    #expect(summary.first != nil && summary.last != nil && summary.worst != nil)
    #expect(summary.minimumAt != nil && summary.maximumAt != nil)
  }

  @Test("a name that had two devices answers with both")
  func twoDevices() throws {
    let fixture = try fixture(.none)
    defer { fixture.store.close() }
    let plan = ParameterPlan(
      name: fixture.parameters[0].name, device: "plc-2", point: "t", unit: "°C", expectedIntervalMicroseconds: 0)
    let second = try fixture.store.register([(station: SeriesFixture.station, plan: plan)], devices: ["plc-2"])
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(300), monotonicMicroseconds: 300_000_000))
    let reading = Reading(parameter: second[0].index, time: SeriesFixture.at(5.05), value: 1)
    group.batches = [
      ReadingBatch(device: "plc-2", receivedAt: group.clock.utc, monotonicMicroseconds: 0, readings: [reading])
    ]
    _ = try fixture.store.commit(group)
    let question = fixture.question(0, from: 5, to: 6)
    let page = try fixture.store.reader.readings(of: question, limit: 100)
    #expect(page.readings.contains(reading))
    #expect(page.readings.count == fixture.plain(question).count + 1)
    #expect(try fixture.store.reader.statistics(of: question).summary.minimum == 1)
    let names = try fixture.store.reader.parameters(at: SeriesFixture.station, named: question.parameter)
    #expect(names.map(\.device) == ["plc-1", "plc-2"])
  }

  @Test("what was set aside is named, and the rest is given")
  func quarantined() throws {
    let fixture = try fixture(.all)
    defer { fixture.store.close() }
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(400), monotonicMicroseconds: 400_000_000))
    group.upkeep = [
      .quarantine(QuarantinedStretch(place: .segment, first: 2, last: 2, reason: "flipped", foundAt: 1))
    ]
    _ = try fixture.store.commit(group)
    let question = fixture.question(0, from: -300, to: 400)
    let statistics = try fixture.store.reader.statistics(of: question)
    #expect(statistics.missing.map(\.cause) == [.quarantined])
    #expect(statistics.missing.first?.reason == "flipped")
    #expect(statistics.missing.first.map { [$0.firstBatch, $0.lastBatch] } == [21, 40])
    #expect(statistics.summary.readingCount == fixture.plain(question).count - 100)
    let page = try fixture.store.reader.readings(of: question, limit: 100_000)
    #expect(page.missing.map(\.cause) == [.quarantined])
    #expect(page.readings.count == fixture.plain(question).count - 100)
  }

  @Test("what a rule removed is named where it would have to be read; its statistics stand")
  func retired() throws {
    let fixture = try fixture(.all)
    defer { fixture.store.close() }
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(400), monotonicMicroseconds: 400_000_000))
    group.upkeep = [.retireSegment(2)]
    _ = try fixture.store.commit(group)
    let question = fixture.question(0, from: -300, to: 400)
    let statistics = try fixture.store.reader.statistics(of: question)
    #expect(statistics.missing.isEmpty)
    #expect(statistics.summary.readingCount == fixture.plain(question).count)
    let page = try fixture.store.reader.readings(of: question, limit: 100_000)
    #expect(page.missing.map(\.cause) == [.retired])
    #expect(page.missing.first.map { [$0.firstBatch, $0.lastBatch] } == [21, 40])
    #expect(page.readings.count == fixture.plain(question).count - 100)
    let half = try fixture.store.reader.statistics(of: fixture.question(0, from: 30, to: 400))
    #expect(half.missing.map(\.cause) == [.retired])
  }

  @Test("a block that a late reading made longer than 6 h is found")
  func longBlock() throws {
    var fixture = try SeriesFixture(folder.file("lotwire.sqlite").path)
    defer { fixture.store.close() }
    try fixture.fill(seconds: 4, period: 0.5, seed: 2)
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(50_000), monotonicMicroseconds: 1))
    let parameter = fixture.parameters[0].index
    group.batches = [
      ReadingBatch(
        device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: 0,
        readings: [
          Reading(parameter: parameter, time: SeriesFixture.at(50_000), value: 7),
          Reading(parameter: parameter, time: SeriesFixture.at(10_000), value: 5),
        ])
    ]
    _ = try fixture.store.commit(group)
    try SeriesPacking.pack(fixture.store, commitsPerSegment: 100, leaving: 0, drops: true)
    for (from, to, values) in [
      (49_999.0, 50_001.0, [7.0]), (9_999, 10_001, [5]), (20_000, 40_000, []), (9_000, 60_000, [5, 7]),
    ] as [(Double, Double, [Double])] {
      let question = fixture.question(0, from: from, to: to)
      #expect(try fixture.store.reader.readings(of: question, limit: 10).readings.map(\.value) == values)
      #expect(try fixture.store.reader.statistics(of: question).summary.readingCount == values.count)
    }
  }

  @Test("a picture of more readings than are looked at one by one is bands, from headers")
  func bands() throws {
    let fixture = try SeriesFixture(folder.file("lotwire.sqlite").path)
    defer { fixture.store.close() }
    // Blocks of ten minutes, as a year has them, with a day in which nothing came.
    let blocks = (0..<2_000).filter { !(900..<1_044).contains($0) }
    let part = PackedSegment.Part(digest: [UInt8](repeating: 0, count: 32), body: [])
    var group = CommitGroup(clock: ClockReading(utc: SeriesFixture.at(1_300_000), monotonicMicroseconds: 1))
    group.upkeep = blocks.map { number in
      let first = SeriesFixture.at(Double(number) * 600).microseconds
      let header = BlockHeader(
        parameter: fixture.parameters[0].index.rawValue, clock: 0, firstReading: first,
        lastReading: first + 599_000_000, readingCount: 600, goodCount: 599, minimum: Double(number),
        maximum: Double(number) + 2, sum: 599 * (Double(number) + 1))
      let id = Int64(number) + 1
      return .addSegment(
        PackedSegment(
          id: id, firstBatch: id, lastBatch: id, firstTime: first, lastTime: first, firstReading: first,
          lastReading: header.lastReading, readingCount: 600, headBefore: [], headAfter: [], root: [], skeleton: part,
          clocks: [], blocks: [.init(header: header, part: part)]))
    }
    _ = try fixture.store.commit(group)
    let question = fixture.question(0, from: 0, to: 1_200_000)
    let picture = try fixture.store.reader.picture(of: question, points: 100)
    #expect(picture.form == .bands && picture.missing.isEmpty)
    #expect(picture.strokes.count == 2)
    #expect(picture.edgeMicroseconds == 0)
    let points = picture.strokes.flatMap(\.points)
    // Twenty blocks a point.
    #expect(points.first.map { [$0.minimum, $0.value, $0.maximum] } == [0, 10.5, 21])
    #expect(points.last.map { [$0.minimum, $0.value, $0.maximum] } == [1_980, 1_990.5, 2_001])
    let uneven = try fixture.store.reader.picture(of: question, points: 97)
    #expect(uneven.form == .bands && uneven.missing.isEmpty)
    #expect(uneven.edgeMicroseconds == 299_500_000)
  }
}
