import Foundation
import Harness
import Shopfloor
import Testing

@Suite("A daemon that is killed while sensors send over MQTT")
struct MQTTKillTests {
  static let kills = 100
  /// One kill in so many comes anywhere from the start of the process on, the others while it records.
  static let startingKillsOneIn = 4

  /// Two sessions, one of each version of the protocol, are hit by every kill.
  @Test("100 kills: every message that the broker acknowledged is in the ledger, once", .timeLimit(.minutes(10)))
  func kills() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64(ProcessInfo.processInfo.environment["LOTWIRE_SEED"] ?? "") ?? generator.next()
    print("seed \(seed) (repeat with LOTWIRE_SEED=\(seed))")
    var seeded = SplitMix(seed: seed)
    let home = try TemporaryFolder("mqtt-kills")
    // As `systemd/mosquitto-lotwire.conf` has it: what waits is on its way at once and comes again after a kill.
    let broker = try MosquittoBroker(folder: home.url, extraLines: ["max_inflight_messages 5000"])
    let versions = ["3.1.1", "5"]
    let sensors = versions.flatMap { version -> [MQTTFaultLine.Sensor] in
      (1...4).map {
        MQTTFaultLine.Sensor(
          device: "room-\(version.prefix(1))-\($0)", everySeconds: 0.02, broker: "mqtt-\(version.prefix(1))")
      }
    }
    let line = try MQTTFaultLine(
      brokers: versions.map { .init(name: "mqtt-\($0.prefix(1))", port: broker.port, version: $0) }, sensors: sensors)
    // The sessions exist before the first message.
    try line.startDaemon()
    try line.waitUntilRecording()
    try line.waitUntil("both sessions stand") { Set(try Self.connections(line).map(\.broker)).count == versions.count }
    let publisher = try MQTTFaultPublisher("sensors", folder: home.url, port: broker.port, sensors: sensors)
    for kill in 0..<Self.kills {
      if kill % Self.startingKillsOneIn == 0 {
        usleep(UInt32.random(in: 0...400_000, using: &seeded))
      } else {
        try line.waitUntilRecording()
        usleep(UInt32.random(in: 0...350_000, using: &seeded))
      }
      #expect(line.daemonIsRunning, "the daemon ended by itself:\n\(line.logTail)")
      line.killDaemon()
      try line.startDaemon()
    }
    publisher.end()
    try line.waitUntilKept(publisher)
    line.endDaemon()
    try line.check([publisher])
    for version in versions { #expect(try Self.connections(line).contains { $0.detail.contains("MQTT \(version)") }) }
    let starts = try line.events().count { if case .recordingStarted = $0 { true } else { false } }
    print("compared: \(try publisher.count()) acknowledged messages over \(starts) starts that came to record")
    #expect(try publisher.count() > 1_000)
    #expect(starts > Self.kills / 2)
  }

  private static func connections(_ line: MQTTFaultLine) throws -> [BrokerLink] {
    try line.events().compactMap { event in
      if case .brokerLinked(let link) = event, link.change == .connected { link } else { nil }
    }
  }
}
