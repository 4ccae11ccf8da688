import Devices
import ERP
import Foundation
import Ledger
import Recorder
import Shopfloor

/// The exchange as the daemon wires it: recorder, ledger, service, connector.
final class ExchangeContestant {
  let recorder: Recorder
  let reader: ExchangeReader
  let service: ERPService

  init(ledger path: String, connector: any ERPConnector, settings: ERPServiceSettings) throws {
    let recorder = try Recorder(
      Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench"), clock: SystemClock()
    ) { _ in }
    let reader = try ExchangeReader(path)
    self.recorder = recorder
    self.reader = reader
    service = ERPService(
      connector: connector, ports: Self.ports(recorder, reader, connector.name), settings: settings)
  }

  /// Works until nothing waits.
  ///
  /// - Returns: how many rows were delivered and how many a person would have to look at.
  func drain() async throws -> (delivered: Int, open: Int) {
    let service = self.service
    let task = Task { try await service.run() }
    while true {
      try await Task.sleep(for: .milliseconds(20))
      let backlog = try await reader.read { try $0.outboxBacklog() }
      if backlog.waitingRows == 0 || service.status().deliveryError != nil { break }
    }
    let backlog = try await reader.read { try $0.outboxBacklog() }
    if let error = service.status().deliveryError { Progress.note("erp: \(error)") }
    task.cancel()
    try await task.value
    return (service.status().deliveredRows, backlog.waitingRows + backlog.blockedRows + backlog.refusedRows)
  }

  /// Works for a time.
  func work(seconds: Double) async throws {
    let service = self.service
    let task = Task { try await service.run() }
    try await Task.sleep(for: .seconds(seconds))
    task.cancel()
    try await task.value
  }

  func stop() { recorder.stop() }

  private static func ports(_ recorder: Recorder, _ reader: ExchangeReader, _ connector: String) -> ERPServicePorts {
    @Sendable func done(_ answer: CommandAnswer) throws { if case .refused(let refusal) = answer { throw refusal } }
    return ERPServicePorts(
      nextRows: { now, longest in
        try await reader.read { try $0.nextOutboxRows(at: now, longestWaitMicroseconds: longest, limit: 256) }
      },
      liveRows: { since in try await reader.read { try $0.liveOutboxRows(since: since, limit: 256) } },
      rowAfter: { key, id in try await reader.read { try $0.firstOutboxRow(of: key, after: id) } },
      load: { ids, bytes in try await reader.read { try $0.waitingOutboxRows(ids, maximumBytes: bytes) } },
      isOlderRowOpen: { id in try await reader.read { try $0.isOlderOutboxRowOpen(than: id) } },
      backlog: { try await reader.read { try $0.outboxBacklog() } },
      report: { reports in
        try await withThrowingTaskGroup(of: CommandAnswer.self) { group in
          for report in reports {
            group.addImmediateTask {
              await recorder.perform(.reportDelivery(report), actor: "recorder", at: SystemClock().now().utc)
            }
          }
          for try await answer in group { try done(answer) }
        }
      },
      applyWork: { change in try done(await recorder.takeWork(change, settings: [], at: SystemClock().now().utc)) },
      loadCursor: { try await reader.read { try $0.setting("erp.cursor") } },
      saveCursor: { cursor in
        try done(
          await recorder.takeWork(WorkChange(), settings: [("erp.cursor", cursor)], at: SystemClock().now().utc))
      },
      journal: QuietJournal())
  }
}

/// One reading connection on a thread of its own, as the daemon has one for the exchange.
final class ExchangeReader: Sendable {
  private let reader: LedgerReader
  private let thread = OwnThread(label: "bench.erp")

  init(_ path: String) throws { reader = try LedgerReader(path: path) }

  func read<Value: Sendable>(_ work: @escaping @Sendable (LedgerReader) throws -> Value) async throws -> Value {
    let reader = self.reader
    guard let result = await thread.run({ try work(reader) }) else { throw CancellationError() }
    return try result.get()
  }
}

struct QuietJournal: DeliveryJournal {
  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {}
}
