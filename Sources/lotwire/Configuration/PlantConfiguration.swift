import Console
import Devices
import Foundation
import Labels
import MQTT
import Modbus
import Scanners
import Shopfloor

/// A plant as `lotwire.yaml` describes it, checked. Paths are absolute.
struct PlantConfiguration {
  var site: String
  var line: String
  /// Folder of the ledger, the signing key and the control socket.
  var dataFolder: URL
  var stations: [StationPlan]
  var people: [Person]
  var modbusDevices: [ModbusDeviceEntry] = []
  var mqttBrokers: [MQTTBrokerEntry] = []
  var mqttDevices: [MQTTDeviceEntry] = []
  var sparkplugDevices: [SparkplugDeviceEntry] = []
  var sparkplugEdge: SparkplugEdgeEntry?
  var scanners: [ScannerEntry] = []
  var siteRules: [SiteRule] = []
  var materialRules: MaterialRules?
  var quantityRules: QuantityRules?
  /// How alarms are handled; nil: free causes, no ladder.
  var alarmPolicy: AlarmPolicy?
  var erp: ERPEntry?
  var notifications: [NotificationEntry] = []
  var keeping = KeepingConfiguration()
  /// Where screens at the stations may read feedback over TCP; nil: nowhere.
  var screens: ScreenAddress?
  /// How long after the end of its last run a lot's record is sealed, in microseconds.
  var sealAfterMicroseconds: Int64 = 2_000_000

  var ledgerPath: String { dataFolder.appendingPathComponent("lotwire.sqlite").path }
  var keyPath: String { dataFolder.appendingPathComponent("record-key").path }
  var socketPath: String { dataFolder.appendingPathComponent("lotwire.socket").path }
}

struct ModbusDeviceEntry {
  var name: DeviceName
  var profile: DeviceProfile
  var profileDigest: String
  var endpoint: ModbusDevicePlan.Endpoint
  var unit: UInt8
  /// What this installation wants otherwise than the profile.
  var policy: EndpointPolicy
  /// The write points that are switched on.
  var writes: [String]
}

struct MQTTBrokerEntry: Hashable {
  var name: String
  var connection: MQTTConnection
  var thinning = ThinningRule.standard
  /// Under this name we are a Sparkplug host at the broker; nil: we are none.
  var sparkplugHost: String?

  /// A connection beside the recording session, with a client id of its own.
  func connection(for purpose: String) -> MQTTConnection {
    var other = connection
    other.clientID += "-\(purpose)"
    return other
  }
}

struct MQTTDeviceEntry {
  var name: DeviceName
  var broker: String
  var mappings: [MessageMapping]
  var availability: [AvailabilityTopic] = []
  /// The profile it was read from, with the digest of its text; nil: written out in the configuration.
  var profile: (name: String, digest: String)?

  var points: [MessagePoint] { mappings.flatMap(\.points) }
}

struct SparkplugDeviceEntry: Hashable {
  var name: DeviceName
  var broker: String
  var group: String
  var edgeNode: String
  /// Nil: the metrics of the edge node itself.
  var sparkplugDevice: String?
  var points: [SparkplugPoint]
}

/// What Lotwire publishes as a Sparkplug edge node.
struct SparkplugEdgeEntry: Hashable {
  /// A write that a Sparkplug command may order.
  struct Write: Hashable {
    var device: DeviceName
    var point: String
  }

  var broker: String
  var group: String
  var edgeNode: String
  var primaryHost: String?
  var maximumKeptValues: Int
  /// How often changed parameters are published, in microseconds.
  var everyMicroseconds: Int64
  /// The person whose rights commands have, and what they may write; nil: all commands are refused.
  var person: PersonID?
  var writes: [Write] = []
}

struct ScannerEntry {
  enum Connection: Hashable {
    case serial(path: String, baud: Int, answers: Bool)
    case usb(vendor: UInt16, product: UInt16, serialNumber: String?, portPath: String?)
  }

  var name: DeviceName
  var station: StationName
  var connection: Connection
  /// How the scanner writes.
  var text = ScannerTextForm()
  var mode = USBScannerPlan.Mode.auto
  /// Where the scanner may not be claimed, it is read through the kernel's input device.
  var fallsBackToEvdev = false
  /// After a stop it stays without its kernel driver until it is plugged in again.
  var staysDetached = false
}
