public import BatchRecord
public import Devices

extension TrytonConnector {
  /// The connector with a link and work of its own.
  ///
  /// - Parameters:
  ///   - journal: where refused and accepted passwords and certificates are written down.
  ///   - recordKey: what records of the line are sealed with; nil: only digests of records that are read back are verified.
  ///   - wasRefused: whether the ERP refused the password before this start, and nothing says since that it accepts it.
  public init(
    _ settings: TrytonSettings, journal: any DeliveryJournal, clock: any WallClock = SystemClock(),
    recordKey: VerifyingKey? = nil, ledger: TrytonLedger = TrytonLedger(), wasRefused: Bool = false
  ) {
    let link = TrytonLink(settings, journal: journal, clock: clock, wasRefused: wasRefused)
    let work = TrytonWork(calls: link, settings: settings, clock: clock)
    self.init(
      calls: link, settings: settings, recordKey: recordKey, ledger: ledger,
      fetch: { cursor throws(ERPFailure) in try await work.fetch(since: cursor) }, finish: { await link.close() })
  }
}
