import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Messages that are owed to subscribers")
struct NotificationOutboxTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("notifications") }

  static let at = Timestamp(microseconds: 1_795_000_000_000_000)

  static func alarm(_ id: AlarmID, _ kind: Alarm.Kind = .specification) -> Alarm {
    Alarm(
      id: id, kind: kind, station: "oven", source: "cure.temperature", rule: Words("above 190.0", "高于 190.0"),
      side: .high, value: 191.5, limit: 190, unit: "°C", run: "R-1", raisedAt: at)
  }

  static func owed(
    _ subscription: String, _ alarm: Alarm?, _ occasion: NotificationOccasion = .raised,
    threshold: ThresholdCrossing? = nil
  ) -> Event {
    .notificationOwed(
      NotificationOwed(
        subscription: subscription, customer: nil, occasion: occasion, alarm: alarm, threshold: threshold,
        site: "Suzhou", line: "Line 1", lots: ["L-1"], workOrders: ["WO-1"], at: at))
  }

  private func record(_ event: Event) -> EventRecord {
    EventRecord(
      sequence: 7, time: Self.at, monotonicMicroseconds: 0, actor: "", derived: true, event: event,
      canonicalBytes: [], hash: [UInt8](repeating: 0xAB, count: 32))
  }

  private func text(_ event: Event) throws -> String {
    String(decoding: try #require(NotificationMessage(record(event))).canonicalBytes(), as: UTF8.self)
  }

  @discardableResult
  private func commit(
    _ store: LedgerStore, _ events: [Event], deliveries: [DeliveryReport] = []
  ) throws -> [EventRecord] {
    var group = CommitGroup(clock: ClockReading(utc: Self.at, monotonicMicroseconds: 1))
    group.events = events.map { .init($0, actor: "recorder", derived: true) }
    group.deliveries = deliveries
    return try store.commit(group).events
  }

  @Test("the bytes of an alarm's message")
  func alarmBytes() throws {
    var alarm = Self.alarm("A-000001")
    alarm.priority = .high
    #expect(
      try text(Self.owed("acme", alarm))
        == #"{"alarm":{"id":"A-000001","kind":"specification","limit":190,"priority":"high","raised_at":"\#(Self.at)","#
        + #""rule":{"en":"above 190.0","zh-CN":"高于 190.0"},"run":"R-1","side":"high","source":"cure.temperature","#
        + #""station":"oven","unit":"°C","value":191.5},"at":"\#(Self.at)","#
        + #""id":"lotwire:notification:000000000007:abababababababab","line":"Line 1","lots":["L-1"],"occasion":"raised","#
        + #""site":"Suzhou","subscription":"acme","text":{"en":"Alarm A-000001 at oven, Line 1 was raised. cure.temperature "#
        + #"was 191.5 °C, above 190.0 (limit 190.0 °C). Lots: L-1.","zh-CN":"Line 1 oven 的报警 A-000001已触发。"#
        + #"cure.temperature 为 191.5 °C，高于 190.0（限值 190.0 °C）。批次：L-1。"},"version":1,"work_orders":["WO-1"]}"#)
  }

  @Test("the bytes of a threshold's message name no run and no cycle")
  func thresholdBytes() throws {
    let threshold = CustomerThreshold(station: "oven", characteristic: "cure.peak", low: nil, high: 190)
    let crossing = ThresholdCrossing(
      subscription: "acme", customer: "Acme", threshold: threshold, side: .high, value: 191, unit: "°C",
      run: "R-1", cycle: 4, isReturn: false, at: Self.at)
    let text = try text(Self.owed("acme", nil, .thresholdCrossed, threshold: crossing))
    #expect(
      text.contains(
        #""threshold":{"characteristic":"cure.peak","high":190,"side":"high","station":"oven","unit":"°C","value":191}"#
      ))
    #expect(!text.contains("R-1") && !text.contains("alarm"))
  }

  @Test("a message is a row of its subscriber alone, in the transaction of its event")
  func rows() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let received = MaterialReceived(
      material: "ML-1", item: "FILM", supplierLot: "S", quantity: Quantity(1), station: "dock", person: "P-1",
      at: Self.at)
    let alarm = Self.alarm("A-000001")
    try commit(
      store,
      [
        Self.owed("acme", alarm), Self.owed("bolt", alarm), .materialReceived(received),
        Self.owed("acme", alarm, .returned), Self.owed("acme", Self.alarm("A-000002")),
      ])
    func next(_ subscription: String?) throws -> [OutboxRow] {
      try store.reader.nextOutboxRows(
        at: Self.at, longestWaitMicroseconds: 1, limit: 10, subscription: subscription)
    }
    #expect(try next(nil).map(\.kind) == ["material-movement"])
    let acme = try next("acme")
    #expect(acme.map(\.orderKey) == ["notify:acme:alarm:A-000001", "notify:acme:alarm:A-000002"])
    #expect(try next("bolt").count == 1 && next("other").isEmpty)
    #expect(try store.reader.outboxBacklog().waitingRows == 1)
    #expect(try store.reader.outboxBacklog(of: "acme").waitingRows == 3)
    #expect(try store.reader.subscriptionsWithWaitingMessages() == ["acme", "bolt"])
    // The payload hashes to what stands beside it, and says the key of its row.
    let payload = try store.reader.outboxPayload(of: acme[0].id)
    #expect(String(decoding: payload, as: UTF8.self).contains(#""id":"\#(acme[0].idempotencyKey)""#))
    // What a receiver refuses for ever holds nothing back.
    let refused = DeliveryReport(
      outboxRow: acme[0].id, idempotencyKey: acme[0].idempotencyKey, lot: nil, connector: "webhook",
      outcome: .blocked(reason: "HTTP 410"))
    try commit(store, [.deliveryBlocked(refused)], deliveries: [refused])
    #expect(
      try store.reader.outboxBacklog(of: "acme")
        == OutboxBacklog(
          waitingRows: 2, oldestWaitingSince: Self.at, blockedRows: 0, refusedRows: 1))
    #expect(try store.reader.firstOutboxRow(of: "notify:acme:alarm:A-000001")?.id == acme[0].id + 3)
  }

  @Test("nobody reads through the backlog of another")
  func queryPlan() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
          INSERT INTO outbox (kind, receiver, order_key, idempotency_key, payload_sha256, payload, state, attempts,
            created_at, next_attempt_at)
          SELECT 'notification', 'notify:dead', 'notify:dead:alarm:' || i, 'i' || i, '', x'41', 'pending', 0, 0, 0 FROM n
          """)
      try db.execute(sql: "ANALYZE")
    }
    func plan(_ sql: String) throws -> [String] {
      try queue.read { db in
        try Row.fetchAll(
          db, sql: "EXPLAIN QUERY PLAN " + sql,
          arguments: StatementArguments([Int](repeating: 1, count: sql.count { $0 == "?" }))
        ).map { $0["detail"] as String }
      }
    }
    let oldest = try plan(FirstOfTheirKeys.amongOldestSQL)
    #expect(oldest.contains { $0.contains("outbox USING INDEX outbox_receiver (receiver=? AND state=?)") }, "\(oldest)")
    #expect(oldest.contains { $0.contains("SEARCH b USING") && $0.contains("outbox_order (order_key=?") }, "\(oldest)")
    let all = try plan(FirstOfTheirKeys.ofAllSQL)
    for plan in [oldest, all] {
      #expect(!plan.contains { $0.hasPrefix("SCAN outbox") || $0.hasPrefix("SCAN b") || $0.hasPrefix("SCAN o") })
    }
    #expect(all.count { $0.contains("outbox_order (order_key") } == 3, "\(all)")
    // The ERP has nothing to do, whatever waits for others; a receiver's own rows come in their order.
    #expect(
      try store.reader.nextOutboxRows(at: Self.at, longestWaitMicroseconds: 1, limit: 10).isEmpty)
    #expect(
      try store.reader.nextOutboxRows(at: Self.at, longestWaitMicroseconds: 1, limit: 3, subscription: "dead")
        .map(\.id) == [1, 2, 3])
    try queue.close()
  }
}
