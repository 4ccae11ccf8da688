import Devices
import Foundation
import Shopfloor

/// What a check may look at.
struct DoctorContext {
  var configurationFile: URL
  /// Nil where the configuration cannot be read.
  var plant: PlantConfiguration?
  /// Whether brokers may be tried out with messages and a session of our own.
  var isProbing: Bool
  /// Where the settings of a mosquitto on this machine are.
  var mosquittoFile: URL
  /// Whether a person named that file: then it is read although no broker is on this machine.
  var isMosquittoFileNamed: Bool
  var clock: any WallClock
}

/// A part of the doctor. A new one is a file with such a type and a line in ``DoctorChecks``.
protocol DoctorCheck: Sendable {
  func findings(_ context: DoctorContext) async -> [Finding]
}

/// The checks in the order in which they are told.
enum DoctorChecks {
  static let all: [any DoctorCheck] = [
    ConfigurationCheck(),
    LedgerFolderCheck(),
    ERPAccessCheck(),
    BrokerAcceptanceCheck(),
    BrokerCertificateCheck(),
    BrokerSystemCheck(),
    BrokerSettingsCheck(),
    BrokerQueueCheck(),
  ]
}
