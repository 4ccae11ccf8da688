import Devices
import Foundation
import Harness
import Ledger
import Notifications
import Shopfloor

/// A line with a real ledger that owes messages, without a recorder: what the service needs from the daemon.
actor NotifiedLine {
  struct Killed: Error {}

  private let folder: TemporaryFolder
  private let store: LedgerStore
  private var second: Int64 = 0
  /// So many reports are lost, as if the daemon died after the receiver had the message and before the commit.
  private var reportsToLose = 0
  private(set) var reports: [DeliveryReport] = []
  private(set) var notes: [String] = []
  /// The clock of the commits; messages are as old as this makes them.
  private let start: Timestamp

  init(_ purpose: String, start: Timestamp = SystemClock().now().utc) throws {
    folder = try TemporaryFolder(purpose)
    store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    self.start = start
  }

  func close() { store.close() }

  func lose(reports count: Int) { reportsToLose = count }

  /// Owes messages about alarms, and returns the ids of the messages.
  @discardableResult
  func owe(_ subscription: String, alarms: ClosedRange<Int>, text: String = "above 190.0") throws -> [String] {
    try commit(
      alarms.map { number in
        let alarm = Alarm(
          id: Identifier(stringLiteral: "A-\(number)"), kind: .specification, station: "oven",
          source: "cure.temperature", rule: Words(text, "高于 190.0"), side: .high, value: 191.5, limit: 190,
          unit: "°C", run: nil, raisedAt: start)
        return .notificationOwed(
          NotificationOwed(
            subscription: subscription, customer: nil, occasion: .raised, alarm: alarm, threshold: nil,
            site: "Suzhou", line: "Line 1", lots: ["L-1"], workOrders: ["WO-1"], at: start))
      })
  }

  private func commit(_ events: [Event], deliveries: [DeliveryReport] = []) throws -> [String] {
    second += 1
    let now = start.advanced(byMicroseconds: second)
    var group = CommitGroup(clock: ClockReading(utc: now, monotonicMicroseconds: second))
    group.events = events.map { .init($0, actor: "recorder", derived: true) }
    group.deliveries = deliveries
    return try store.commit(group).events.map { record in
      let digits = String(record.sequence)
      let hash = record.hash.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return "lotwire:notification:\(String(repeating: "0", count: 12 - digits.count))\(digits):\(hash)"
    }
  }

  func waiting(_ subscription: String) throws -> Int { try store.reader.outboxBacklog(of: subscription).waitingRows }
  func refused(_ subscription: String) throws -> Int { try store.reader.outboxBacklog(of: subscription).refusedRows }
  func events(of kind: EventKind) throws -> Int {
    try store.reader.events(about: .recorder).count { $0.event.kind == kind }
  }
  func subscriptions() throws -> [String] { try store.reader.subscriptionsWithWaitingMessages() }

  private func next(_ subscription: String, _ now: Timestamp, _ longest: Int64) throws -> [OutboxRow] {
    try store.reader.nextOutboxRows(at: now, longestWaitMicroseconds: longest, limit: 16, subscription: subscription)
  }

  private func first(_ key: String) throws -> OutboxRow? { try store.reader.firstOutboxRow(of: key) }
  private func payload(_ row: OutboxRow) throws -> [UInt8] { try store.reader.outboxPayload(of: row.id) }
  private func backlog(_ subscription: String) throws -> OutboxBacklog {
    try store.reader.outboxBacklog(of: subscription)
  }

  private func take(_ report: DeliveryReport) throws {
    if reportsToLose > 0 {
      reportsToLose -= 1
      throw Killed()
    }
    reports.append(report)
    _ = try commit(Floor().decide(.reportDelivery(report), at: start).events, deliveries: [report])
  }

  private func note(_ text: String) { notes.append(text) }

  nonisolated func ports() -> NotificationPorts {
    NotificationPorts(
      nextRows: { try await self.next($0, $1, $2) }, firstRow: { try await self.first($0) },
      payload: { try await self.payload($0) }, backlog: { try await self.backlog($0) },
      report: { try await self.take($0) }, note: { text in Task { await self.note(text) } })
  }
}
