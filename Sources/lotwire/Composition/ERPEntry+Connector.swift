import BatchRecord
import Devices
import ERP

extension ERPEntry {
  /// The connector that the configuration asks for.
  ///
  /// - Parameters:
  ///   - journal: where it writes down what happens between two deliveries, such as a refused password.
  ///   - recordKey: what the records of the line are sealed with, for connectors that read records back from the ERP.
  ///   - checkpoint: the latest signed checkpoint of the ledger, for connectors that keep one in the ERP.
  func connector(
    journal: any DeliveryJournal, clock: any WallClock, recordKey: VerifyingKey,
    checkpoint: @escaping @Sendable () async throws -> [UInt8]?
  ) -> any ERPConnector {
    switch way {
    case .http(let settings): return HTTPConnector(settings)
    case .files(let settings): return FileDropConnector(settings)
    case .tryton(let settings):
      return TrytonConnector(
        settings, journal: journal, clock: clock, recordKey: recordKey, checkpoint: checkpoint)
    }
  }
}
