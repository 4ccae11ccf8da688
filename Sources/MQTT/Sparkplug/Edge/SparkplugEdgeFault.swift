import Devices
import Shopfloor

/// Why an edge node cannot be run as planned; found before anything is started.
public enum SparkplugEdgeFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What has a wrong name ("group", "edge node", "device", "primary host"), and the name.
  case name(of: String, String)
  case deviceTwice(String)
  case metricName(String, device: String?)
  case metricTwice(String, device: String?)
  case metricType(String, SparkplugDataType)
  case tooManyMetrics(device: String?, count: Int)
  case keptValues(Int)
  case connection(MQTTPlanFault)

  public var code: String {
    switch self {
    case .name: "sparkplug_edge.name"
    case .deviceTwice: "sparkplug_edge.device_twice"
    case .metricName: "sparkplug_edge.metric_name"
    case .metricTwice: "sparkplug_edge.metric_twice"
    case .metricType: "sparkplug_edge.metric_type"
    case .tooManyMetrics: "sparkplug_edge.too_many_metrics"
    case .keptValues: "sparkplug_edge.kept_values"
    case .connection(let fault): fault.code
    }
  }

  public var description: String {
    switch self {
    case .name(let what, let name):
      "the Sparkplug \(what) \"\(displayable(name))\" cannot be used; write 1 to \(Self.maximumIDBytes) bytes without "
        + "\"/\", \"+\" and \"#\""
    case .deviceTwice(let name): "two Sparkplug devices are called \"\(displayable(name))\"; rename one"
    case .metricName(let name, let device):
      "the metric \"\(displayable(name))\" of \(Self.words(device)) cannot be called so; write 1 to "
        + "\(SparkplugCodec.maximumNameBytes) bytes, and neither bdSeq nor Node Control/Rebirth"
    case .metricTwice(let name, let device):
      "two metrics of \(Self.words(device)) are called \"\(displayable(name))\"; rename one"
    case .metricType(let name, let type):
      "the metric \"\(displayable(name))\" has the type \(type), which has no single value; choose a number, a flag, "
        + "a text or a time"
    case .tooManyMetrics(let device, let count):
      "\(Self.words(device)) has \(count) metrics; at most \(Self.maximumMetrics) stand in one birth: use more devices"
    case .keptValues(let count):
      "\(count) values cannot be kept; write 1 to \(Self.maximumKeptValues)"
    case .connection(let fault): fault.description
    }
  }

  /// Longest group, edge node, device and host id, in bytes.
  static let maximumIDBytes = 255
  /// Most metrics in one birth; an NBIRTH has two of its own beside them.
  static let maximumMetrics = SparkplugCodec.maximumMetrics - 2
  /// Most values that may be kept: some 100 bytes of memory each.
  static let maximumKeptValues = 10_000_000

  private static func words(_ device: String?) -> String {
    device.map { "the Sparkplug device \"\(displayable($0))\"" } ?? "the edge node"
  }

  public static func check(_ plan: SparkplugEdgePlan) throws(SparkplugEdgeFault) {
    try checkConnection(plan.connection)
    guard (1...maximumKeptValues).contains(plan.maximumKeptValues) else { throw .keptValues(plan.maximumKeptValues) }
    try checkName(plan.group, "group")
    try checkName(plan.edgeNode, "edge node")
    if let host = plan.primaryHost { try checkName(host, "primary host") }
    try checkMetrics(plan.metrics, device: nil)
    var seen: Set<String> = []
    for device in plan.devices {
      try checkName(device.name, "device")
      guard seen.insert(device.name).inserted else { throw .deviceTwice(device.name) }
      try checkMetrics(device.metrics, device: device.name)
    }
  }

  private static func checkConnection(_ connection: MQTTConnection) throws(SparkplugEdgeFault) {
    let broker = MQTTBrokerPlan(name: "edge", connection: connection, devices: [])
    do throws(MQTTPlanFault) {
      try MQTTPlanFault.check([broker])
    } catch {
      throw .connection(error)
    }
  }

  private static func checkName(_ name: String, _ what: String) throws(SparkplugEdgeFault) {
    // STATE as a group would stand where a host's own topic stands.
    guard SparkplugTopic.isName(name), name.utf8.count <= maximumIDBytes, !(what == "group" && name == "STATE") else {
      throw .name(of: what, name)
    }
  }

  private static func checkMetrics(
    _ metrics: [SparkplugEdgeMetric], device: String?
  ) throws(SparkplugEdgeFault) {
    guard metrics.count <= maximumMetrics else { throw .tooManyMetrics(device: device, count: metrics.count) }
    var seen: Set<String> = []
    for metric in metrics {
      let isReserved =
        metric.name == SparkplugEdgeState.rebirthMetric || metric.name == SparkplugEdgeState.birthDeathMetric
      guard (1...SparkplugCodec.maximumNameBytes).contains(metric.name.utf8.count), !isReserved else {
        throw .metricName(metric.name, device: device)
      }
      guard seen.insert(metric.name).inserted else { throw .metricTwice(metric.name, device: device) }
      guard metric.type.hasSingleValue else { throw .metricType(metric.name, metric.type) }
    }
  }
}
