import Devices
import Shopfloor

@testable import MQTT

/// A decoder with one device, its points named "a", "b", … in the order of their parameters 0, 1, …, and a clock.
struct DecodingBench {
  static let device: DeviceName = "sensor"
  static let start = Timestamp(microseconds: 1_795_233_600_000_000)  // 2026-11-21T04:00:00Z

  var decoder: RoundDecoder
  /// Since ``start``, in microseconds.
  var elapsed: Int64 = 0

  init(_ mappings: [MessageMapping], availability: [AvailabilityTopic] = [], thinning: ThinningRule = .generous) {
    decoder = RoundDecoder(
      devices: [Self.plan(mappings, availability: availability)], thinning: thinning)
  }

  static func plan(_ mappings: [MessageMapping], availability: [AvailabilityTopic] = []) -> MQTTDevicePlan {
    var parameters: [String: [ParameterIndex]] = [:]
    for point in mappings.flatMap(\.points) where parameters[point.name] == nil {
      parameters[point.name] = [ParameterIndex(UInt32(parameters.count))]
    }
    return MQTTDevicePlan(
      device: device, mappings: mappings, availability: availability, parameters: parameters)
  }

  static func message(
    _ payload: [UInt8], topic: String = "t", retained: Bool = false, at elapsed: Int64 = 0
  ) -> IncomingMessage {
    IncomingMessage(
      topic: topic, payload: .bytes(payload), isRetained: retained,
      receivedAt: ClockReading(
        utc: start.advanced(byMicroseconds: elapsed), monotonicMicroseconds: 1_000_000 + elapsed))
  }

  /// One message a round.
  mutating func take(_ payload: String, topic: String = "t", retained: Bool = false) -> DecodedRound {
    take(Array(payload.utf8), topic: topic, retained: retained)
  }

  mutating func take(_ payload: [UInt8], topic: String = "t", retained: Bool = false) -> DecodedRound {
    decoder.decode([Self.message(payload, topic: topic, retained: retained, at: elapsed)])
  }
}

extension DecodedRound {
  var readings: [Reading] { batches.flatMap(\.readings) }

  /// "0=21.5" for good readings, "0:payload" for bad ones, "0=21.5 retained" for uncertain ones.
  var shown: [String] {
    readings.map { reading in
      let number = reading.parameter.rawValue
      guard reading.quality.hasValue else { return "\(number):\(reading.quality.name)" }
      return "\(number)=\(reading.value)" + (reading.quality.isGood ? "" : " \(reading.quality.name)")
    }
  }
}

extension MessagePoint {
  init(
    _ name: String, _ path: String?, form: Form = .number(words: [:]), scale: Double = 1, offset: Double = 0,
    sentinels: [Double] = [], units: UnitSource? = nil, quality: SourceQuality? = nil
  ) throws {
    self.init(
      name: name, path: try path.map { try JSONPath($0) }, form: form, scale: scale, offset: offset,
      sentinels: sentinels, units: units, quality: quality)
  }
}

extension MessageMapping {
  init(
    _ topic: String = "t", shape: Shape = .whole, conditions: [(String, [String])] = [], each: String? = nil,
    time: (String, MessageTime.Form)? = nil, key: [String] = [], _ points: [MessagePoint]
  ) throws {
    self.init(
      topic: try TopicFilter(topic), shape: shape,
      conditions: try conditions.map { MessageCondition(path: try JSONPath($0.0), texts: $0.1) },
      each: try each.map { try JSONPath($0) },
      time: try time.map { MessageTime(path: try JSONPath($0.0), form: $0.1) }, key: try key.map { try JSONPath($0) },
      points: points)
  }
}
