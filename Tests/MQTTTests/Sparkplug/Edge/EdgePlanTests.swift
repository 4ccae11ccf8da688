import Devices
import Testing

@testable import MQTT

/// Plans that cannot be run are refused before anything is started.
@Suite struct EdgePlanTests {
  private func fault(_ change: (inout SparkplugEdgePlan) -> Void) -> SparkplugEdgeFault? {
    var plan = EdgeDriver.plan
    change(&plan)
    do throws(SparkplugEdgeFault) {
      try SparkplugEdgeFault.check(plan)
      return nil
    } catch {
      return error
    }
  }

  @Test func aGoodPlanIsNoFault() { #expect(fault { _ in } == nil) }

  @Test(arguments: ["", "a/b", "a+", "#", String(repeating: "é", count: 128)])
  func namesThatCannotStandInATopicAreRefused(name: String) {
    #expect(fault { $0.group = name } == .name(of: "group", name))
    #expect(fault { $0.edgeNode = name } == .name(of: "edge node", name))
    #expect(fault { $0.primaryHost = name } == .name(of: "primary host", name))
    #expect(fault { $0.devices[0].name = name } == .name(of: "device", name))
  }

  @Test func theGroupIsNotTheTopicOfHosts() { #expect(fault { $0.group = "STATE" } == .name(of: "group", "STATE")) }

  @Test func namesAreUsedOnce() {
    #expect(fault { $0.devices[1].name = "seal" } == .deviceTwice("seal"))
    #expect(fault { $0.devices[0].metrics[1].name = "run" } == .metricTwice("run", device: "seal"))
    #expect(fault { $0.metrics[1].name = "alarms" } == .metricTwice("alarms", device: nil))
  }

  @Test(arguments: ["", "bdSeq", "Node Control/Rebirth", String(repeating: "a", count: 1_025)])
  func metricsHaveNamesOfTheirOwn(name: String) {
    #expect(fault { $0.metrics[0].name = name } == .metricName(name, device: nil))
  }

  @Test(arguments: SparkplugDataType.allCases) func onlyTypesOfOneValueAreMetrics(type: SparkplugDataType) {
    let single: [SparkplugDataType] = [
      .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float, .double, .boolean, .string, .dateTime,
      .text, .uuid,
    ]
    #expect((fault { $0.metrics[0].type = type } == nil) == single.contains(type))
  }

  @Test func boundsAreHeld() {
    #expect(fault { $0.maximumKeptValues = 0 } == .keptValues(0))
    #expect(fault { $0.maximumKeptValues = 10_000_001 } == .keptValues(10_000_001))
    let many = (0..<9_999).map { SparkplugEdgeMetric(name: "m\($0)", type: .double) }
    #expect(fault { $0.metrics = many } == .tooManyMetrics(device: nil, count: 9_999))
    #expect(fault { $0.metrics = Array(many.dropLast()) } == nil)
  }

  @Test func theConnectionIsCheckedToo() {
    #expect(
      fault { $0.connection.port = 0 } == .connection(.portOutsideRange(host: "127.0.0.1", port: 0)))
    #expect(fault { $0.connection.clientID = "" } == .connection(.clientIDLength(host: "127.0.0.1", bytes: 0)))
  }

  @Test func everyFaultSaysWhatToDo() {
    let faults: [SparkplugEdgeFault] = [
      .name(of: "group", "a/b"), .deviceTwice("a"), .metricName("", device: "a"), .metricTwice("a", device: nil),
      .metricType("a", .template), .tooManyMetrics(device: nil, count: 9_999), .keptValues(0),
      .connection(.portOutsideRange(host: "a", port: 0)),
    ]
    #expect(Set(faults.map(\.code)).count == faults.count)
    for fault in faults { #expect(fault.description.contains { $0 == ";" || $0 == ":" }) }
  }
}
