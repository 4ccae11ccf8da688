import Devices
import Foundation
import Ledger
import Notifications
import Shopfloor
import Synchronization
import Testing

@Suite("Queues of subscriptions")
struct NotificationServiceTests {
  static let quick = RetryPolicy(firstMicroseconds: 20_000, capMicroseconds: 50_000, personMicroseconds: 50_000)

  /// Answers as a script says.
  final class Scripted: NotificationConnector {
    let name = "scripted"
    private let sent = Mutex<[String]>([])
    private let closings = Mutex(0)
    private let answer: @Sendable (OutgoingNotification) async throws(NotificationFailure) -> String

    init(_ answer: @escaping @Sendable (OutgoingNotification) async throws(NotificationFailure) -> String) {
      self.answer = answer
    }

    var ids: [String] { sent.withLock { $0 } }
    var timesClosed: Int { closings.withLock { $0 } }

    func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String {
      sent.withLock { $0.append(message.id) }
      return try await answer(message)
    }

    func close() async { closings.withLock { $0 += 1 } }
  }

  private static func failing(_ code: NotificationFailure.Code) -> Scripted {
    Scripted { _ throws(NotificationFailure) in
      throw NotificationFailure(code, problem: "it is \(code.rawValue)", remedy: "wait")
    }
  }

  @Test("a receiver that hangs and one that is dead hold up nobody else")
  func sideBySide() async throws {
    let line = try NotifiedLine("side-by-side")
    for name in ["hangs", "dead", "fine"] { try await line.owe(name, alarms: 1...40) }
    let hangs = Scripted { _ throws(NotificationFailure) in
      // Ends early only with the test.
      _ = try? await Task.sleep(for: .seconds(600))
      throw NotificationFailure(.outcomeUnknown, problem: "cut off", remedy: "wait")
    }
    let fine = Scripted { _ throws(NotificationFailure) in "ok" }
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([
      NotificationSubscription(name: "hangs", connector: hangs),
      NotificationSubscription(name: "dead", connector: Self.failing(.unreachable)),
      NotificationSubscription(name: "fine", connector: fine),
    ])
    try await whileRunning({ await service.run() }) {
      try await eventually("the fine one has all") { try await line.waiting("fine") == 0 }
      try await line.owe("fine", alarms: 41...41)
      service.poke()
      try await eventually("and what comes later") { try await line.waiting("fine") == 0 }
    }
    #expect(try await line.waiting("hangs") == 40)
    #expect(try await line.waiting("dead") == 40)
    #expect(hangs.ids.count == 1)
    #expect(hangs.timesClosed == 1 && fine.timesClosed == 1)
    #expect(fine.ids.count == 41 && Set(fine.ids).count == 41)
    await line.close()
  }

  @Test("what is refused for ever ends with an event and holds back nothing")
  func refused() async throws {
    let line = try NotifiedLine("refused")
    let ids = try await line.owe("acme", alarms: 1...6)
    let choosy = Scripted { message throws(NotificationFailure) in
      guard message.id != ids[2] else {
        throw NotificationFailure(.refused, problem: "it will not have it", remedy: "ask")
      }
      return "ok"
    }
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([NotificationSubscription(name: "acme", connector: choosy)])
    try await whileRunning({ await service.run() }) {
      try await eventually("done") { try await line.waiting("acme") == 0 }
      try await eventually("shown") { service.status()[0].refusedRows == 1 }
    }
    #expect(choosy.ids == ids)
    #expect(try await line.refused("acme") == 1)
    #expect(try await line.events(of: .deliveryBlocked) == 1)
    #expect(try await line.events(of: .delivered) == 5)
    await line.close()
  }

  @Test("what nobody took for too long is given up, counted and an event")
  func tooOld() async throws {
    let start = SystemClock().now().utc.advanced(byMicroseconds: -8 * 86_400_000_000)
    let line = try NotifiedLine("too-old", start: start)
    try await line.owe("acme", alarms: 1...2)
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([NotificationSubscription(name: "acme", connector: Self.failing(.unavailable))])
    try await whileRunning({ await service.run() }) {
      try await eventually("given up") { try await line.refused("acme") == 2 }
    }
    let report = try #require(await line.reports.last)
    guard case .blocked(let reason) = report.outcome else {
      Issue.record("\(report)")
      return
    }
    #expect(reason.hasPrefix("given up after 192 hours and 1 attempts; last: it is notification.unavailable"))
    await line.close()
  }

  @Test("young messages are not given up; messages of a subscription that is gone wait and show")
  func gone() async throws {
    let line = try NotifiedLine("gone")
    try await line.owe("left", alarms: 1...2)
    #expect(try await line.subscriptions() == ["left"])
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([NotificationSubscription(name: "left", connector: AbsentConnector())])
    try await whileRunning({ await service.run() }) {
      try await eventually("tried") { await line.reports.count >= 3 }
      #expect(service.status()[0].lastError?.contains("no longer has this subscription") == true)
      #expect(service.status()[0].waitingRows == 2)
    }
    #expect(try await line.refused("left") == 0)
    await line.close()
  }

  @Test("another configuration takes over while messages wait")
  func configured() async throws {
    let line = try NotifiedLine("configured")
    try await line.owe("acme", alarms: 1...3)
    let dead = Self.failing(.unreachable)
    let fine = Scripted { _ throws(NotificationFailure) in "ok" }
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([NotificationSubscription(name: "acme", connector: dead)])
    try await whileRunning({ await service.run() }) {
      try await eventually("tried") { !dead.ids.isEmpty }
      service.configure([NotificationSubscription(name: "acme", connector: fine)])
      try await eventually("delivered") { try await line.waiting("acme") == 0 }
    }
    #expect(dead.timesClosed == 1 && Set(fine.ids).count == 3)
    await line.close()
  }

  @Test("messages about one alarm arrive in their order, whatever fails between")
  func order() async throws {
    let line = try NotifiedLine("order")
    var ids: [String] = []
    for _ in 1...5 { ids += try await line.owe("acme", alarms: 1...1) }
    let count = Mutex(0)
    let shaky = Scripted { _ throws(NotificationFailure) in
      let number = count.withLock { count in
        count += 1
        return count
      }
      guard number % 3 == 0 else { throw NotificationFailure(.unavailable, problem: "busy", remedy: "wait") }
      return "ok"
    }
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([NotificationSubscription(name: "acme", connector: shaky)])
    try await whileRunning({ await service.run() }) {
      try await eventually("done") { try await line.waiting("acme") == 0 }
    }
    let delivered = await line.reports.compactMap { report in
      if case .delivered = report.outcome { report.idempotencyKey } else { nil }
    }
    #expect(delivered == ids)
    await line.close()
  }

  @Test("a ledger that fails does not have a receiver told again and again")
  func failingLedger() async throws {
    let line = try NotifiedLine("failing-ledger")
    try await line.owe("acme", alarms: 1...2)
    await line.lose(reports: 1_000)
    let fine = Scripted { _ throws(NotificationFailure) in "ok" }
    let patient = RetryPolicy(firstMicroseconds: 3_600_000_000, capMicroseconds: 3_600_000_000)
    let service = NotificationService(ports: line.ports(), policy: patient)
    service.configure([NotificationSubscription(name: "acme", connector: fine)])
    try await whileRunning({ await service.run() }) {
      try await eventually("said") { await line.notes.contains { $0.contains("delivery waits") } }
      for _ in 1...5 {
        service.poke()
        try await Task.sleep(for: .milliseconds(30))
      }
    }
    #expect(fine.ids.count == 1)
    #expect(try await line.waiting("acme") == 2)
    await line.close()
  }
}
