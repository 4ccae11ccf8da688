import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// What a broker allows and refuses.
@Suite struct SessionAccessTests {
  static func source(
    _ port: Int, version: MQTTConnection.Version = .version311, filters: [String] = ["room/#"], _ inbox: HeldInbox
  ) throws -> MQTTSource {
    BrokerRoom.source(
      [
        MQTTBrokerPlan(
          name: "main",
          connection: MQTTConnection(host: "127.0.0.1", port: port, version: version, clientID: "a"),
          devices: [MQTTDevicePlan(device: "plain", values: try filters.map { try TestValue($0) })])
      ], inbox)
  }

  static let answers: [(answers: RefusingBroker.Answers, words: String)] = [
    (.init(), "refuses the topic \"room/#\": 0x80"),
    (.init(version: .version5, subscription: 0x87), "refuses the topic \"room/#\": not allowed (0x87)"),
    (.init(version: .version5, subscription: 0xA2), "no wildcards"),
    (.init(subscription: 0), "at most once (QoS 0)"),
    (.init(connection: 2), "refuses the client id"),
    (.init(version: .version5, connection: 0x87), "does not allow this client"),
    (.init(version: .version5, connection: 0x84), "say version 3.1.1"),
    (.init(version: .version5, subscription: 1, goodBye: 0x8E), "same client id"),
    (.init(version: .version5, subscription: 1, sessionExpirySeconds: 9), "our session for only 9 s"),
  ]

  @Test(arguments: 0..<answers.count)
  func whatTheBrokerAnswersIsSaid(index: Int) throws {
    let (answers, words) = Self.answers[index]
    let broker = try RefusingBroker(answers)
    let source = try Self.source(broker.port, version: answers.version, HeldInbox())
    try source.start()
    defer { source.stop() }
    try eventually("\(words)") { source.status()[0].detail.contains(words) }
  }

  /// mosquitto's own access list never refuses a subscription, it just does not deliver; its plugin refuses.
  @Test(arguments: MQTTConnection.Version.allCases)
  func refusedTopicsAreOnRecord(version: MQTTConnection.Version) throws {
    let folder = try TemporaryFolder("mqtt-access")
    let rights = folder.file("rights.json")
    try """
    {"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false,
     "unsubscribe": true}, "clients": [], "anonymousGroup": "anyone",
     "groups": [{"groupname": "anyone", "roles": [{"rolename": "reader"}], "clients": []}],
     "roles": [{"rolename": "reader",
       "acls": [{"acltype": "subscribePattern", "topic": "room/plain", "allow": true}]}]}
    """.write(to: rights, atomically: true, encoding: .utf8)
    let room = try BrokerRoom(extraLines: [
      "plugin /usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so", "plugin_opt_config_file \(rights.path)",
    ])
    let inbox = HeldInbox()
    let source = try Self.source(room.broker.port, version: version, filters: ["room/plain", "hall/plain"], inbox)
    try source.start()
    defer { source.stop() }
    try eventually("degraded") { source.status()[0].state == .degraded }
    #expect(source.status()[0].detail.contains("refuses the topic \"hall/plain\""))
    try eventually("noted") { inbox.links.count == 1 }
    #expect(inbox.links[0].topics == ["room/plain"] && inbox.links[0].refusedTopics == ["hall/plain"])
    try room.publish(["1"], topic: "hall/plain")
    try room.publish(["2"], topic: "room/plain")
    try eventually("what is allowed") { inbox.durableReadings.map(\.value) == [2] }
  }

  /// The password is read at every connection: a corrected file is enough to come online.
  @Test(arguments: MQTTConnection.Version.allCases)
  func wrongPasswordIsVisibleAndMayBeCorrected(version: MQTTConnection.Version) throws {
    let folder = try TemporaryFolder("mqtt-password")
    let accounts = folder.file("accounts"), password = folder.file("password")
    let tool = try ChildProcess(
      name: "mosquitto_passwd", path: "/usr/bin/mosquitto_passwd",
      arguments: ["-c", "-b", accounts.path, "line", "right"], log: folder.file("log"))
    #expect(try tool.waitUntilExit(patienceSeconds: 30) == 0)
    let room = try BrokerRoom(extraLines: ["password_file \(accounts.path)"])
    let value = try TestValue("room/#")
    let source = MQTTSource(
      brokers: [
        MQTTBrokerPlan(
          name: "main",
          connection: MQTTConnection(
            host: "localhost", port: room.broker.port, version: version, clientID: "a", username: "line",
            passwordFile: password.path),
          devices: [MQTTDevicePlan(device: "plain", values: [value])])
      ], inbox: HeldInbox(), backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 200_000))
    try source.start()
    defer { source.stop() }
    try eventually("no file") { source.status()[0].detail.contains("password file \(password.path) cannot be read") }
    try "wrong\n".write(to: password, atomically: true, encoding: .utf8)
    try eventually("refused") { source.status()[0].detail.contains("does not allow this client") }
    try "right\n".write(to: password, atomically: true, encoding: .utf8)
    try eventually("online") { source.status()[0].state == .online }
    #expect(source.status()[0].detail.contains("can be read by everybody"))
    #expect(chmod(password.path, 0o600) == 0)
    room.broker.stop()
    try room.broker.start()
    try eventually("no word of it") {
      source.status()[0].state == .online && !source.status()[0].detail.contains("everybody")
    }
  }
}
