import Shopfloor

/// The metrics of an edge node and its devices, each with its alias and its value now.
struct EdgeMetrics {
  struct Metric {
    var plan: SparkplugEdgeMetric
    /// Index into the devices of the plan; nil: the edge node itself.
    var device: Int?
    /// Nil: no value was handed in yet.
    var time: Timestamp?
    /// Nil: there is no value.
    var value: SparkplugValue?
    /// The last value that was handed in as history.
    var late: (time: Timestamp, value: SparkplugValue?)?
    /// Up to when hosts were told something for the metric although no value of that time was handed in: null by a birth.
    var toldUntil: Timestamp?

    var isKnown: Bool { time != nil }
  }

  private struct Key: Hashable {
    var device: String?
    var name: String
  }

  private(set) var metrics: [Metric] = []
  private var indices: [Key: Int] = [:]

  init(_ plan: SparkplugEdgePlan) {
    add(plan.metrics, device: nil, deviceName: nil)
    for (index, device) in plan.devices.enumerated() {
      add(device.metrics, device: index, deviceName: device.name)
    }
  }

  private mutating func add(_ plans: [SparkplugEdgeMetric], device: Int?, deviceName: String?) {
    for plan in plans {
      indices[Key(device: deviceName, name: plan.name)] = metrics.count
      metrics.append(Metric(plan: plan, device: device))
    }
  }

  /// Unique over the edge node and all its devices (tck-id-payloads-alias-uniqueness); the same in every birth.
  static func alias(of index: Int) -> UInt64 { UInt64(index) + 1 }

  func index(device: String?, name: String) -> Int? { indices[Key(device: device, name: name)] }

  func index(alias: UInt64, device: Int?) -> Int? {
    guard alias >= 1, alias <= UInt64(metrics.count), metrics[Int(alias) - 1].device == device else { return nil }
    return Int(alias) - 1
  }

  mutating func set(_ index: Int, value: SparkplugValue?, time: Timestamp) {
    metrics[index].value = value
    metrics[index].time = time
  }

  mutating func tell(_ index: Int, until time: Timestamp) { metrics[index].toldUntil = time }

  mutating func setLate(_ index: Int, value: SparkplugValue?, time: Timestamp) {
    metrics[index].late = (time, value)
  }
}
