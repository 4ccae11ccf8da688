import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// A real broker, Debian's own publisher, and a source that reads `room/#`.
final class BrokerRoom {
  static let clientID = "lotwire-line-1"

  let folder: TemporaryFolder
  let broker: MosquittoBroker

  init(extraLines: [String] = []) throws {
    folder = try TemporaryFolder("mqtt")
    broker = try MosquittoBroker(folder: folder.url, extraLines: ["log_type all"] + extraLines)
  }

  func plan(
    filter: String = "room/#", version: MQTTConnection.Version = .version311,
    formerSession: MQTTBrokerPlan.FormerSession? = nil, port: Int? = nil, keepAliveSeconds: Int = 60,
    thinning: ThinningRule = .generous
  ) throws -> MQTTBrokerPlan {
    let number = try TestValue("room/plain")
    let counter = try TestValue(filter, path: "value", time: "time", id: "id", parameters: [2])
    return MQTTBrokerPlan(
      name: "main",
      connection: MQTTConnection(
        host: "127.0.0.1", port: port ?? broker.port, version: version, clientID: Self.clientID,
        keepAliveSeconds: keepAliveSeconds),
      formerSession: formerSession, thinning: thinning,
      devices: [
        MQTTDevicePlan(device: "plain", values: [number]), MQTTDevicePlan(device: "counter", values: [counter]),
      ])
  }

  static func source(_ plans: [MQTTBrokerPlan], _ inbox: HeldInbox) -> MQTTSource {
    MQTTSource(
      brokers: plans, inbox: inbox, backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 400_000))
  }

  func source(
    _ inbox: HeldInbox, filter: String = "room/#", version: MQTTConnection.Version = .version311,
    formerSession: MQTTBrokerPlan.FormerSession? = nil
  ) throws -> MQTTSource {
    Self.source([try plan(filter: filter, version: version, formerSession: formerSession)], inbox)
  }

  /// Starts the source and waits until its subscription stands.
  func online(_ inbox: HeldInbox, version: MQTTConnection.Version = .version311) throws -> MQTTSource {
    try Self.online([try plan(version: version)], inbox)
  }

  static func online(_ plans: [MQTTBrokerPlan], _ inbox: HeldInbox) throws -> MQTTSource {
    let source = source(plans, inbox)
    try source.start()
    try eventually("online") { source.status().allSatisfy { $0.state == .online } }
    return source
  }

  /// Publishes with QoS 1 and returns after the broker's PUBACK. Each payload is a message of its own.
  func publish(_ payloads: [String], topic: String, retained: Bool = false) throws {
    let file = folder.file("payloads-\(UUID().uuidString)")
    try (payloads.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    let publisher = try ChildProcess(
      name: "mosquitto_pub", path: "/usr/bin/mosquitto_pub",
      arguments: ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", topic, "-l"] + (retained ? ["-r"] : []),
      log: folder.file("publisher.log"), standardInput: try FileHandle(forReadingFrom: file))
    let status = try publisher.waitUntilExit(patienceSeconds: 30)
    #expect(status == 0)
  }

  static func counter(_ number: Int) -> String {
    #"{"value":\#(number),"time":"\#(SystemClock().now().utc)","id":"c-\#(number)"}"#
  }

  /// How many acknowledgements of ours the broker has logged.
  func acknowledgements() throws -> Int { try Self.acknowledgements(in: folder) }

  static func acknowledgements(in folder: TemporaryFolder) throws -> Int {
    try log(in: folder).components(separatedBy: "Received PUBACK from \(Self.clientID)").count - 1
  }

  /// What the broker has said, over all its starts.
  func log() throws -> String { try Self.log(in: folder) }

  private static func log(in folder: TemporaryFolder) throws -> String {
    let logs = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "log" }
    return try logs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }.joined(separator: "\n")
  }
}

/// Waits, generously, for something that must come.
func eventually(_ what: String, patienceSeconds: Double = 30, _ condition: () throws -> Bool) throws {
  let deadline = Date().addingTimeInterval(patienceSeconds)
  while try !condition() {
    guard Date() < deadline else {
      Issue.record("not within \(patienceSeconds) s: \(what)")
      throw CancellationError()
    }
    usleep(5_000)
  }
}
