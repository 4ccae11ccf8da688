import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

/// How much of the file a packed reading takes, everything included: skeleton, times, values, raw words, rows, indices and
/// the pages that are not full. Polls of simulated devices, committed every 50 ms.
@Suite("Size of packed readings")
struct PackedSizeTests {
  struct Line: CustomTestStringConvertible {
    var name: String
    var parameters: UInt32
    var polls: Int
    var periodMicroseconds: Int64
    var value: Measured
    /// Bytes a reading.
    var atMost: Double

    var testDescription: String { "\(name), \(parameters) parameters every \(periodMicroseconds / 1_000) ms" }
  }

  enum Measured {
    /// Temperatures and pressures as float32 in two registers, with sensor noise.
    case float32
    /// Tenths in one register, with noise of a few of them.
    case tenths
    /// Set points that change now and then, and bits.
    case quiet
  }

  @Test(
    "takes at most 4 bytes a reading of noisy sensors, and 1 of quiet ones",
    arguments: [
      Line(name: "float32", parameters: 8, polls: 1_800, periodMicroseconds: 1_000_000, value: .float32, atMost: 3.5),
      Line(name: "tenths", parameters: 8, polls: 1_800, periodMicroseconds: 1_000_000, value: .tenths, atMost: 2),
      Line(name: "quiet", parameters: 8, polls: 1_800, periodMicroseconds: 1_000_000, value: .quiet, atMost: 1),
      Line(name: "float32", parameters: 40, polls: 400, periodMicroseconds: 100_000, value: .float32, atMost: 4),
    ])
  func sizes(_ line: Line) throws {
    let folder = try TemporaryFolder("packed-size")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let commits = Self.commits(of: line)
    let segment = try SegmentCodec(devices: [1: "plc-1"]).pack(commits, id: 1, headBefore: EventChain.genesis)
    let before = try Self.usedBytes(store)
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.upkeep = [.addSegment(segment)]
    _ = try store.commit(group)
    let bytes = Double(try Self.usedBytes(store) - before) / Double(segment.readingCount)
    #expect(segment.readingCount == Int64(line.polls) * Int64(line.parameters))
    #expect(bytes <= line.atMost, "\(bytes) bytes a reading")
  }

  private static func usedBytes(_ store: LedgerStore) throws -> Int64 {
    try store.reader.read { db in
      let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
      return (pages - free) * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }
  }

  private static func commits(of line: Line) -> [StoredCommit] {
    var generator = SeededGenerator(seed: 11)
    var codec = ReadingBatchCodec()
    var head = EventChain.genesis
    let start: Int64 = 1_795_000_000_000_000
    return (0..<line.polls).map { poll in
      let at = start + Int64(poll) * line.periodMicroseconds + Int64.random(in: 0...2_000, using: &generator)
      let readings = (0..<line.parameters).map { parameter in
        reading(line.value, parameter, poll, Timestamp(microseconds: at), &generator)
      }
      let batch = ReadingBatch(
        device: "plc-1", receivedAt: Timestamp(microseconds: at),
        monotonicMicroseconds: at - start + 70 + Int64.random(in: 0...3, using: &generator), readings: readings)
      let body = codec.encode([batch]) { _ in 1 }
      head = EventChain.hash(after: head, of: body)
      let time = at + Int64.random(in: 48_000...52_000, using: &generator)
      return StoredCommit(
        id: Int64(poll) + 1, time: time, monotonic: time - start + 70 + Int64.random(in: 0...3, using: &generator),
        lastEvent: Int64(poll) / 60, body: body, hash: head)
    }
  }

  private static func reading(
    _ measured: Measured, _ parameter: UInt32, _ poll: Int, _ time: Timestamp, _ generator: inout SeededGenerator
  ) -> Reading {
    let index = ParameterIndex(parameter)
    // The sum of twelve equal ones is near to a normal one of deviation 1.
    let noise = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &generator) }
    switch measured {
    case .float32:
      let value = Float(180 + Double(parameter) + 0.3 * noise)
      return Reading(
        parameter: index, time: time, value: Double(value), raw: UInt64(value.bitPattern), rawWordCount: 2)
    case .tenths:
      let word = Int16(1_800 + Int(parameter) + Int(3 * noise))
      return Reading(
        parameter: index, time: time, value: Double(word) / 10, raw: UInt64(UInt16(bitPattern: word)), rawWordCount: 1)
    case .quiet:
      let word = parameter.isMultiple(of: 2) ? UInt64(200 + poll / 600) : UInt64(poll / 37 % 2)
      return Reading(parameter: index, time: time, value: Double(word), raw: word, rawWordCount: 1)
    }
  }
}
