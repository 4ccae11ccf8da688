import Devices
import Foundation
import Harness
import Testing

@testable import MQTT

/// The questions of the doctor, asked of Debian's broker.
@Suite("Questions to a broker") struct BrokerProbeTests {
  private func probe(_ port: Int, _ version: MQTTConnection.Version = .version311) -> BrokerProbe {
    BrokerProbe(MQTTConnection(host: "127.0.0.1", port: port, version: version, clientID: BrokerRoom.clientID))
  }

  @Test("a broker that is there accepts us and grants topics", arguments: MQTTConnection.Version.allCases)
  func acceptance(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let answer = try probe(room.broker.port, version).acceptance(of: [
      try TopicFilter("room/#"), try TopicFilter("a/+"),
    ])
    #expect(answer == BrokerProbe.Acceptance(refused: [], granted: ["room/#", "a/+"]))
  }

  @Test("why it is not reached or does not accept us is said in words")
  func faults() throws {
    let nobody = freeLoopbackPort()
    #expect { _ = try probe(nobody).acceptance(of: []) } throws: { "\($0)".contains("refused") }
    #expect {
      _ = try BrokerProbe(MQTTConnection(host: "no-such-host.invalid", clientID: "x")).system()
    } throws: { "\($0)".contains("is not known") }
    let folder = try TemporaryFolder("probe")
    try Data("reader:none\n".utf8).write(to: folder.file("passwords"))
    let strict = try MosquittoBroker(
      folder: folder.url, extraLines: ["allow_anonymous false", "password_file \(folder.file("passwords").path)"])
    defer { strict.stop() }
    #expect { _ = try probe(strict.port).acceptance(of: []) } throws: { "\($0)".contains("does not allow") }
    #expect { _ = try probe(strict.port, .version5).queue(messages: 5) } throws: { "\($0)".contains("does not allow") }
  }

  @Test("what the broker says of itself is read")
  func system() throws {
    let folder = try TemporaryFolder("probe")
    let broker = try MosquittoBroker(folder: folder.url, extraLines: ["sys_interval 1"])
    defer { broker.stop() }
    var system: BrokerSystem?
    // The counters come for the first time with the first interval.
    try eventually("counters") {
      system = try probe(broker.port).system()
      return system?.messagesDropped != nil
    }
    #expect(system?.version?.contains("mosquitto") == true)
    #expect(system?.messagesDropped == 0)
    #expect(system?.uptimeSeconds != nil && system?.clientsConnected != nil)
  }

  /// In MQTT 5 the window is what the client allows (receive maximum), not `max_inflight_messages`.
  @Test("the queue of a broker that keeps everything, and its window", arguments: MQTTConnection.Version.allCases)
  func everything(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let found = try probe(room.broker.port, version).queue(messages: 300)
    #expect(found == QueueProbe(sent: 300, arrived: 300, window: version == .version5 ? 300 : 20, sessionPresent: true))
    try leavesNothing(room)
  }

  @Test("a broker that keeps too little is found out, and one with a large window")
  func bounds() throws {
    let folder = try TemporaryFolder("probe")
    let small = try MosquittoBroker(
      folder: folder.url, extraLines: ["max_queued_messages 100", "max_inflight_messages 0"])
    defer { small.stop() }
    let found = try probe(small.port).queue(messages: 300)
    #expect(found.sessionPresent && found.sent == 300)
    #expect(found.arrived == found.window && (100..<300).contains(found.arrived))
  }

  @Test("a broker that keeps next to nothing is found out")
  func almostNothing() throws {
    let folder = try TemporaryFolder("probe")
    let broker = try MosquittoBroker(folder: folder.url, extraLines: ["max_queued_messages 1"])
    defer { broker.stop() }
    let found = try probe(broker.port).queue(messages: 50)
    #expect(found.arrived < 50)
  }

  @Test(
    "the session of the line is found or missed, and neither taken nor made", arguments: MQTTConnection.Version.allCases
  )
  func session(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let probe = probe(room.broker.port, version)
    for _ in 0..<2 { #expect(try !probe.hasSession()) }
    let line = MQTTConnection(
      host: "127.0.0.1", port: room.broker.port, version: version, clientID: BrokerRoom.clientID)
    try probe.leaveSession(line, try TopicFilter("room/plain"))
    try room.publish((0..<30).map { "\($0)" }, topic: "room/plain")
    for _ in 0..<2 { #expect(try probe.hasSession()) }
    // All of it is still there for the line.
    #expect(try probe.comeBack(line, sent: 30).arrived == 30)
  }

  @Test("the certificate of the broker is read from the connection itself")
  func certificate() throws {
    let authority = try TestAuthority()
    let folder = try TemporaryFolder("probe")
    let broker = try MosquittoBroker(
      folder: folder.url,
      security: MosquittoBroker.Security(
        authorityFile: authority.certificate("authority"), certificateFile: authority.certificate("server"),
        keyFile: authority.key("server"), asksForClientCertificate: false))
    defer { broker.stop() }
    let port = try #require(broker.securePort)
    let secure = MQTTConnection(
      host: "localhost", port: port, clientID: "x",
      security: MQTTConnection.Security(authorityFile: authority.certificate("authority").path))
    let read = try #require(try BrokerProbe(secure).brokerCertificate())
    let file = try String(contentsOf: authority.certificate("server"), encoding: .utf8)
    #expect(read == CertificateValidity.all(inPEM: file).first)
    #expect(try probe(broker.port).brokerCertificate() == nil)
  }

  /// No session and no kept message stays behind: what the broker saves at its end does not name us.
  private func leavesNothing(_ room: BrokerRoom) throws {
    // Our good-bye is with the broker, which may not have read it yet.
    usleep(1_000_000)
    room.broker.stop()
    let saved = try Data(contentsOf: room.folder.file("mosquitto.db"))
    #expect(saved.range(of: Data("lotwire-doctor".utf8)) == nil)
    #expect(saved.range(of: Data("lotwire/doctor".utf8)) == nil)
  }
}
