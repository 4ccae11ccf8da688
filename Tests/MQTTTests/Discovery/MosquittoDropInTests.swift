import Devices
import Foundation
import Harness
import Testing

@testable import MQTT

/// mosquitto with exactly the file that is shipped for it.
@Suite("The shipped settings of mosquitto") struct MosquittoDropInTests {
  private static let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("systemd")
  /// As many messages as three times the bound that mosquitto has as delivered.
  private static let count = 3_000

  private let folder: TemporaryFolder
  private let port = freeLoopbackPort()

  init() throws {
    folder = try TemporaryFolder("drop-in")
    // The folder holds no other file that ends with ".conf".
    try """
    listener \(port) 127.0.0.1
    allow_anonymous true
    persistence_location \(folder.url.path)/
    user root
    log_dest stderr
    include_dir \(Self.shipped.path)

    """.write(to: folder.file("mosquitto.conf"), atomically: true, encoding: .utf8)
  }

  private func start() throws -> ChildProcess {
    let broker = try ChildProcess(
      name: "mosquitto", path: MosquittoBroker.executablePath, arguments: ["-c", folder.file("mosquitto.conf").path],
      log: folder.file("mosquitto-\(UUID().uuidString.prefix(8)).log"))
    try broker.waitForLine(containing: "running")
    return broker
  }

  private var connection: MQTTConnection {
    MQTTConnection(host: "127.0.0.1", port: port, clientID: "lotwire-line-1")
  }

  @Test("messages beyond the delivered bound are all kept for a session that is away")
  func keepsAll() throws {
    let broker = try start()
    defer { broker.end() }
    let found = try BrokerProbe(connection).queue(messages: Self.count)
    #expect(found == QueueProbe(sent: Self.count, arrived: Self.count, window: Self.count, sessionPresent: true))
  }

  @Test("session and messages survive the sudden death of the broker once a save has passed")
  func survives() throws {
    let broker = try start()
    let probe = BrokerProbe(connection)
    let topic = try TopicFilter("line/values")
    try probe.leaveSession(connection, topic)
    try probe.publish(Self.count, to: topic.text)
    // A save is due within a second; on a busy machine it may come later, so the file itself is looked at.
    usleep(1_500_000)
    try eventually("a save after the last message") {
      // Before the first save there is no file.
      let saved = try? FileManager.default.attributesOfItem(atPath: folder.file("mosquitto.db").path)
      return (saved?[.size] as? Int ?? 0) > Self.count * 4
    }
    broker.killNow()
    let again = try start()
    defer { again.end() }
    let found = try probe.comeBack(connection, sent: Self.count)
    #expect(found.sessionPresent && found.arrived == Self.count)
  }

  @Test("what the file says is what the doctor reads of it")
  func settings() throws {
    var settings = MosquittoSettings()
    let file = Self.shipped.appendingPathComponent("mosquitto-lotwire.conf")
    settings.read(try String(contentsOf: file, encoding: .utf8), file: file.path)
    #expect(settings.isPersistent && settings.autosaveInterval == 1 && !settings.savesByChanges)
    #expect(settings.maximumQueuedMessages == 0 && settings.maximumQueuedBytes == 268_435_456)
    #expect(settings.maximumInflightMessages == 5_000)
    #expect(settings.maximumPacketSize > maximumPayloadBytes && settings.messageSizeLimit == 0)
  }
}
