public import BatchRecord
public import Ledger
public import Shopfloor

/// Talks to a Tryton 8.0 over its JSON-RPC (README.md beside this file).
public struct TrytonConnector: ERPConnector {
  public let name = "tryton"
  /// Its link does, before the next call.
  public let writesDownAccess = true

  private let calls: any TrytonCalls
  private let options: TrytonDeliveryOptions
  private let proofFiles: [String]
  private let fetch: @Sendable (String?) async throws(ERPFailure) -> WorkUpdate
  private let finish: @Sendable () async -> Void
  private let ledger: TrytonLedger

  /// - Parameters:
  ///   - fetch: what changed in the ERP since a cursor.
  ///   - recordKey: what records of the line are sealed with: records that are read back from the ERP must have its seal;
  ///     nil: only their digests are verified.
  public init(
    calls: any TrytonCalls, settings: TrytonSettings, recordKey: VerifyingKey? = nil,
    ledger: TrytonLedger = TrytonLedger(),
    fetch: @escaping @Sendable (String?) async throws(ERPFailure) -> WorkUpdate,
    finish: @escaping @Sendable () async -> Void = {}
  ) {
    self.calls = calls
    proofFiles = [settings.passwordFile] + (settings.tls?.files ?? [])
    options = TrytonDeliveryOptions(
      operations: settings.operations, quarantineLocation: settings.quarantineLocation,
      acceptedWarnings: settings.acceptedWarnings, recordKey: recordKey)
    self.ledger = ledger
    self.fetch = fetch
    self.finish = finish
  }

  public func proofDigest() async -> String? { ProofFiles.digest(of: proofFiles) }

  public func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate { try await fetch(cursor) }

  public func deliver(
    _ row: OutboxRow, _ journal: any DeliveryJournal
  ) async throws(ERPFailure) -> DeliveryVerdict {
    try await dispatcher(journal, row).deliver(row).get()
  }

  /// Rows of several keys go together where that keeps the order of each key: their keys are looked up in one question,
  /// and what is missing is created in one act.
  public func deliver(
    _ rows: [OutboxRow], _ journal: any DeliveryJournal
  ) async -> [Result<DeliveryVerdict, ERPFailure>] {
    var answers: [Result<DeliveryVerdict, ERPFailure>] = []
    for answer in await DeliveryRounds(rows: rows).run(
      together: { rows in await dispatcher(journal, nil).deliver(rows) },
      alone: { row in await dispatcher(journal, row).deliver(row) })
    {
      guard let answer else { break }
      answers.append(answer)
      guard case .success(.delivered) = answer else { break }
    }
    return answers
  }

  public func compare(_ rows: [OutboxRow]) async throws(ERPFailure) -> [DeliveryDrift] {
    try await TrytonComparison(desk: desk(NoJournal(), nil, mayGoAlone: false)).compare(rows)
  }

  public func close() async { await finish() }

  private func dispatcher(_ journal: any DeliveryJournal, _ row: OutboxRow?) -> DeliveryDispatcher {
    DeliveryDispatcher(desk: desk(journal, row), ledger: ledger)
  }

  private func desk(_ journal: any DeliveryJournal, _ row: OutboxRow?, mayGoAlone: Bool = true) -> TrytonDesk {
    TrytonDesk(calls: calls, options: options, journal: journal, row: row, mayGoAlone: mayGoAlone)
  }
}

/// For what only reads.
private struct NoJournal: DeliveryJournal {
  func note(_ kind: ERPNote.Kind, name: String?, text: String, row: OutboxRow?) async throws(ERPFailure) {}
}
