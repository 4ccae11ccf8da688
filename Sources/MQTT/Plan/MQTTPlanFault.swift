import Devices
import Shopfloor

/// Why a plan cannot be run; found before anything is started.
public enum MQTTPlanFault: Error, Hashable, Sendable, CustomStringConvertible {
  case clientIDTwice(host: String, port: Int, clientID: String)
  case clientIDLength(host: String, bytes: Int)
  case portOutsideRange(host: String, port: Int)
  case keepAliveOutsideRange(host: String, seconds: Int)
  case certificateWithoutKey(host: String)
  case tooManyParameters(device: String, count: Int)
  case libraryNotStarted(code: Int32)
  case threadNotStarted(code: Int32)

  public var code: String {
    switch self {
    case .clientIDTwice: "mqtt.client_id_twice"
    case .clientIDLength: "mqtt.client_id_length"
    case .portOutsideRange: "mqtt.port"
    case .keepAliveOutsideRange: "mqtt.keep_alive"
    case .certificateWithoutKey: "mqtt.certificate_without_key"
    case .tooManyParameters: "mqtt.too_many_parameters"
    case .libraryNotStarted: "mqtt.library"
    case .threadNotStarted: "mqtt.thread"
    }
  }

  public var description: String {
    switch self {
    case .clientIDTwice(let host, let port, let clientID):
      "two connections to \(host):\(port) use the client id \"\(clientID)\" and would throw each other out; "
        + "give each a name of its own"
    case .clientIDLength(let host, let bytes):
      "the client id for \(host) has \(bytes) bytes; write 1 to 128 bytes that stay the same for ever"
    case .portOutsideRange(let host, let port): "the port \(port) of \(host) is none; write 1 to 65535 (usual: 1883)"
    case .keepAliveOutsideRange(let host, let seconds):
      "a sign of life every \(seconds) s is not possible for \(host); write 5 to 65535 (usual: 60)"
    case .certificateWithoutKey(let host):
      "of client certificate and key for \(host) one is missing; name both files or neither"
    case .tooManyParameters(let device, let count):
      "\(device) feeds \(count) parameters; at most \(maximumReadingsPerBatch) are allowed for one device"
    case .libraryNotStarted(let code):
      "libmosquitto did not start (code \(code)); check that the package libmosquitto1 is installed whole"
    case .threadNotStarted(let code):
      "the system gave no thread or descriptor for the broker connection (errno \(code)); raise the limits of the service"
    }
  }

  /// Finds what would keep brokers from being read; nothing is connected to.
  public static func check(_ brokers: [MQTTBrokerPlan]) throws(MQTTPlanFault) {
    var seen: Set<String> = []
    for plan in brokers {
      let broker = plan.connection
      guard (1...65_535).contains(broker.port) else {
        throw .portOutsideRange(host: broker.host, port: broker.port)
      }
      guard MQTTConnection.keepAliveRange.contains(broker.keepAliveSeconds) else {
        throw .keepAliveOutsideRange(host: broker.host, seconds: broker.keepAliveSeconds)
      }
      if let security = broker.security, (security.certificateFile == nil) != (security.keyFile == nil) {
        throw .certificateWithoutKey(host: broker.host)
      }
      let bytes = broker.clientID.utf8.count
      guard (1...128).contains(bytes) else { throw .clientIDLength(host: broker.host, bytes: bytes) }
      guard seen.insert("\(broker.host):\(broker.port) \(broker.clientID)").inserted else {
        throw .clientIDTwice(host: broker.host, port: broker.port, clientID: broker.clientID)
      }
      for device in plan.devices {
        let count = device.parameters.values.reduce(0) { $0 + $1.count }
        guard count <= maximumReadingsPerBatch else {
          throw .tooManyParameters(device: device.device.text, count: count)
        }
      }
    }
  }
}
