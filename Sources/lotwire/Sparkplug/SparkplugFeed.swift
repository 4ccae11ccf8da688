import Console
import Devices
import Ledger
import MQTT
import Recorder
import Shopfloor

/// What the line shows of itself as a Sparkplug edge node: the line is the node, every station a device. Pure: the same
/// floor gives the same metrics and values.
struct SparkplugFeed {
  let plan: LinePlan
  let entry: SparkplugEdgeEntry

  /// Most alarms whose words stand in one metric; the counts say all.
  static let mostAlarmsTold = 10

  // MARK: What there is

  /// - Parameter broker: the connection is beside the one that records.
  func edgePlan(at broker: MQTTBrokerEntry) -> SparkplugEdgePlan {
    SparkplugEdgePlan(
      name: "\(broker.name) sparkplug edge", connection: broker.connection(for: "sparkplug-edge"), group: entry.group,
      edgeNode: entry.edgeNode, primaryHost: entry.primaryHost, maximumKeptValues: entry.maximumKeptValues,
      devices: plan.stations.map { SparkplugEdgeDevice(name: $0.name.text, metrics: metrics(of: $0)) },
      metrics: lineMetrics)
  }

  private var lineMetrics: [SparkplugEdgeMetric] {
    [
      SparkplugEdgeMetric(name: Name.site, type: .string), SparkplugEdgeMetric(name: Name.line, type: .string),
      SparkplugEdgeMetric(name: Name.program, type: .string),
      SparkplugEdgeMetric(name: Name.recording, type: .boolean),
      SparkplugEdgeMetric(name: Name.openAlarms, type: .int32),
      SparkplugEdgeMetric(name: Name.unacknowledgedAlarms, type: .int32),
    ]
      + entry.writes.map { write in
        SparkplugEdgeMetric(
          name: Name.write(write), type: .double, unit: allowance(of: write)?.unit ?? "", isWritable: true)
      }
  }

  private func allowance(of write: SparkplugEdgeEntry.Write) -> WriteAllowance? {
    plan.writes?.first { $0.device == write.device && $0.point == write.point }
  }

  private func metrics(of station: StationPlan) -> [SparkplugEdgeMetric] {
    [
      SparkplugEdgeMetric(name: Name.state, type: .string), SparkplugEdgeMetric(name: Name.run, type: .string),
      SparkplugEdgeMetric(name: Name.lots, type: .string), SparkplugEdgeMetric(name: Name.workOrders, type: .string),
      SparkplugEdgeMetric(name: Name.operation, type: .string),
      SparkplugEdgeMetric(name: Name.startedAt, type: .dateTime),
      SparkplugEdgeMetric(name: Name.cycle, type: .int32), SparkplugEdgeMetric(name: Name.hold, type: .boolean),
      SparkplugEdgeMetric(name: Name.openAlarms, type: .int32),
      SparkplugEdgeMetric(name: Name.unacknowledgedAlarms, type: .int32),
      SparkplugEdgeMetric(name: Name.alarms, type: .string),
    ]
      + station.parameters.flatMap { parameter in
        [
          SparkplugEdgeMetric(name: Name.value(parameter.name), type: .double, unit: parameter.unit),
          SparkplugEdgeMetric(name: Name.quality(parameter.name), type: .string),
          SparkplugEdgeMetric(name: Name.text(parameter.name), type: .string),
        ]
      }
  }

  /// Stable: a host stores by these.
  enum Name {
    static let site = "Line/Site"
    static let line = "Line/Name"
    static let program = "Line/Program"
    static let recording = "Line/Recording"
    static let openAlarms = "Alarms/Open"
    static let unacknowledgedAlarms = "Alarms/Unacknowledged"
    static let alarms = "Alarms/Text"
    static let state = "Station/State"
    static let hold = "Station/Hold"
    static let run = "Run/ID"
    static let lots = "Run/Lots"
    static let workOrders = "Run/Work orders"
    static let operation = "Run/Operation"
    static let startedAt = "Run/Started"
    static let cycle = "Run/Cycle"
    static func value(_ parameter: ParameterName) -> String { "Parameters/\(parameter)" }
    static func quality(_ parameter: ParameterName) -> String { "Parameters/\(parameter)/Quality" }
    static func text(_ parameter: ParameterName) -> String { "Parameters/\(parameter)/Text" }
    static func write(_ write: SparkplugEdgeEntry.Write) -> String { "Write/\(write.device)/\(write.point)" }
  }

  /// The write that a command means; nil: none of ours.
  func write(of command: SparkplugEdgeCommand) -> (write: SparkplugEdgeEntry.Write, value: Double)? {
    guard command.device == nil, let write = entry.writes.first(where: { Name.write($0) == command.metric }) else {
      return nil
    }
    switch command.value {
    case .number(let value): return (write, value)
    case .integer(let value): return (write, Double(value))
    case .flag(let flag): return (write, flag ? 1 : 0)
    case .text: return nil
    }
  }

  // MARK: What it says now

