import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// TLS against Debian's mosquitto: with client certificate, and what is said where it does not come about.
@Suite struct SecurityTests {
  let folder: TemporaryFolder
  let certificates: TestAuthority

  init() throws {
    folder = try TemporaryFolder("mqtt-tls")
    certificates = try TestAuthority()
  }

  func broker(
    certificate: String = "server", asksForClientCertificate: Bool = true, extraLines: [String] = []
  ) throws -> MosquittoBroker {
    try MosquittoBroker(
      folder: folder.url,
      security: .init(
        authorityFile: certificates.certificate("authority"), certificateFile: certificates.certificate(certificate),
        keyFile: certificates.key(certificate), asksForClientCertificate: asksForClientCertificate),
      extraLines: extraLines)
  }

  func client(
    port: Int?, host: String = "localhost", version: MQTTConnection.Version = .version311, trusts: String = "authority",
    shows: String? = "client"
  ) throws -> DrivenClient {
    try DrivenClient(
      MQTTConnection(
        host: host, port: try #require(port), version: version, clientID: "line",
        security: .init(
          authorityFile: certificates.certificate(trusts).path,
          certificateFile: shows.map { certificates.certificate($0).path },
          keyFile: shows.map { certificates.key($0).path })))
  }

  /// "localhost" may be ::1 first, where this broker does not listen: the next attempt takes the other family.
  func accepted(_ broker: MosquittoBroker, _ version: MQTTConnection.Version, shows: String?) throws -> DrivenClient {
    for _ in 0..<BrokerAddresses.resolve("localhost").count - 1 {
      let first = try client(port: broker.securePort, version: version, shows: shows)
      var isAccepted: Bool?
      try first.until("an answer") {
        for happening in first.happenings {
          if case .accepted = happening { isAccepted = true }
          if case .lost = happening { isAccepted = false }
        }
        return isAccepted != nil
      }
      if isAccepted == true { return first }
    }
    let last = try client(port: broker.securePort, version: version, shows: shows)
    _ = try last.accepted()
    return last
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func withClientCertificate(version: MQTTConnection.Version) throws {
    let broker = try broker()
    let reader = try accepted(broker, version, shows: "client")
    _ = try reader.subscribe([("a", 1)])
    let writer = try DrivenClient(MQTTConnection(host: "127.0.0.1", port: broker.port, clientID: "writer"))
    _ = try writer.accepted()
    let sent = (0..<1_000).map { "\($0)" }
    for text in sent {
      #expect(
        writer.client.publish(topic: "a", payload: Array(text.utf8), qualityOfService: 1, isRetained: false) != nil)
    }
    try writer.until("sent") {
      writer.happenings.filter { if case .published = $0 { true } else { false } }.count == sent.count
    }
    try reader.until("all") { reader.messages.count == sent.count }
    #expect(reader.texts == sent)
  }

  func connection(_ broker: MosquittoBroker, _ version: MQTTConnection.Version, id: String) throws -> MQTTConnection {
    MQTTConnection(
      host: "localhost", port: try #require(broker.securePort), version: version, clientID: id,
      security: .init(
        authorityFile: certificates.certificate("authority").path,
        certificateFile: certificates.certificate("client").path, keyFile: certificates.key("client").path))
  }

  /// The order of acknowledgements behind TLS, and the publisher of notifications through it.
  @Test(arguments: MQTTConnection.Version.allCases)
  func aSessionAcknowledgesWhatIsStored(version: MQTTConnection.Version) async throws {
    let broker = try broker(extraLines: ["log_type all"])
    let inbox = HeldInbox(otherwise: .hold)
    let source = BrokerRoom.source(
      [
        MQTTBrokerPlan(
          name: "main", connection: try connection(broker, version, id: BrokerRoom.clientID),
          devices: [MQTTDevicePlan(device: "plain", values: [try TestValue("room/plain")])])
      ], inbox)
    try source.start()
    defer { source.stop() }
    try eventually("online") { source.status()[0].state == .online }
    #expect(source.status()[0].detail.contains("with TLS"))
    let publisher = MQTTPublisher(
      MQTTPublisherPlan(connection: try connection(broker, version, id: "publisher"), topic: "room/plain"))
    try await publisher.publish(Array("21.5".utf8))
    try eventually("offered") { inbox.held.count == 1 }
    usleep(1_300_000)
    #expect(try BrokerRoom.acknowledgements(in: folder) == 0)
    inbox.releaseHeld()
    try eventually("acknowledged") { try BrokerRoom.acknowledgements(in: folder) == 1 }
    #expect(inbox.durableReadings.map(\.value) == [21.5])
  }

  @Test func withoutClientCertificateWhereNoneIsAsked() throws {
    _ = try accepted(try broker(asksForClientCertificate: false), .version311, shows: nil)
  }

  static let failures: [(server: String, trusts: String, shows: String?, words: String)] = [
    ("server", "stranger", "client", "signed by an authority that we do not believe"),
    ("server", "authority", nil, "client certificate"),
    ("server", "authority", "intruder", "does not know the authority"),
    ("expired", "authority", "client", "the certificate of the broker has expired"),
    ("elsewhere", "authority", "client", "not for the name localhost"),
  ]

  @Test(arguments: 0..<failures.count)
  func failuresSayWhatToDo(index: Int) throws {
    let failure = Self.failures[index]
    let broker = try broker(certificate: failure.server)
    var words = ""
    // The family of addresses at which nobody listens comes first, or the broker's good-bye overtakes its reason.
    for _ in 0..<20 where !words.contains(failure.words) {
      words = try client(port: broker.securePort, trusts: failure.trusts, shows: failure.shows).lost()
    }
    #expect(words.contains(failure.words))
  }

  @Test func aPortWithoutTLSIsNamed() throws {
    let broker = try broker()
    let words = try client(port: broker.port, host: "127.0.0.1").lost()
    #expect(words.contains("speak"), "\(words)")
  }

  @Test func filesAreNamed() throws {
    let broker = try broker()
    let missing = try DrivenClient(
      MQTTConnection(
        host: "localhost", port: try #require(broker.securePort), clientID: "line",
        security: .init(authorityFile: "/nonexistent/authority.pem")))
    #expect(try missing.lost() == "the file /nonexistent/authority.pem cannot be read; check path and rights")
    let mixed = try DrivenClient(
      MQTTConnection(
        host: "localhost", port: try #require(broker.securePort), clientID: "line",
        security: .init(
          authorityFile: certificates.certificate("authority").path,
          certificateFile: certificates.certificate("client").path, keyFile: certificates.key("server").path)))
    #expect(try mixed.lost().contains("do not belong together"))
    let noCertificate = try DrivenClient(
      MQTTConnection(
        host: "localhost", port: try #require(broker.securePort), clientID: "line",
        security: .init(authorityFile: certificates.key("client").path)))
    #expect(try noCertificate.lost().contains("holds no certificates of authorities"))
  }
}
