import Devices
import Ledger
import MQTT
import Shopfloor
import Testing

@testable import Recorder
@testable import lotwire

@Suite("What the line shows of itself as an edge node")
struct SparkplugFeedTests {
  static let plan = LinePlan(
    site: "Suzhou", line: "Pouches",
    stations: [
      StationPlan(
        name: "sealer", operation: "seal",
        parameters: [
          ParameterPlan(
            name: "seal.temperature", device: "plc-1", point: "t", unit: "°C", expectedIntervalMicroseconds: 0)
        ])
    ], writes: [WriteAllowance(device: "plc-1", point: "setpoint", unit: "°C", minimum: 0, maximum: 200)])
  static let entry = SparkplugEdgeEntry(
    broker: "main", group: "Plant1", edgeNode: "Line1", primaryHost: "scada", maximumKeptValues: 10,
    everyMicroseconds: 1_000_000, person: "P-9", writes: [.init(device: "plc-1", point: "setpoint")])
  static let feed = SparkplugFeed(plan: plan, entry: entry)
  static let now = Timestamp(microseconds: 1_795_000_000_000_000)

  /// A sealer with a lot, a run, a reading and an alarm.
  private func view() -> FloorView {
    var engine = LineEngine()
    let parameter = RegisteredParameter(
      index: ParameterIndex(0), station: "sealer", name: "seal.temperature", device: "plc-1", point: "t", unit: "°C")
    engine.register([parameter])
    var input = LineEngine.Input(clock: ClockReading(utc: Self.now, monotonicMicroseconds: 1_000_000))
    let order = WorkOrder(
      number: "WO-1", product: "pouch", productName: "Pouch", quantity: 1, unit: "pcs", operations: ["seal"],
      lots: ["L-1"], materials: [])
    input.commands = [
      .init(.applyPlan(Self.plan, digest: "d", changes: []), actor: "configuration", at: Self.now),
      .init(
        .updatePeople([Person(id: "P-1", name: "Li Wei", badge: "B-1", rights: [.operate])]), actor: "configuration",
        at: Self.now),
      .init(.updateWork(WorkChange(orders: [order])), actor: "erp", at: Self.now),
      .init(.scan(ScannedLabel(text: "B-1"), station: "sealer"), actor: "scanner", at: Self.now),
      .init(.scan(ScannedLabel(text: "L-1", kind: .lot), station: "sealer"), actor: "scanner", at: Self.now),
    ]
    input.batches = [
      ReadingBatch(
        device: "plc-1", receivedAt: Self.now, monotonicMicroseconds: 1_000_000,
        readings: [
          Reading(parameter: ParameterIndex(0), time: Self.now.advanced(byMicroseconds: -5), value: 181.5)
        ])
    ]
    _ = engine.take(input)
    return FloorView(engine)
  }

  private func value(_ metric: String, of device: String?, in values: [SparkplugEdgeValue]) -> SparkplugEdgeValue? {
    values.first { $0.device == device && $0.metric == metric }
  }

  @Test("every value has a metric that was announced, with its type")
  func announced() throws {
    let broker = MQTTBrokerEntry(name: "main", connection: MQTTConnection(host: "h", clientID: "line"))
    let announced = Self.feed.edgePlan(at: broker)
    try SparkplugEdgeFault.check(announced)
    #expect(announced.connection.clientID == "line-sparkplug-edge")
    for value in Self.feed.values(of: view(), isRecording: true, at: Self.now) {
      let metrics =
        value.device.map { name in announced.devices.first { $0.name == name }?.metrics ?? [] } ?? announced.metrics
      let metric = try #require(metrics.first { $0.name == value.metric }, "\(value.metric)")
      switch (value.value, metric.type) {
      case (nil, _), (.integer, .int32), (.integer, .dateTime), (.number, .double), (.flag, .boolean), (.text, .string):
        break
      default: Issue.record("\(value) as \(metric.type)")
      }
    }
    #expect(announced.metrics.filter(\.isWritable).map(\.name) == ["Write/plc-1/setpoint"])
  }

