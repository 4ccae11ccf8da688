import Devices
import Shopfloor

/// What a message means for the devices of a broker, as a pure function: the same message gives the same readings.
struct MessageDecoder {
  let devices: [MQTTDevicePlan]

  /// One batch for each device that maps the topic; none where nobody maps it.
  func batches(for message: IncomingMessage) -> [ReadingBatch] {
    let topic = Array(message.topic.utf8)
    var document: Document?
    return devices.compactMap { device in
      let mappings = device.mappings.filter { $0.topic.matches(levelsOf: topic) }
      guard !mappings.isEmpty else { return nil }
      var readings: [Reading] = []
      var key: UInt64?
      var hasExplicitKey = false
      for (mapping, point) in mappings.flatMap({ mapping in mapping.points.map { (mapping, $0) } }) {
        let value = read(mapping, point, of: message, &document)
        readings.append(contentsOf: (device.parameters[point.name] ?? []).map { value.reading(of: $0) })
        if let id = value.id, !hasExplicitKey {
          hasExplicitKey = true
          key = MessageKey.explicit(id, device: device.device, retained: message.isRetained, topic: message.topic)
        } else if key == nil, let time = value.sourceTime, case .bytes(let payload) = message.payload {
          key = MessageKey.timed(
            time, payload: payload, device: device.device, retained: message.isRetained, topic: message.topic)
        }
      }
      return ReadingBatch(
        device: device.device, receivedAt: message.receivedAt.utc,
        monotonicMicroseconds: message.receivedAt.monotonicMicroseconds, messageKey: key, readings: readings)
    }
  }

  /// The payload as JSON, read at most once for all mappings of a message.
  private enum Document {
    case json(JSONValue)
    case unreadable
  }

  private func read(
    _ mapping: MessageMapping, _ point: MessagePoint, of message: IncomingMessage, _ document: inout Document?
  ) -> MappedValue {
    let received = message.receivedAt.utc
    guard case .bytes(let payload) = message.payload else {
      return MappedValue(time: received, quality: .badPayloadTooLarge)
    }
    guard let path = point.path else {
      return MappedValue(
        NumberText(payload), point, time: received, isRetained: message.isRetained, isTimeDoubtful: false)
    }
    let parsed = document ?? Self.parse(payload)
    document = parsed
    guard case .json(let json) = parsed else { return MappedValue(time: received, quality: .badPayload) }
    let deviceTime = mapping.time.map { DeviceTime(json.value(at: $0.path), receivedAt: received) }
    var sourceTime: Timestamp?
    if case .credible(let time)? = deviceTime { sourceTime = time }
    var value = MappedValue(
      NumberText(json.value(at: path)), point, time: sourceTime ?? received, isRetained: message.isRetained,
      isTimeDoubtful: deviceTime == .incredible)
    value.sourceTime = sourceTime
    value.id = mapping.key.first.flatMap { json.value(at: $0)?.messageID }
    return value
  }

  private static func parse(_ payload: [UInt8]) -> Document {
    do throws(JSONScanner.Fault) {
      return .json(try JSONScanner.value(of: payload))
    } catch {
      return .unreadable
    }
  }
}

/// What one mapping took from one message.
private struct MappedValue {
  var time: Timestamp
  var quality: Quality
  var value = 0.0
  var sourceTime: Timestamp?
  var id: String?

  init(time: Timestamp, quality: Quality) {
    self.time = time
    self.quality = quality
  }

  init(_ number: NumberText, _ mapping: MessagePoint, time: Timestamp, isRetained: Bool, isTimeDoubtful: Bool) {
    self.time = time
    switch number {
    case .unreadable: quality = .badPayload
    case .notANumber: quality = .badNotANumber
    case .value(let raw):
      value = raw * mapping.scale + mapping.offset
      if !value.isFinite {
        quality = .badNotANumber
      } else if let range = mapping.range, !range.contains(value) {
        quality = .badOutOfRange
      } else if isRetained {
        quality = .uncertainRetained
      } else {
        quality = isTimeDoubtful ? .uncertainDeviceTime : .good
      }
    }
  }

  func reading(of parameter: ParameterIndex) -> Reading {
    Reading(parameter: parameter, time: time, quality: quality, value: value)
  }
}

extension NumberText {
  init(_ json: JSONValue?) {
    switch json {
    case .number(let text), .string(let text): self.init(text.utf8)
    case .bool(let flag): self = .value(flag ? 1 : 0)
    case .notANumber: self = .notANumber
    case .null, .array, .object, nil: self = .unreadable
    }
  }
}

extension JSONValue {
  /// A message id: a text or a number, as written; nil where there is none.
  fileprivate var messageID: String? {
    switch self {
    case .string(let text): text.isEmpty ? nil : text
    case .number(let text): text
    default: nil
    }
  }
}
