import Crypto
import Devices
import Foundation
import Shopfloor

@testable import Ledger

/// A ledger with lots, readings, records and movements, and a key.
final class ProvenFloor {
  let store: LedgerStore
  let key: Curve25519.Signing.PrivateKey
  let path: String
  var second: Int64 = 0
  private(set) var parameters: [RegisteredParameter] = []

  var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  init(path: String) throws {
    self.path = path
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
    store = try LedgerStore(path: path)
    parameters = try LedgerStoreTests.register(store)
  }

  var clock: ClockReading { LedgerStoreTests.clock(second) }

  func context() -> DutyContext {
    DutyContext(now: clock, reader: store.reader) { [self] work, facts throws(LedgerError) in
      var group = CommitGroup(clock: clock)
      group.upkeep = work
      group.events = facts.map { .init($0, actor: "recorder") }
      return try store.commit(group).events
    }
  }

  func duty() -> CheckpointDuty {
    CheckpointDuty(site: "works 1", line: "line 2", ledgerPath: path) { [key, publicKey] text in
      LedgerSignature(keyID: "0123456789abcdef", publicKey: publicKey, signature: Array(try key.signature(for: text)))
    }
  }

  /// One commit with so many events.
  func hold(lots: Int) throws {
    second += 1
    var group = CommitGroup(clock: clock)
    group.events = try (0..<lots).map {
      .init(.lotHeld(LotHeld(lot: try LotNumber("H-\($0 % 50)"), person: "P-1", reason: "look")), actor: "person P-1")
    }
    _ = try store.commit(group)
  }

  /// A lot from its start to its sealed record, a reading a second.
  func runLot(_ lot: LotNumber, readings: Int, readingsPerCommit: Int = 1, recordBytes: Int = 3_000) throws {
    let run = Run(
      id: try RunID("R-\(lot.text)"), station: "sealer", operation: "seal", workOrders: [], lots: [lot],
      startedAt: clock.utc, startedBy: "P-1", planDigest: "plan")
    try commit([.runStarted(run)])
    for number in 0..<readings {
      second += 1
      var group = CommitGroup(clock: clock)
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: clock.utc, monotonicMicroseconds: clock.monotonicMicroseconds,
          readings: (0..<readingsPerCommit).map { index in
            Reading(
              parameter: parameters[0].index, time: clock.utc.advanced(byMicroseconds: Int64(index) * 1_000),
              value: 180 + Double(number * 7919 % 1_013) / 77)
          })
      ]
      _ = try store.commit(group)
    }
    second += 1
    try commit([.runEnded(RunEnded(run: run.id, person: "P-1", at: clock.utc, completedOperation: true))])
    try commit([.lotCompleted(LotCompleted(lot: lot, workOrder: "WO-1", at: clock.utc))])
    let document = "{\"lot\":\"\(lot.text)\",\"filler\":\"\(String(repeating: "x", count: recordBytes))\"}"
    let bytes = Array("{\"record\":\(document),\"seal\":{\"keyID\":\"k\"}}".utf8)
    let notice = SealedRecordNotice(
      lot: lot, revision: 0, digestSHA256: EventChain.hex(Array(SHA256.hash(data: Array(document.utf8)))), keyID: "k",
      byteCount: bytes.count, exceptionCount: 0, throughSequence: 1)
    var group = CommitGroup(clock: clock)
    group.events = [.init(.recordSealed(notice), actor: "recorder")]
    group.records = [.init(notice: notice, bytes: bytes)]
    _ = try store.commit(group)
  }

  func commit(_ events: [Event], checkpoint: [UInt8]? = nil) throws {
    var group = CommitGroup(clock: clock)
    group.events = events.map { .init($0, actor: "person P-1") }
    group.checkpoint = checkpoint
    _ = try store.commit(group)
  }
}
