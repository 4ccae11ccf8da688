import Devices
import Foundation
import Harness
import MQTT
import Testing

@Suite("Publishing to a real broker")
struct MQTTPublisherTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("publisher") }

  private func plan(_ port: Int, topic: String = "plant/alarms", timeout: Int64 = 10_000_000) -> MQTTPublisherPlan {
    MQTTPublisherPlan(
      connection: MQTTConnection(host: "127.0.0.1", port: port, clientID: "lotwire-notify"), topic: topic,
      timeoutMicroseconds: timeout)
  }

  private func publish(_ plan: MQTTPublisherPlan, _ payloads: [String]) async -> [MQTTPublishFault.Code?] {
    let publisher = MQTTPublisher(plan)
    var codes: [MQTTPublishFault.Code?] = []
    for payload in payloads {
      do throws(MQTTPublishFault) {
        try await publisher.publish(Array(payload.utf8))
        codes.append(nil)
      } catch {
        codes.append(error.code)
      }
    }
    return codes
  }

  /// Debian's own subscriber. The broker keeps its session from the first call on; the second takes what came since.
  private func subscribe(_ port: Int, _ more: [String]) throws -> [String] {
    let process = try ChildProcess(
      name: "mosquitto_sub", path: "/usr/bin/mosquitto_sub",
      arguments: ["-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-t", "plant/#", "-c", "-i", "board"] + more,
      log: folder.file("sub-\(more[0]).log"))
    #expect(try process.waitUntilExit(patienceSeconds: 30) == 0)
    return try process.outputLines()
  }

  @Test("every message is acknowledged, arrives once with QoS 1, and is not retained")
  func delivered() async throws {
    let broker = try MosquittoBroker(folder: folder.url)
    _ = try subscribe(broker.port, ["-E"])
    #expect(await publish(plan(broker.port), ["one", "zwei 二", ""]) == [nil, nil, nil])
    #expect(
      try subscribe(broker.port, ["-C", "3", "-F", "%t %q %r %p"]) == [
        "plant/alarms 1 0 one", "plant/alarms 1 0 zwei 二", "plant/alarms 1 0 ",
      ])
  }

  @Test("a broker that does not let us publish is no delivery, although it acknowledges")
  func forbidden() async throws {
    let list = folder.file("acl")
    try "topic readwrite plant/allowed\n".write(to: list, atomically: true, encoding: .utf8)
    let broker = try MosquittoBroker(folder: folder.url, extraLines: ["acl_file \(list.path)"])
    #expect(await publish(plan(broker.port), ["secret"]) == [.messageRefused])
    #expect(await publish(plan(broker.port, topic: "plant/allowed"), ["fine"]) == [nil])
  }

  @Test("a broker that asks for a password")
  func password() async throws {
    let file = folder.file("passwords")
    let maker = try ChildProcess(
      name: "mosquitto_passwd", path: "/usr/bin/mosquitto_passwd", arguments: ["-b", "-c", file.path, "line", "right"],
      log: folder.file("passwd.log"))
    #expect(try maker.waitUntilExit(patienceSeconds: 30) == 0)
    let broker = try MosquittoBroker(
      folder: folder.url, extraLines: ["password_file \(file.path)", "allow_anonymous false"])
    var plan = plan(broker.port)
    #expect(await publish(plan, ["x"]) == [.clientRefused])
    plan.connection.username = "line"
    plan.connection.passwordFile = try folder.secret("right", "right\n")
    #expect(await publish(plan, ["x"]) == [nil])
    plan.connection.passwordFile = folder.file("missing").path
    #expect(await publish(plan, ["x"]) == [.local])
  }

  @Test("no broker, a broker that is gone for a while, and a server of another kind")
  func away() async throws {
    let broker = try MosquittoBroker(folder: folder.url)
    broker.stop()
    #expect(await publish(plan(broker.port), ["x"]) == [.unreachable])
    try broker.start()
    #expect(await publish(plan(broker.port), ["x"]) == [nil])
    // A mail server greets, which is no CONNACK.
    let sink = try MailSink()
    let codes = await publish(plan(sink.port, timeout: 2_000_000), ["x"])
    #expect(codes == [.unreachable])
  }

  @Test(
    "topics",
    arguments: [("a/b", true), ("", false), ("a/#", false), ("+/b", false), ("$SYS/x", false), ("a\nb", false)])
  func topics(topic: String, isGood: Bool) { #expect((MQTTPublisherPlan.fault(inTopic: topic) == nil) == isGood) }
}
