import Devices
import Shopfloor

/// Makes readings of the metrics of one planned device.
struct PointReader {
  /// What kind of message a metric came in.
  enum Origin: Hashable {
    case birth
    case data
    /// The broker had kept the message: last known, not now.
    case retained
  }

  /// What one metric brought.
  struct Result {
    var readings: [Reading] = []
    var texts: [TextReading] = []
    /// A data set, template or the like is mapped to a value.
    var hasNoSingleValue = false
    /// A historical value whose time cannot be believed has no place.
    var isOutOfTime = false
  }

  /// What was last told of a point.
  private struct Last {
    /// The latest time of all that was told, history too: the recorder calls late what lies before it.
    var time: Timestamp
    var value: SparkplugValue?
    var isStale: Bool
    var text: String?
  }

  let plan: SparkplugDevicePlan
  private let points: [String: [SparkplugPoint]]
  private var last: [String: Last] = [:]

  /// Section 6.4.11: the codes of the property `Quality`.
  private static let goodQuality: Int64 = 192

  init(_ plan: SparkplugDevicePlan) {
    self.plan = plan
    points = Dictionary(grouping: plan.points.filter { plan.parameters[$0.name]?.isEmpty == false }) { $0.metric }
  }

  var isEmpty: Bool { points.isEmpty }

  func reads(_ metric: String) -> Bool { points[metric] != nil }

  mutating func read(
    _ metric: SparkplugMetric, name: String, type: UInt32, _ message: NodeMessage, origin: Origin
  ) -> Result {
    var result = Result()
    for point in points[name] ?? [] { read(metric, point, type, message, origin, &result) }
    return result
  }

  /// Whether a value of a point is in force.
  var hasValues: Bool { last.values.contains { !$0.isStale } }

  /// The same bad reading for every point; never before what was last told of it, for the clock of the node may be ahead
  /// of ours.
  mutating func stale(_ quality: Quality, at time: Timestamp) -> [Reading] {
    stale(points.keys.sorted().flatMap { points[$0] ?? [] }, quality, at: time)
  }

  /// A bad reading for every point that has a value and whose metric is none of these.
  mutating func stale(_ quality: Quality, notIn metrics: Set<String>, at time: Timestamp) -> [Reading] {
    let gone = points.keys.filter { !metrics.contains($0) }.sorted().flatMap { points[$0] ?? [] }
    return stale(gone.filter { last[$0.name]?.isStale == false }, quality, at: time)
  }

  private mutating func stale(_ points: [SparkplugPoint], _ quality: Quality, at time: Timestamp) -> [Reading] {
    points.flatMap { point -> [Reading] in
      let time = max(time, last[point.name]?.time ?? time)
      last[point.name] = Last(time: time, value: nil, isStale: true, text: nil)
      return (plan.parameters[point.name] ?? []).map { Reading(parameter: $0, time: time, quality: quality) }
    }
  }

  /// A bad reading of the points of one metric.
  mutating func bad(_ quality: Quality, metric: String, at time: Timestamp) -> [Reading] {
    stale(points[metric] ?? [], quality, at: time)
  }

  // MARK: One point

  private mutating func read(
    _ metric: SparkplugMetric, _ point: SparkplugPoint, _ type: UInt32, _ message: NodeMessage, _ origin: Origin,
    _ result: inout Result
  ) {
    let received = message.receivedAt.utc
    let said = MessageTimeClaim.of(metric.timestamp, receivedAt: received)
    guard !metric.isHistorical || said.time != nil else {
      result.isOutOfTime = true
      return
    }
    var time = received
    var isDoubtful = false
    switch said {
    case .credible(let own): time = own
    case .none: time = MessageTimeClaim.of(message.payload.timestamp, receivedAt: received).time ?? received
    case .incredible: isDoubtful = true
    }
    if origin == .birth, !metric.isHistorical, let last = last[point.name], time <= last.time {
      // A birth tells again what is already recorded; after a death it says that the value holds now.
      if !last.isStale, last.value == metric.value, time == last.time { return }
      time = max(
        time, MessageTimeClaim.of(message.payload.timestamp, receivedAt: received).time ?? received)
      // The clock of a node that was declared away by ours may lag behind it.
      if time <= last.time { time = max(received, last.time) }
    }
    var (quality, value, text) = judged(metric, point, type, &result)
    if quality == .good {
      if origin == .retained { quality = .uncertainRetained } else if isDoubtful { quality = .uncertainDeviceTime }
    }
    for parameter in plan.parameters[point.name] ?? [] {
      result.readings.append(Reading(parameter: parameter, time: time, quality: quality, value: value))
      // History tells when a text began; that it is the one of now as well says nothing of that.
      if let text, metric.isHistorical || text != last[point.name]?.text {
        result.texts.append(TextReading(parameter: parameter, time: time, text: text, words: []))
      }
    }
    guard !metric.isHistorical, origin != .retained else {
      if let known = last[point.name]?.time {
        last[point.name]?.time = max(time, known)
      } else if metric.isHistorical {
        last[point.name] = Last(time: time, value: nil, isStale: false, text: nil)
      }
      return
    }
    last[point.name] = Last(
      time: max(time, last[point.name]?.time ?? time), value: metric.value, isStale: false, text: text)
  }

  private func judged(
    _ metric: SparkplugMetric, _ point: SparkplugPoint, _ type: UInt32, _ result: inout Result
  ) -> (Quality, Double, String?) {
    if metric.isNull { return (.badSentinel, 0, nil) }
    if let said = metric.properties["Quality"], said.content(as: .int32) != .integer(Self.goodQuality) {
      return (.badSourceQuality, 0, nil)
    }
    guard let known = SparkplugDataType(rawValue: type), known.hasSingleValue else {
      result.hasNoSingleValue = true
      return (.badPayload, 0, nil)
    }
    guard let raw = metric.value else { return (.badPayload, 0, nil) }
    guard let content = raw.content(as: known) else { return (.badEncoding, 0, nil) }
    if point.isText {
      let text = content.text
      guard text.utf8.count <= TextReading.maximumBytes else { return (.badOutOfRange, 0, nil) }
      return (.good, Double(text.count), text)
    }
    guard let number = content.number ?? content.numberInText else { return (.badPayload, 0, nil) }
    let value = number * point.scale + point.offset
    guard value.isFinite else { return (.badNotANumber, 0, nil) }
    if let range = point.range, !range.contains(value) { return (.badOutOfRange, 0, nil) }
    return (.good, value, nil)
  }
}

/// The time that a metric or payload says, in milliseconds since 1970, UTC.
enum MessageTimeClaim: Hashable {
  case none
  case credible(Timestamp)
  /// Outside what can be true, by the rules of `DeviceTime`.
  case incredible

  var time: Timestamp? { if case .credible(let time) = self { time } else { nil } }

  static func of(_ milliseconds: UInt64?, receivedAt: Timestamp) -> MessageTimeClaim {
    guard let milliseconds else { return .none }
    // 2 to the 50th milliseconds is the year 37,648: in microseconds it still fits.
    guard milliseconds < 1 << 50 else { return .incredible }
    let time = DeviceTime(Timestamp(microseconds: Int64(milliseconds) * 1_000), receivedAt: receivedAt)
    if case .credible(let instant) = time { return .credible(instant) }
    return .incredible
  }
}

extension SparkplugEdgeValue.Content {
  /// A text that is a number, read as in plain messages.
  fileprivate var numberInText: Double? {
    guard case .text(let text) = self, case .value(let number) = NumberText(Array(text.utf8)) else { return nil }
    return number
  }
}
