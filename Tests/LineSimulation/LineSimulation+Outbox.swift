import FaultDisk
import Foundation
import GRDB
import Ledger
import Shopfloor

/// What is owed to the outside: once in the outbox, once delivered.
extension LineSimulation {
  func checkOutbox(_ reader: LedgerReader) throws {
    let rows = try outboxRows()
    let toERP = rows.filter { $0.receiver == nil }.map(\.key)
    guard Set(rows.map(\.key)).count == rows.count else {
      throw BrokenPromise(.owedOnce, "two rows of the outbox have one key")
    }
    guard Set(toERP) == mirror.owed else {
      let missing = mirror.owed.subtracting(toERP).sorted().first ?? "nothing"
      let extra = Set(toERP).subtracting(mirror.owed).sorted().first ?? "nothing"
      throw BrokenPromise(.owedOnce, "owed and not in the outbox: \(missing); in the outbox and not owed: \(extra)")
    }
    var delivered: [Int64: Int] = [:]
    for record in try allEvents(reader) {
      guard case .delivered(let report) = record.event else { continue }
      delivered[report.outboxRow, default: 0] += 1
    }
    for row in rows {
      let count = delivered[row.id] ?? 0
      guard count == (row.state == "delivered" ? 1 : 0) else {
        throw BrokenPromise(.owedOnce, "row \(row.id) is \(row.state), and \(count) events say that it was delivered")
      }
      guard row.state != "delivered" || erp.received[row.key] == row.digest else {
        throw BrokenPromise(.owedOnce, "row \(row.id) is delivered, and the receiver does not hold its content")
      }
    }
    let known = Set(rows.map(\.key))
    if let invented = erp.received.keys.filter({ !known.contains($0) }).min(), !options.hasLyingDisk {
      throw BrokenPromise(.owedOnce, "the receiver holds \(invented), which the outbox does not")
    }
  }

  private struct OutboxState {
    var id: Int64
    var key: String
    var digest: String
    var state: String
    var receiver: String?
  }

  private func outboxRows() throws -> [OutboxState] {
    var configuration = Configuration()
    configuration.readonly = true
    let address = "file:\(SimulatedPlant.ledgerPath)?vfs=\(disk.vfsName ?? "")"
    let queue = try DatabaseQueue(path: address, configuration: configuration)
    let rows = try queue.read { db in
      try Row.fetchAll(
        db, sql: "SELECT id, idempotency_key, payload_sha256, state, receiver FROM outbox ORDER BY id"
      ).map { row in
        OutboxState(
          id: row["id"], key: row["idempotency_key"], digest: row["payload_sha256"], state: row["state"],
          receiver: row["receiver"])
      }
    }
    try queue.close()
    return rows
  }

  private func allEvents(_ reader: LedgerReader) throws -> [EventRecord] {
    var events: [EventRecord] = []
    while true {
      let more = try reader.events(after: events.last?.sequence ?? 0, limit: 1_000)
      events += more
      if more.count < 1_000 { return events }
    }
  }
}
