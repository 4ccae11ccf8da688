import ArgumentParser
import Devices
import Foundation
import MQTT
import Shopfloor

/// Which broker a command talks to: one of the configuration, or one that is written out.
struct BrokerOptions: ParsableArguments {
  @Option(help: "The plant's configuration; without --host, lotwire.yaml.")
  var config: String?

  @Option(help: "The broker as the configuration names it; needed where there are several.")
  var broker: String?

  @Option(help: "Name or address of a broker, in place of one of the configuration.")
  var host: String?

  @Option(help: "Its port; usual are 1883, and 8883 with TLS.")
  var port: Int?

  @Option(help: "User name.")
  var user: String?

  @Option(help: "A file whose first line is the password.")
  var passwordFile: String?

  @Option(help: "Certificates of the authorities that are believed (PEM); turns TLS on.")
  var ca: String?

  @Option(help: "Our own certificate (PEM); turns TLS on.")
  var certificate: String?

  @Option(help: "The key of our certificate (PEM).")
  var key: String?

  @Flag(help: "TLS with the authorities of the system.")
  var tls = false

  @Option(help: "Version of MQTT: 3.1.1 or 5.")
  var mqtt: String?

  struct Chosen {
    /// The name in the configuration; "main" where there is none.
    var name: String
    var connection: MQTTConnection
    /// What the configuration reads from this broker.
    var devices: [MQTTDeviceEntry]
    /// Names that a proposed device may not have.
    var takenNames: [String]
    var isConfigured: Bool
  }

  private static let usualFile = "lotwire.yaml"

  /// - Throws: what is wrong, for the person who asked.
  func chosen() throws -> Chosen {
    guard let host else { return try configured() }
    guard broker == nil else {
      throw CommandFailure("--broker and --host both name a broker. Write one of them.", EX_USAGE)
    }
    guard !host.isEmpty, (port.map { (1...65_535).contains($0) } ?? true) else {
      throw CommandFailure("--host must not be empty and --port must be 1 to 65535.", EX_USAGE)
    }
    guard (certificate == nil) == (key == nil) else {
      throw CommandFailure("--certificate and --key go together.", EX_USAGE)
    }
    guard passwordFile == nil || user != nil else {
      throw CommandFailure("--password-file needs --user.", EX_USAGE)
    }
    let isSecure = tls || ca != nil || certificate != nil
    let connection = MQTTConnection(
      host: host, port: port ?? (isSecure ? MQTTConnection.usualSecurePort : MQTTConnection.usualPort),
      version: try version ?? .version311, clientID: "lotwire-line-1", username: user, passwordFile: passwordFile,
      security: isSecure
        ? MQTTConnection.Security(authorityFile: ca, certificateFile: certificate, keyFile: key) : nil)
    // Named by hand, the configuration says what its devices would make of the same topics.
    let plant = try config.map { try ConfigurationReader.read(URL(fileURLWithPath: $0).standardizedFileURL) }
    return Chosen(
      name: "main", connection: connection, devices: plant?.mqttDevices ?? [],
      takenNames: plant.map(Self.names) ?? [], isConfigured: false)
  }

  private func configured() throws -> Chosen {
    let written = [
      ("--port", port != nil), ("--user", user != nil), ("--password-file", passwordFile != nil), ("--ca", ca != nil),
      ("--certificate", certificate != nil), ("--key", key != nil), ("--tls", tls),
    ]
    if let lonely = written.first(where: \.1) {
      throw CommandFailure("\(lonely.0) needs --host; a broker of the configuration has its own.", EX_USAGE)
    }
    let file = config ?? Self.usualFile
    if config == nil, !FileManager.default.fileExists(atPath: file) {
      throw CommandFailure(
        "There is no \(file) here. Name the broker with --host, or the configuration with --config.", EX_NOINPUT)
    }
    let plant = try ConfigurationReader.read(URL(fileURLWithPath: file).standardizedFileURL)
    let names = plant.mqttBrokers.map(\.name)
    guard !names.isEmpty else {
      throw CommandFailure("\(file) has no brokers. Name one with --host.", EX_CONFIG)
    }
    if broker == nil, names.count > 1 {
      throw CommandFailure("\(file) has several brokers. Write --broker \(names.joined(separator: " or "))", EX_USAGE)
    }
    guard let entry = plant.mqttBrokers.first(where: { broker == nil || $0.name == broker }) else {
      throw CommandFailure(
        "There is no broker \"\(displayable(broker ?? ""))\". Known are: \(names.joined(separator: ", "))", EX_USAGE)
    }
    var connection = entry.connection
    if let version = try version { connection.version = version }
    return Chosen(
      name: entry.name, connection: connection, devices: plant.mqttDevices.filter { $0.broker == entry.name },
      takenNames: Self.names(plant), isConfigured: true)
  }

  private var version: MQTTConnection.Version? {
    get throws {
      guard let mqtt else { return nil }
      guard let version = MQTTConnection.Version(rawValue: mqtt) else {
        throw CommandFailure("--mqtt must be 3.1.1 or 5, not \"\(displayable(mqtt))\".", EX_USAGE)
      }
      return version
    }
  }

  private static func names(_ plant: PlantConfiguration) -> [String] {
    plant.modbusDevices.map(\.name.text) + plant.mqttDevices.map(\.name.text)
      + plant.sparkplugDevices.map(\.name.text) + plant.scanners.map(\.name.text)
  }
}
