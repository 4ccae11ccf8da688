import Devices
import Shopfloor
import Testing

@testable import MQTT

/// An edge node with a primary host.
@Suite struct EdgePrimaryHostTests {
  private static let plan: SparkplugEdgePlan = {
    var plan = EdgeDriver.plan
    plan.primaryHost = "scada"
    return plan
  }()

  private func value(_ milliseconds: Int64) -> SparkplugEdgeValue {
    EdgeDriver.value("temperature", at: milliseconds, .number(Double(milliseconds)))
  }

  @Test func subscribesToTheStateOfItsHost() throws {
    var driver = EdgeDriver(Self.plan)
    try driver.connect()
    #expect(driver.subscriptions.last?.filter == "spBv1.0/STATE/scada")
    #expect(driver.subscriptions.allSatisfy { $0.qualityOfService == 1 })
  }

  @Test func waitsForTheHostToBeOnline() throws {
    var driver = EdgeDriver(Self.plan)
    #expect(try driver.connect().published.isEmpty)
    #expect(try driver.update([value(1), value(2)]).isEmpty)
    #expect(try driver.hostState(online: false, at: 1_000).isEmpty)
    #expect(driver.disconnects.isEmpty)
    let messages = try driver.hostState(online: true, at: 2_000)
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth, .deviceData])
    #expect(messages[3].payload.metrics.map(\.isHistorical) == [true, true])
    #expect(driver.edge.counts.births == 1)
  }

  @Test func aHostThatWasOnlineBeforeTheSubscriptionWasAnsweredCounts() throws {
    var driver = EdgeDriver(Self.plan)
    _ = driver.edge.will(at: driver.instant)
    _ = try driver.tell(.accepted)
    #expect(try driver.hostState(online: true, at: 2_000).isEmpty)
    #expect(try driver.tell(.subscribed(refused: [])).first?.kind == .nodeBirth)
  }

  @Test func anotherHostSaysNothing() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    #expect(try driver.hostState(online: true, at: 2_000, host: "historian").isEmpty)
    #expect(driver.edge.phase == .waitingForHost)
    _ = try driver.hostState(online: true, at: 2_000)
    #expect(try driver.hostState(online: false, at: 3_000, host: "historian").isEmpty)
    #expect(driver.edge.phase == .born)
  }

  @Test(arguments: [
    "", "ONLINE", "OFFLINE", "{}", #"{"online":true}"#, #"{"timestamp":5000}"#, #"{"online":"true","timestamp":5000}"#,
    #"{"online":1,"timestamp":5000}"#, #"{"online":true,"timestamp":"5000"}"#, #"{"online":true,"timestamp":1.5}"#,
    #"{"online":true,"online":false,"timestamp":5000}"#, #"[true,5000]"#,
  ])
  func aStateThatCannotBeReadSaysNothing(text: String) throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    let message = SparkplugLinkEvent.message(
      topic: "spBv1.0/STATE/scada", payload: Array(text.utf8), isRetained: true)
    #expect(try driver.tell(message).isEmpty)
    #expect(driver.edge.phase == .waitingForHost && driver.edge.counts.ignoredStates == 1)
  }

  @Test func furtherNamesInTheStateAreNoHindrance() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    let text = #"{ "timestamp" : 5000, "version": [1, {"a": null}], "online" : true }"#
    let message = SparkplugLinkEvent.message(topic: "spBv1.0/STATE/scada", payload: Array(text.utf8), isRetained: true)
    #expect(try driver.tell(message).first?.kind == .nodeBirth)
  }

  @Test func aHostThatGoesOfflineEndsTheSession() throws {
    var driver = EdgeDriver(Self.plan)
    let will = try driver.connect().will
    _ = try driver.hostState(online: true, at: 2_000)
    _ = try driver.update([value(1)])
    let messages = try driver.hostState(online: false, at: 2_000)
    #expect(messages.map(\.kind) == [.nodeDeath])
    #expect(messages[0].qualityOfService == 1 && messages[0].metric("bdSeq")?.value == will.metric("bdSeq")?.value)
    #expect(driver.disconnects == ["the primary host \"scada\" is offline"])
    #expect(try driver.update([value(2), value(3)]).isEmpty, "nothing leaves behind the death")
    try driver.lose()
    // A new connection, a new number; what the host may not have seen comes again.
    #expect(try driver.connect().published.isEmpty)
    let again = try driver.hostState(online: true, at: 9_000)
    #expect(again[0].metric("bdSeq")?.value == .long(1))
    #expect(
      again.filter { $0.kind == .deviceData }.flatMap(\.payload.metrics).map(\.timestamp)
        == [1, 2, 3].map(EdgeDriver.milliseconds))
  }

  @Test func anOfflineStateOlderThanTheLastSaysNothing() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    _ = try driver.hostState(online: true, at: 2_000)
    #expect(try driver.hostState(online: false, at: 1_999).isEmpty)
    #expect(driver.edge.phase == .born && driver.disconnects.isEmpty && driver.edge.counts.ignoredStates == 1)
  }

  @Test func anOnlineStateOlderThanTheLastSaysNothing() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    _ = try driver.hostState(online: false, at: 2_000)
    #expect(try driver.hostState(online: true, at: 1_999).isEmpty)
    #expect(driver.edge.phase == .waitingForHost)
    #expect(try driver.hostState(online: true, at: 2_000).first?.kind == .nodeBirth)
  }

  @Test func eachConnectionLearnsTheStateAnew() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    _ = try driver.hostState(online: true, at: 2_000)
    try driver.lose()
    #expect(try driver.connect().published.isEmpty)
    #expect(driver.edge.primaryHost.state == .unknown)
  }

  @Test func aBrokerThatHidesTheHostIsVisible() throws {
    var driver = EdgeDriver(Self.plan)
    #expect(try driver.connect(refused: ["spBv1.0/STATE/scada"]).published.isEmpty)
    #expect(driver.edge.lastComplaint?.contains("scada") == true)
    let report = SparkplugLinkReport(state: .degraded, detail: "connected")
    let status = SparkplugEdgeStatus(driver.edge, report, at: driver.instant.utc)
    #expect(status.primaryHost == .unknown && status.words.contains("check its host id"))
  }

  @Test func statusSaysWhatTheNodeWaitsFor() throws {
    var driver = EdgeDriver(Self.plan)
    _ = try driver.connect()
    _ = try driver.update([value(1), value(2)])
    _ = try driver.hostState(online: false, at: 1)
    let report = SparkplugLinkReport(state: .online, detail: "connected to broker")
    let status = SparkplugEdgeStatus(driver.edge, report, at: driver.instant.utc)
    #expect(status.state == .degraded && status.primaryHost == .offline && status.keptValues == 2)
    #expect(
      status.words == "connected to broker; the primary host \"scada\" says that it is offline; values are kept until "
        + "it is back; 2 values are kept")
  }
}
