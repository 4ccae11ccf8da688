import Devices
import ERP
import Foundation
import Ledger
import Recorder
import Shopfloor

extension FaultLine {
  /// Waits are short: what a call left unfinished is waited for by ``PatientConnector``.
  static let quick = RetryPolicy(firstMicroseconds: 20_000, capMicroseconds: 200_000, personMicroseconds: 400_000)

  /// The exchange with a Tryton at this address, as the daemon composes it.
  func exchange(
    address: String, passwordFile: URL, note: @escaping @Sendable (String) -> Void,
    beforeEachCall: @escaping @Sendable () -> Void
  ) -> ERPService {
    let settings = TrytonSettings(
      baseURL: address, database: "factory", user: "lotwire", passwordFile: passwordFile.path,
      requestTimeoutMicroseconds: 3_000_000, logInPauseMicroseconds: 1_000_000,
      customerSuppliedCategory: "Customer-supplied", quarantineLocation: "QUA", acceptedWarnings: ["*"])
    let journal = LineJournal(line: self)
    let link = TrytonLink(settings, journal: journal, clock: clock)
    let work = TrytonWork(calls: link, settings: settings, clock: clock)
    let connector = TrytonConnector(
      calls: link, settings: settings,
      fetch: { cursor throws(ERPFailure) in try await work.fetch(since: cursor) }, finish: { await link.close() })
    return ERPService(
      connector: PatientConnector(connector: connector, beforeEachCall: beforeEachCall), ports: ports(journal, note),
      clock: clock, policy: Self.quick,
      settings: ERPServiceSettings(pollMicroseconds: 1_000_000, compareEveryMicroseconds: nil))
  }

  private func ports(_ journal: LineJournal, _ note: @escaping @Sendable (String) -> Void) -> ERPServicePorts {
    let recorder = self.recorder
    let clock = self.clock
    return ERPServicePorts(
      nextRows: { now, longestWait in
        try await self.read { try $0.nextOutboxRows(at: now, longestWaitMicroseconds: longestWait, limit: 64) }
      },
      liveRows: { since in try await self.read { try $0.liveOutboxRows(since: since, limit: 64) } },
      rowAfter: { key, id in try await self.read { try $0.firstOutboxRow(of: key, after: id) } },
      load: { ids, bytes in try await self.read { try $0.waitingOutboxRows(ids, maximumBytes: bytes) } },
      isOlderRowOpen: { id in try await self.read { try $0.isOlderOutboxRowOpen(than: id) } },
      backlog: { try await self.read { try $0.outboxBacklog() } },
      report: { reports in
        for report in reports {
          let answer = await recorder.perform(.reportDelivery(report), actor: "recorder", at: clock.now().utc)
          if case .refused(let refusal) = answer { throw refusal }
        }
      },
      applyWork: { change in
        let answer = await recorder.takeWork(change, settings: [], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadCursor: { try await self.read { try $0.setting("erp.cursor") } },
      saveCursor: { cursor in
        let answer = await recorder.takeWork(WorkChange(), settings: [("erp.cursor", cursor)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      journal: journal, note: note)
  }

  /// Waits until the ERP is owed nothing. Where a row was refused because of a fault, a person has it tried again, as with
  /// `lotwire outbox retry`.
  ///
  /// - Returns: why a person had to, each time.
  func drain(patienceSeconds: Double = 300) async throws -> [String] {
    let deadline = Date().addingTimeInterval(patienceSeconds)
    var decisions: [String] = []
    while true {
      let backlog = try await read { try $0.outboxBacklog() }
      if backlog.waitingRows == 0, backlog.blockedRows == 0, backlog.refusedRows == 0 { return decisions }
      if backlog.waitingRows == 0 {
        for row in try await read({ try $0.outboxRows(in: [.blocked, .refused], limit: 64) }) {
          decisions.append("\(row.kind) \(row.idempotencyKey): \(row.lastAnswer ?? "no answer")")
          try await ask(
            .decideDelivery(
              DeliveryDecision(
                outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material,
                action: .retry, person: "P-3", reason: "the middle box is mended", at: clock.now().utc)), by: "P-3")
        }
      }
      guard Date() < deadline else {
        let stuck = try await read { try $0.outboxRows(in: [.pending, .blocked, .refused], limit: 3) }
          .map { "row \($0.id) \($0.kind) \($0.state), \($0.attempts) attempts: \($0.lastAnswer ?? "")" }
        throw Refused(
          description: "\(backlog.waitingRows) rows wait, \(backlog.blockedRows) are blocked, \(backlog.refusedRows) "
            + "refused after \(Int(patienceSeconds)) s: \(stuck.joined(separator: "; "))")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

/// Waits before each call until the ERP has finished what earlier calls left behind: in the daemon, the first wait after a
/// failure is longer than the ERP goes on working.
struct PatientConnector: ERPConnector {
  let connector: TrytonConnector
  let beforeEachCall: @Sendable () -> Void

  var name: String { connector.name }

  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate {
    beforeEachCall()
    return try await connector.fetchWork(since: cursor)
  }

  func deliver(_ row: OutboxRow, _ journal: any DeliveryJournal) async throws(ERPFailure) -> DeliveryVerdict {
    beforeEachCall()
    return try await connector.deliver(row, journal)
  }

  func deliver(
    _ rows: [OutboxRow], _ journal: any DeliveryJournal
  ) async -> [Result<DeliveryVerdict, ERPFailure>] {
    beforeEachCall()
    return await connector.deliver(rows, journal)
  }

  func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] { try await connector.compare(rows) }

  func close() async { await connector.close() }
}

struct LineJournal: DeliveryJournal {
  let line: FaultLine

  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {
    let at = line.clock.now().utc
    let note = ERPNote(
      kind, connector: "tryton", name: name, text: text, idempotencyKey: row?.idempotencyKey, lot: row?.lot,
      material: row?.material, at: at)
    guard case .refused(let refusal) = await line.recorder.perform(.noteERP(note), actor: "recorder", at: at) else {
      return
    }
    throw ERPFailure(.local, problem: "the note was not taken: \(refusal.words.english)", remedy: "See the ledger")
  }
}
