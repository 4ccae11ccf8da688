import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Sampled readings and the last commit before a start")
struct SampledReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("samples") }

  private func commit(_ store: LedgerStore, _ second: Int64, values: [Double], events: [Event] = []) throws {
    var group = CommitGroup(clock: LedgerStoreTests.clock(second))
    let parameters = try LedgerStoreTests.register(store)
    group.events = events.map { .init($0, actor: "recorder") }
    if !values.isEmpty {
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: values.enumerated().map { place, value in
            Reading(
              parameter: parameters[0].index, time: group.clock.utc.advanced(byMicroseconds: Int64(place) * 100_000),
              value: value)
          })
      ]
    }
    _ = try store.commit(group)
  }

  @Test("the last reading of each interval, oldest first, the newest where there are too many")
  func samples() throws {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    for second in 1...10 as ClosedRange<Int64> { try commit(store, second, values: [0, Double(second)]) }
    func values(_ from: Int64, _ until: Int64, limit: Int = 100) throws -> [Double] {
      try store.reader.sampledReadings(
        from: LedgerStoreTests.clock(from).utc, until: LedgerStoreTests.clock(until).utc,
        everyMicroseconds: 1_000_000, limit: limit
      ).map(\.reading.value)
    }
    #expect(try values(3, 6) == [3, 4, 5, 6])
    #expect(try values(1, 10, limit: 2) == [9, 10])
    #expect(try values(11, 20).isEmpty)
  }

  @Test("the last commit before the recorder started last")
  func lastCommit() throws {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let start = Event.recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: ""))
    #expect(try store.reader.lastCommitBeforeStart() == nil)
    try commit(store, 1, values: [], events: [start])
    #expect(try store.reader.lastCommitBeforeStart() == nil)
    try commit(store, 2, values: [1])
    try commit(store, 3, values: [2])
    #expect(try store.reader.lastCommitBeforeStart() == nil)
    try commit(store, 9, values: [], events: [start])
    try commit(store, 10, values: [3])
    #expect(try store.reader.lastCommitBeforeStart() == LedgerStoreTests.clock(3).utc)
  }
}
