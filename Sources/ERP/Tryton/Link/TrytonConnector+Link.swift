public import BatchRecord
public import Devices

extension TrytonConnector {
  /// The connector with a link and work of its own.
  ///
  /// - Parameters:
  ///   - journal: where refused and accepted passwords and certificates are written down.
  ///   - recordKey: what records of the line are sealed with; nil: only digests of records that are read back are verified.
  ///   - checkpoint: the latest signed checkpoint of the ledger; nil: there is none yet.
  public init(
    _ settings: TrytonSettings, journal: any DeliveryJournal, clock: any WallClock = SystemClock(),
    recordKey: VerifyingKey? = nil,
    checkpoint: @escaping @Sendable () async throws -> [UInt8]? = { nil }
  ) {
    let link = TrytonLink(settings, journal: journal, clock: clock)
    let work = TrytonWork(calls: link, settings: settings, clock: clock)
    self.init(
      calls: link, settings: settings, recordKey: recordKey, checkpoint: checkpoint,
      fetch: { cursor throws(ERPFailure) in try await work.fetch(since: cursor) }, finish: { await link.close() })
  }
}
