import Devices
import ERP
import Ledger
import Logging
import Recorder
import Shopfloor

extension Daemon {
  func erpService(_ entry: ERPEntry) -> ERPService {
    let connector = entry.connector
    return ERPService(
      connector: connector, ports: erpPorts(for: connector.name), clock: clock,
      policy: RetryPolicy(firstMicroseconds: min(5_000_000, entry.pollMicroseconds)),
      pollMicroseconds: entry.pollMicroseconds)
  }

  /// Outbox rows that are read together, without their payloads.
  static let maximumRowsAtOnce = 256

  private func erpPorts(for connector: String) -> ERPServicePorts {
    let recorder = self.recorder
    let clock = self.clock
    let logger = self.logger
    let ledger = erpLedger
    return ERPServicePorts(
      nextRows: { now, longestWait in
        try await ledger.read {
          try $0.nextOutboxRows(at: now, longestWaitMicroseconds: longestWait, limit: Self.maximumRowsAtOnce)
        }
      },
      firstRow: { key in try await ledger.read { try $0.firstOutboxRow(of: key) } },
      backlog: { try await ledger.read { try $0.outboxBacklog() } },
      payload: { row in try await ledger.read { try $0.outboxPayload(of: row.id) } },
      report: { report in
        let answer = await recorder.perform(.reportDelivery(report), actor: "recorder", at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      applyWork: { change in
        let answer = await recorder.takeWork(change, settings: [], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadCursor: { try await ledger.read { try $0.setting("erp.cursor") } },
      saveCursor: { cursor in
        let answer = await recorder.takeWork(WorkChange(), settings: [("erp.cursor", cursor)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      journal: ERPJournal(recorder: recorder, connector: connector, clock: clock),
      note: { logger.info("erp", metadata: ["note": "\($0)"]) })
  }
}
