import Devices
import Foundation
import Harness
import Testing

@testable import MQTT

/// One connection against Debian's mosquitto, in both versions of the protocol.
@Suite struct MosquittoClientTests {
  let folder: TemporaryFolder
  let broker: MosquittoBroker

  init() throws {
    folder = try TemporaryFolder("mqtt-client")
    broker = try MosquittoBroker(folder: folder.url)
  }

  func client(
    _ version: MQTTConnection.Version, _ id: String, cleanSession: Bool = false, will: MosquittoClient.Will? = nil
  ) throws -> DrivenClient {
    try DrivenClient(
      MQTTConnection(host: "127.0.0.1", port: broker.port, version: version, clientID: id),
      cleanSession: cleanSession, will: will)
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func messagesGoBothWays(version: MQTTConnection.Version) throws {
    let reader = try client(version, "reader"), writer = try client(version, "writer")
    #expect(try reader.accepted() == false)
    #expect(try writer.accepted() == false)
    #expect(reader.client.publish(topic: "a/+", payload: [], qualityOfService: 1, isRetained: false) == nil)
    let answers = try reader.subscribe([("a/#", 1), ("b", 0), ("c", 1)])
    #expect(Set(answers.map { "\($0.filter.text) \($0.code)" }) == ["a/# 1", "b 0", "c 1"])
    #expect(try writer.publish("1", topic: "a/x") == 0)
    try writer.publish("2", topic: "b")
    try reader.until("both") { reader.messages.count == 2 }
    #expect(reader.messages.map(\.topic) == ["a/x", "b"])
    #expect(reader.texts == ["1", "2"])
    reader.client.unsubscribe(["a/#"])
    try reader.until("unsubscribed") { reader.happenings.contains(.unsubscribed) }
    try writer.publish("3", topic: "a/x")
    try writer.publish("4", topic: "c")
    try reader.until("the last") { reader.texts.last == "4" }
    #expect(reader.texts == ["1", "2", "4"])
    #expect(reader.client.lastHeardAt != nil)
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func theWillIsPublishedWhenWeGoWithoutGoodBye(version: MQTTConnection.Version) throws {
    let reader = try client(version, "reader")
    _ = try reader.accepted()
    _ = try reader.subscribe([("state", 1)])
    for hasGoodBye in [true, false] {
      let will = MosquittoClient.Will(
        topic: "state", payload: Array("gone".utf8), qualityOfService: 1, isRetained: true)
      var leaving: DrivenClient? = try client(version, "leaving", cleanSession: true, will: will)
      _ = try leaving?.accepted()
      try leaving?.publish("there", topic: "state", isRetained: true)
      if hasGoodBye { leaving?.client.disconnect() }
      leaving = nil
    }
    try reader.until("the will") { reader.texts.last == "gone" }
    #expect(reader.texts == ["there", "there", "gone"])
  }

  /// The session of MQTT 5 too outlives connection and broker, although the library gives no direct way to ask for it.
  @Test(arguments: MQTTConnection.Version.allCases)
  func theSessionOutlivesTheConnection(version: MQTTConnection.Version) throws {
    let first = try client(version, "line")
    #expect(try first.accepted() == false)
    _ = try first.subscribe([("a", 1)])
    first.client.disconnect()
    let writer = try client(version, "writer")
    _ = try writer.accepted()
    try writer.publish("kept", topic: "a")
    broker.stop()
    try broker.start()
    let second = try client(version, "line")
    #expect(try second.accepted() == true)
    try second.until("kept") { second.texts == ["kept"] }
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func aCleanSessionEndsWithTheConnection(version: MQTTConnection.Version) throws {
    let first = try client(version, "line", cleanSession: true)
    _ = try first.accepted()
    _ = try first.subscribe([("a", 1)])
    first.client.disconnect()
    #expect(try client(version, "line").accepted() == false)
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func aSecondClientWithOurNameThrowsUsOut(version: MQTTConnection.Version) throws {
    let first = try client(version, "line")
    _ = try first.accepted()
    _ = try client(version, "line").accepted()
    _ = try first.lost()
    #expect(first.client.publish(topic: "a", payload: [], qualityOfService: 1, isRetained: false) == nil)
  }

  @Test func nothingThereIsSaid() throws {
    let nobody = try DrivenClient(MQTTConnection(host: "127.0.0.1", port: freeLoopbackPort(), clientID: "a"))
    #expect(try nobody.lost().contains("Connection refused"))
    let nameless = try DrivenClient(MQTTConnection(host: "no-such-broker.invalid", port: 1, clientID: "a"))
    #expect(try nameless.lost().contains("is not known"))
  }
}