  /// Every metric with its value; the edge node sends what has changed.
  ///
  /// - Parameter written: what was written to devices last and confirmed.
  func values(
    of view: FloorView, isRecording: Bool, written: [WrittenValues.Place: WrittenValues.Written] = [:],
    at now: Timestamp
  ) -> [SparkplugEdgeValue] {
    let alarms = Array(view.floor.alarms.values)
    func line(_ metric: String, _ value: SparkplugEdgeValue.Content) -> SparkplugEdgeValue {
      SparkplugEdgeValue(device: nil, metric: metric, time: now, value: value)
    }
    return [
      line(Name.site, .text(plan.site)), line(Name.line, .text(plan.line)), line(Name.program, .text(lotwireVersion)),
      line(Name.recording, .flag(isRecording)), line(Name.openAlarms, .integer(Int64(alarms.count))),
      line(Name.unacknowledgedAlarms, .integer(Self.unacknowledged(alarms))),
    ]
      + entry.writes.map { write in
        let last = written[WrittenValues.Place(device: write.device, point: write.point)]
        return SparkplugEdgeValue(
          device: nil, metric: Name.write(write), time: last?.at ?? now, value: last.map { .number($0.value) })
      } + plan.stations.flatMap { values(of: $0, view, alarms.filter { [name = $0.name] in $0.station == name }, now) }
  }

  private static func unacknowledged(_ alarms: [Alarm]) -> Int64 {
    Int64(alarms.count { $0.acknowledgement == nil })
  }

  private func values(
    of station: StationPlan, _ view: FloorView, _ alarms: [Alarm], _ now: Timestamp
  ) -> [SparkplugEdgeValue] {
    let state = view.floor.station(station.name)
    func value(_ metric: String, _ content: SparkplugEdgeValue.Content?, at time: Timestamp? = nil)
      -> SparkplugEdgeValue
    {
      SparkplugEdgeValue(device: station.name.text, metric: metric, time: time ?? now, value: content)
    }
    let run = state.activeRun
    let lots = run?.lots ?? state.load
    let isHeld = lots.contains { view.floor.lots[$0]?.hold != nil }
    return [
      value(Name.state, .text(run != nil ? "running" : state.load.isEmpty ? "idle" : "loaded")),
      value(Name.run, run.map { .text($0.id.text) }),
      value(Name.lots, .text(lots.map(\.text).joined(separator: ", "))),
      value(Name.workOrders, run.map { .text($0.workOrders.map(\.text).joined(separator: ", ")) }),
      value(Name.operation, .text(station.operation.text)),
      value(Name.startedAt, run.map { .integer($0.startedAt.microseconds / 1_000) }),
      value(Name.cycle, .integer(Int64(view.cycles[station.name] ?? 0))), value(Name.hold, .flag(isHeld)),
      value(Name.openAlarms, .integer(Int64(alarms.count))),
      value(Name.unacknowledgedAlarms, .integer(Self.unacknowledged(alarms))),
      value(Name.alarms, .text(Self.words(alarms))),
    ]
      + (view.readings[station.name] ?? []).flatMap { parameter -> [SparkplugEdgeValue] in
        let latest = parameter.latest
        // A text is the latest reading's; one that is bad says nothing.
        let text = latest.map { $0.value != nil } ?? true ? parameter.text : nil
        return [
          value(Name.value(parameter.plan.name), latest?.value.map { .number($0) }, at: latest?.time),
          value(Name.quality(parameter.plan.name), latest.map { .text($0.quality) }, at: latest?.time),
          value(Name.text(parameter.plan.name), text.map { .text($0) }, at: latest?.time),
        ]
      }
  }

  /// What parameters said while no host could hear it.
  func values(of samples: [SampledReading]) -> [SparkplugEdgeValue] {
    samples.flatMap { sample -> [SparkplugEdgeValue] in
      let (parameter, reading) = (sample.parameter, sample.reading)
      guard plan.station(parameter.station)?.parameters.contains(where: { $0.name == parameter.name }) == true else {
        return []
      }
      func value(_ metric: String, _ content: SparkplugEdgeValue.Content?) -> SparkplugEdgeValue {
        SparkplugEdgeValue(device: parameter.station.text, metric: metric, time: reading.time, value: content)
      }
      return [
        value(Name.value(parameter.name), reading.quality.hasValue ? .number(reading.value) : nil),
        value(Name.quality(parameter.name), .text(reading.quality.name)),
      ]
    }
  }

  /// The most urgent alarms, the oldest first among equals, in English: a host shows them as they come.
  private static func words(_ alarms: [Alarm]) -> String {
    let ordered = alarms.sorted { one, other in
      if one.urgency != other.urgency { return one.urgency > other.urgency }
      return one.raisedAt != other.raisedAt ? one.raisedAt < other.raisedAt : one.id.text < other.id.text
    }
    let told = ordered.prefix(mostAlarmsTold).map { alarm in
      "\(alarm.id) \(alarm.source): \(alarm.rule.english)"
        + (alarm.acknowledgement == nil ? "" : ", acknowledged") + (alarm.returnedAt == nil ? "" : ", returned")
    }
    let more = ordered.count - told.count
    return told.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }
}
