import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Pictures from the ledger")
struct SeriesDrawingTests {
  @Test("a recorded gap divides the line", arguments: SeriesReadingTests.Packed.allCases)
  func gap(packed: SeriesReadingTests.Packed) throws {
    let folder = try TemporaryFolder("picture")
    let fixture = try SeriesFixture(folder.file("lotwire.sqlite").path)
    defer { fixture.store.close() }
    func commit(_ seconds: ClosedRange<Int>, _ events: [Event]) throws {
      var group = CommitGroup(
        clock: ClockReading(
          utc: SeriesFixture.at(Double(seconds.upperBound)), monotonicMicroseconds: Int64(seconds.upperBound)))
      group.events = events.map { .init($0, actor: "recorder") }
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: 0,
          readings: seconds.map {
            Reading(parameter: fixture.parameters[0].index, time: SeriesFixture.at(Double($0)), value: Double($0))
          })
      ]
      _ = try fixture.store.commit(group)
    }
    try commit(0...40, [])
    try commit(
      41...50,
      [
        .gapOpened(
          GapOpened(
            gap: "G-1", station: SeriesFixture.station, device: "plc-1", parameters: [fixture.parameters[0].name],
            since: SeriesFixture.at(20), reason: "silence")),
        .gapClosed(GapClosed(gap: "G-1", parameters: [fixture.parameters[0].name], until: SeriesFixture.at(21))),
      ])
    if packed != .none {
      try SeriesPacking.pack(
        fixture.store, commitsPerSegment: 1, leaving: packed == .half ? 1 : 0, drops: packed != .undropped)
    }
    let picture = try fixture.store.reader.picture(of: fixture.question(0, from: 0, to: 60), points: 1_000)
    #expect(picture.form == .readings)
    #expect(picture.strokes.map(\.points.count) == [21, 30])
    let other = try fixture.store.reader.picture(of: fixture.question(1, from: 0, to: 60), points: 100)
    #expect(other.strokes.isEmpty)
  }
}
