import BatchRecord
import Devices
import ERP
import Ledger
import Logging
import Recorder
import Shopfloor

extension Daemon {
  /// - Parameter wasRefused: whether an alarm about our password stands from before this start.
  func erpService(_ entry: ERPEntry, wasRefused: Bool) throws -> ERPService {
    let journal = ERPJournal(recorder: recorder, connector: entry.connectorName, clock: clock)
    let ledger = erpLedger
    let connectorLedger = TrytonLedger(
      checkpoint: CheckpointSource(ledger: ledger).latest,
      lastSetAside: { row in
        guard let key = row.orderKey else { return nil }
        return try await ledger.read {
          try $0.lastSetAsidePayload(before: row.id, kind: row.kind, orderKey: key)
        }
      })
    let key = try SigningKey.loadOrCreate(at: plant.keyPath).verifyingKey
    var settings = entry.serviceSettings
    settings.identity = entry.identity
    settings.knownPeople = Set(plant.people.map(\.id))
    return ERPService(
      connector: entry.connector(
        journal: journal, clock: clock, recordKey: key, ledger: connectorLedger, wasRefused: wasRefused),
      ports: erpPorts(for: entry.connectorName),
      clock: clock, policy: RetryPolicy(firstMicroseconds: min(5_000_000, entry.pollMicroseconds)),
      settings: settings)
  }

  /// Outbox rows that are read together, without their payloads.
  static let maximumRowsAtOnce = 256
  /// Of so many of the newest rows it is looked up which order keys go first.
  static let maximumLiveRows = 256

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
      liveRows: { since in
        try await ledger.read { try $0.liveOutboxRows(since: since, limit: Self.maximumLiveRows) }
      },
      rowAfter: { key, id in try await ledger.read { try $0.firstOutboxRow(of: key, after: id) } },
      load: { ids, bytes in try await ledger.read { try $0.waitingOutboxRows(ids, maximumBytes: bytes) } },
      isOlderRowOpen: { id in try await ledger.read { try $0.isOlderOutboxRowOpen(than: id) } },
      backlog: { try await ledger.read { try $0.outboxBacklog() } },
      report: { reports in try await recorder.keep(reports, at: clock.now().utc) },
      applyWork: { change in
        let answer = await recorder.takeWork(change, settings: [], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadCursor: { try await ledger.read { try $0.setting("erp.cursor") } },
      saveCursor: { cursor in
        let answer = await recorder.takeWork(WorkChange(), settings: [("erp.cursor", cursor)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      comparison: comparisonPorts(ledger),
      journal: ERPJournal(recorder: recorder, connector: connector, clock: clock),
      note: { logger.info("erp", metadata: ["note": "\($0)"]) })
  }
  private func comparisonPorts(_ ledger: LedgerAccess) -> ComparisonPorts {
    let recorder = self.recorder
    let clock = self.clock
    return ComparisonPorts(
      rowsAfter: { id, limit, bytes in
        try await ledger.read { try $0.deliveredOutboxRows(after: id, limit: limit, maximumBytes: bytes) }
      },
      rows: { ids, bytes in try await ledger.read { try $0.deliveredOutboxRows(ids, maximumBytes: bytes) } },
      countAfter: { id in try await ledger.read { try $0.deliveredOutboxRowCount(after: id) } },
      lastRow: { time in try await ledger.read { try $0.lastOutboxRow(before: time) } },
      report: { comparison in
        let answer = await recorder.perform(.reportComparison(comparison), actor: "recorder", at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadPlace: { try await ledger.read { try $0.setting("erp.comparison") } },
      savePlace: { place in
        let answer = await recorder.keep([("erp.comparison", place)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      loadScope: { try await ledger.read { try $0.setting("erp.identity") } },
      saveScope: { scope in
        let answer = await recorder.keep([("erp.identity", scope)], at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      lastDelivered: { try await ledger.read { try $0.lastDeliveredOutboxRow() } })
  }
}

extension Recorder {
  /// Returns when all reports are durable. They are handed over together, so that they share their commits.
  fileprivate func keep(_ reports: [DeliveryReport], at time: Timestamp) async throws {
    try await withThrowingTaskGroup(of: CommandAnswer.self) { group in
      for report in reports {
        // Begun at once, so that the recorder has them in the order of the rows.
        group.addImmediateTask { await self.perform(.reportDelivery(report), actor: "recorder", at: time) }
      }
      for try await answer in group { if case .refused(let refusal) = answer { throw refusal } }
    }
  }
}
