import BatchRecord
import Devices
import ERP

extension ERPEntry {
  /// The connector that the configuration asks for.
  ///
  /// - Parameters:
  ///   - journal: where it writes down what happens between two deliveries, such as a refused password.
  ///   - recordKey: what the records of the line are sealed with, for connectors that read records back from the ERP.
  ///   - ledger: what connectors ask of the ledger while they deliver.
  ///   - wasRefused: whether the ERP refused our password before this start, for connectors whose ERP locks accounts.
  func connector(
    journal: any DeliveryJournal, clock: any WallClock, recordKey: VerifyingKey,
    ledger: TrytonLedger, wasRefused: Bool
  ) -> any ERPConnector {
    switch way {
    case .http(let settings): return HTTPConnector(settings)
    case .files(let settings): return FileDropConnector(settings)
    case .tryton(let settings):
      return TrytonConnector(
        settings, journal: journal, clock: clock, recordKey: recordKey, ledger: ledger, wasRefused: wasRefused)
    }
  }
}
