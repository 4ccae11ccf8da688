import Crypto
import ERP
import Ledger
import Shopfloor

/// An outbox as the ledger keeps one, without a disk: what the service needs from the rest of the daemon.
actor MemoryOutbox {
  struct Unavailable: Error {}

  private(set) var rows: [OutboxRow]
  private(set) var reports: [DeliveryReport] = []
  private(set) var change = WorkChange()
  private(set) var cursor: String?
  private(set) var notes: [String] = []
  /// So many reports are refused, as if the daemon died before the commit.
  private var reportsToLose: Int
  private var appliesToLose: Int
  /// The calls that change something, in order.
  private(set) var calls: [String] = []

  init(_ rows: [OutboxRow], reportsToLose: Int = 0, appliesToLose: Int = 0) {
    self.rows = rows
    self.reportsToLose = reportsToLose
    self.appliesToLose = appliesToLose
  }

  var undelivered: [OutboxRow] { rows.filter { $0.state != .delivered } }

  /// The obvious reading of the rule, without a bound.
  private var firstOfTheirKeys: [OutboxRow] {
    let open = rows.filter { $0.state == .pending || $0.state == .blocked }
    return open.filter { row in
      row.state == .pending && !open.contains { $0.orderKey != nil && $0.orderKey == row.orderKey && $0.id < row.id }
    }
  }

  private func openRow(of key: String, after id: Int64) -> OutboxRow? {
    rows.first { $0.orderKey == key && $0.id > id && ($0.state == .pending || $0.state == .blocked) }
  }

  private func waiting(_ ids: [Int64]) -> [OutboxRow] {
    ids.compactMap { id in rows.first { $0.id == id && $0.state == .pending } }
  }

  private func isOpenRow(before id: Int64) -> Bool {
    rows.contains { $0.id < id && $0.state == .pending }
  }

  private var backlog: OutboxBacklog {
    let waiting = rows.filter { $0.state == .pending }
    return OutboxBacklog(
      waitingRows: waiting.count, oldestWaitingSince: waiting.map(\.createdAt).min(),
      blockedRows: rows.count { $0.state == .blocked })
  }

  func row(_ id: Int64) -> OutboxRow? { rows.first { $0.id == id } }

  func add(_ row: OutboxRow) { rows.append(row) }

  func apply(_ reports: [DeliveryReport]) throws { for report in reports { try apply(report) } }

  private func apply(_ report: DeliveryReport) throws {
    if reportsToLose > 0 {
      reportsToLose -= 1
      throw Unavailable()
    }
    reports.append(report)
    guard let index = rows.firstIndex(where: { $0.id == report.outboxRow }) else { return }
    rows[index].attempts += 1
    switch report.outcome {
    case .delivered(let receipt):
      rows[index].state = .delivered
      rows[index].lastAnswer = receipt
    case .failed(let reason, let retryAt):
      rows[index].nextAttemptAt = retryAt
      rows[index].lastAnswer = reason
    case .blocked(let reason):
      rows[index].state = .blocked
      rows[index].lastAnswer = reason
    }
  }

  func take(_ change: WorkChange) throws {
    if appliesToLose > 0 {
      appliesToLose -= 1
      throw Unavailable()
    }
    calls.append("apply")
    self.change = change
  }

  func save(_ cursor: String) {
    calls.append("cursor")
    self.cursor = cursor
  }

  func note(_ text: String) { notes.append(text) }

  nonisolated func ports() -> ERPServicePorts {
    ERPServicePorts(
      nextRows: { _, _ in await self.firstOfTheirKeys },
      liveRows: { since in await self.firstOfTheirKeys.filter { $0.createdAt >= since } },
      rowAfter: { await self.openRow(of: $0, after: $1) },
      load: { ids, _ in await self.waiting(ids) },
      isOlderRowOpen: { await self.isOpenRow(before: $0) },
      backlog: { await self.backlog },
      report: { try await self.apply($0) },
      applyWork: { try await self.take($0) },
      loadCursor: { await self.cursor },
      saveCursor: { await self.save($0) }, journal: KeptNotes(),
      note: { text in Task { await self.note(text) } })
  }
}

func outboxRow(_ id: Int64, lot: LotNumber? = nil, content: String? = nil, state: OutboxRow.State = .pending)
  -> OutboxRow
{
  let payload = Array((content ?? "record number \(id)").utf8)
  let digest = SHA256.hash(data: payload).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  return OutboxRow(
    id: id, kind: "batch-record", lot: lot, orderKey: lot.map { "lot:\($0)" },
    idempotencyKey: "lotwire:record:\(lot?.text ?? "none"):\(id):\(digest.prefix(16))",
    payloadSHA256: digest, payload: payload, state: state, attempts: 0, createdAt: Timestamp(microseconds: id),
    nextAttemptAt: Timestamp(microseconds: 0), lastAnswer: nil)
}