  @Test("the run, its lot, its value with its own time")
  func running() throws {
    let values = Self.feed.values(of: view(), isRecording: true, at: Self.now)
    #expect(value("Station/State", of: "sealer", in: values)?.value == .text("running"))
    #expect(value("Run/Lots", of: "sealer", in: values)?.value == .text("L-1"))
    #expect(
      value("Run/Started", of: "sealer", in: values)?.value == .integer(Self.now.microseconds / 1_000), "milliseconds")
    let temperature = try #require(value("Parameters/seal.temperature", of: "sealer", in: values))
    #expect(temperature.value == .number(181.5))
    #expect(temperature.time == Self.now.advanced(byMicroseconds: -5))
    #expect(value("Line/Recording", of: nil, in: values)?.value == .flag(true))
  }

  @Test("a confirmed write is the value of its metric, with its time; what failed is not")
  func written() throws {
    let written = WrittenValues()
    func end(_ value: Double, _ outcome: DeviceWriteReport.Outcome) {
      let id: WriteID = outcome == .confirmed ? "W-1" : "W-2"
      written.take(
        .writeOrdered(
          DeviceWrite(
            id: id, device: "plc-1", point: "setpoint", value: value, unit: "°C",
            origin: .person("P-9", reason: "a test"), stations: [], orderedAt: Self.now)))
      written.take(.writeReported(DeviceWriteReport(id: id, outcome: outcome, detail: "", at: Self.now)))
    }
    func shown() -> SparkplugEdgeValue? {
      let later = Self.now.advanced(byMicroseconds: 9)
      let values = Self.feed.values(of: view(), isRecording: true, written: written.confirmed, at: later)
      return value("Write/plc-1/setpoint", of: nil, in: values)
    }
    #expect(shown() != nil && shown()?.value == nil)
    end(120, .confirmed)
    end(130, .refused)
    #expect(shown()?.value == .number(120) && shown()?.time == Self.now)
  }

  @Test("a text has the time of its reading, and is none where the reading is bad")
  func texts() throws {
    var view = view()
    view.readings["sealer"]?[0].text = "R-7"
    let good = Self.feed.values(of: view, isRecording: true, at: Self.now)
    let text = try #require(value("Parameters/seal.temperature/Text", of: "sealer", in: good))
    #expect(text.value == .text("R-7") && text.time == Self.now.advanced(byMicroseconds: -5))
    view.readings["sealer"]?[0].latest?.value = nil
    let bad = Self.feed.values(of: view, isRecording: true, at: Self.now)
    #expect(value("Parameters/seal.temperature/Text", of: "sealer", in: bad)?.value == nil)
  }

  @Test("a command means a write that the configuration names, and nothing else")
  func commands() throws {
    let write = try #require(
      Self.feed.write(of: SparkplugEdgeCommand(device: nil, metric: "Write/plc-1/setpoint", value: .number(120))))
    #expect(write.write == .init(device: "plc-1", point: "setpoint") && write.value == 120)
    for command in [
      SparkplugEdgeCommand(device: "sealer", metric: "Write/plc-1/setpoint", value: .number(1)),
      SparkplugEdgeCommand(device: nil, metric: "Write/plc-1/other", value: .number(1)),
      SparkplugEdgeCommand(device: nil, metric: "Write/plc-1/setpoint", value: .text("1")),
    ] {
      #expect(Self.feed.write(of: command) == nil)
    }
  }

  @Test("what hosts missed keeps its own time; what the plan no longer has is left out")
  func missed() {
    func sample(_ name: ParameterName, _ reading: Reading) -> SampledReading {
      SampledReading(
        parameter: RegisteredParameter(
          index: reading.parameter, station: "sealer", name: name, device: "plc-1", point: "t", unit: "°C"),
        reading: reading)
    }
    let values = Self.feed.values(of: [
      sample("seal.temperature", Reading(parameter: ParameterIndex(0), time: Self.now, value: 180)),
      sample("seal.temperature", Reading(parameter: ParameterIndex(0), time: Self.now, quality: .badTimeout)),
      sample("gone", Reading(parameter: ParameterIndex(1), time: Self.now, value: 1)),
    ])
    #expect(values.map(\.value) == [.number(180), .text("good"), nil, .text("timeout")])
    #expect(values.allSatisfy { $0.time == Self.now && $0.device == "sealer" })
  }
}
