import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Commands are refused and counted unless the plan allows them.
@Suite struct EdgeCommandTests {
  private static let double = SparkplugDataType.double.rawValue

  private func bornDriver() throws -> EdgeDriver {
    var driver = EdgeDriver()
    _ = try driver.connect()
    return driver
  }

  @Test func aWritableMetricIsHandedOn() throws {
    var driver = try bornDriver()
    #expect(
      try driver.command(
        [SparkplugMetric(name: "setpoint", datatype: Self.double, value: .double(182.5))], device: "seal"
      ).isEmpty)
    #expect(try driver.command([SparkplugMetric(name: "halt", value: .boolean(true))]).isEmpty)
    #expect(
      driver.commands == [
        SparkplugEdgeCommand(device: "seal", metric: "setpoint", value: .number(182.5)),
        SparkplugEdgeCommand(device: nil, metric: "halt", value: .flag(true)),
      ])
    #expect(driver.edge.counts.acceptedCommands == 2 && driver.edge.counts.refusedCommands == 0)
    // The value is published only when it is really so.
    #expect(driver.edge.kept.unsentCount == 0)
  }

  @Test func anAliasNamesAMetricOfItsOwnDeviceOnly() throws {
    var driver = EdgeDriver()
    let births = try driver.connect().published
    let alias = try #require(births[1].metric("setpoint")?.alias)
    let metric = SparkplugMetric(alias: alias, value: .double(1))
    _ = try driver.command([metric], device: "seal")
    #expect(driver.commands.map(\.metric) == ["setpoint"])
    _ = try driver.command([metric], device: "oven")
    _ = try driver.command([metric])
    _ = try driver.command([SparkplugMetric(alias: 0, value: .double(1))], device: "seal")
    _ = try driver.command([SparkplugMetric(alias: .max, value: .double(1))], device: "seal")
    #expect(driver.commands.count == 1 && driver.edge.counts.refusedCommands == 4)
  }

  @Test(
    arguments: [
      ("a metric that is none", "pressure", SparkplugValue.double(1), nil),
      ("not writable", "temperature", .double(1), nil),
      ("another field", "setpoint", .string("182"), nil),
      ("another type", "setpoint", .double(1), SparkplugDataType.float.rawValue),
      ("no number", "setpoint", .double(.nan), nil),
      ("not finite", "setpoint", .double(-.infinity), nil),
      ("nothing", "setpoint", nil, nil),
    ] as [(String, String, SparkplugValue?, UInt32?)])
  func everythingElseIsRefusedAndCounted(
    why: String, metric: String, value: SparkplugValue?, datatype: UInt32?
  ) throws {
    var driver = try bornDriver()
    let command = SparkplugMetric(name: metric, datatype: datatype, value: value)
    #expect(try driver.command([command], device: "seal").isEmpty)
    #expect(driver.commands.isEmpty && driver.edge.counts.refusedCommands == 1)
    #expect(driver.edge.lastComplaint?.contains(metric) == true)
  }

  @Test func nullAndHistoryAreNoCommands() throws {
    var driver = try bornDriver()
    _ = try driver.command([SparkplugMetric(name: "setpoint", isNull: true)], device: "seal")
    _ = try driver.command([SparkplugMetric(name: "setpoint", isHistorical: true, value: .double(1))], device: "seal")
    _ = try driver.command([SparkplugMetric(value: .double(1))], device: "seal")
    #expect(driver.commands.isEmpty && driver.edge.counts.refusedCommands == 3)
  }

  @Test func aRetainedCommandIsNotObeyed() throws {
    var driver = try bornDriver()
    driver.now = 5_000_000
    let metric = SparkplugMetric(name: "setpoint", value: .double(1))
    #expect(try driver.command([metric], device: "seal", isRetained: true).isEmpty)
    let rebirth = SparkplugMetric(name: "Node Control/Rebirth", value: .boolean(true))
    #expect(try driver.command([rebirth], isRetained: true).isEmpty)
    #expect(driver.commands.isEmpty && driver.edge.counts.refusedCommands == 2)
  }

  @Test func bytesThatAreNoCommandAreCounted() throws {
    var driver = try bornDriver()
    let event = SparkplugLinkEvent.message(topic: "spBv1.0/plant/NCMD/line1", payload: [0xFF, 0xFF], isRetained: false)
    #expect(try driver.tell(event).isEmpty)
    #expect(try driver.tell(.messageTooLarge(topic: "spBv1.0/plant/NCMD/line1", bytes: 2_000_000)).isEmpty)
    #expect(driver.edge.counts.refusedCommands == 2)
  }

  @Test func rebirthIsACommandOfTheNodeAlone() throws {
    var driver = try bornDriver()
    driver.now = 5_000_000
    let rebirth = SparkplugMetric(name: "Node Control/Rebirth", value: .boolean(true))
    #expect(try driver.command([rebirth], device: "seal").isEmpty)
    #expect(driver.edge.counts.refusedCommands == 1 && driver.edge.counts.rebirths == 0)
  }

  @Test func severalCommandsInOneMessageAreTakenOneByOne() throws {
    var driver = try bornDriver()
    driver.now = 5_000_000
    let messages = try driver.command([
      SparkplugMetric(name: "halt", value: .boolean(false)), SparkplugMetric(name: "alarms", value: .int(1)),
      SparkplugMetric(name: "Node Control/Rebirth", value: .boolean(true)),
    ])
    #expect(messages.map(\.kind) == [.nodeBirth, .deviceBirth, .deviceBirth])
    #expect(driver.commands.count == 1 && driver.edge.counts.refusedCommands == 1)
  }
}
