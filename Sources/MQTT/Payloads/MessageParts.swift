import Devices
import Shopfloor

/// What one message says to one device, while its mappings are carried out.
struct MessageParts {
  /// Readings that are known by one key.
  struct Part {
    var readings: [Reading] = []
    var texts: [RoundPiece.Text] = []
    var key: UInt64?
  }

  /// What has no key but the message's.
  private(set) var base = Part()
  /// Elements of lists that have a key of their own.
  private(set) var elements: [Part] = []
  private(set) var count = 0
  private(set) var hasValue = false
  private(set) var isMalformed = false
  private var isInElement = false
  /// The first source time that the message says itself: with the content it names a message that has no key.
  private(set) var sourceTime: Timestamp?

  /// What follows belongs to an element with this key, until ``endElement()``.
  mutating func beginElement(key: UInt64) {
    elements.append(Part(key: key))
    isInElement = true
  }

  mutating func endElement() { isInElement = false }

  mutating func name(_ key: UInt64) { if base.key == nil { base.key = key } }

  mutating func note(sourceTime: Timestamp) { if self.sourceTime == nil { self.sourceTime = sourceTime } }

  mutating func add(_ value: PointValue, time: Timestamp, to parameters: [ParameterIndex]) {
    if value.quality.hasValue { hasValue = true }
    if value.quality.isUnreadable { isMalformed = true }
    count += parameters.count
    if isInElement, !elements.isEmpty {
      Self.add(value, time, parameters, &elements[elements.count - 1])
    } else {
      Self.add(value, time, parameters, &base)
    }
  }

  private static func add(_ value: PointValue, _ time: Timestamp, _ parameters: [ParameterIndex], _ part: inout Part) {
    for parameter in parameters {
      // Only good texts are told: a last-known one is no news of now.
      if let text = value.text, value.quality.isGood {
        part.texts.append(RoundPiece.Text(reading: part.readings.count, text: text))
      }
      part.readings.append(
        Reading(parameter: parameter, time: time, quality: value.quality, value: value.value))
    }
  }

  /// The parts that have readings, each with a key that no other part of this message has, each at most
  /// `maximumReadingsPerBatch` long.
  func finished(of message: IncomingMessage, device: DeviceName) -> [Part] {
    var whole = base
    if whole.key == nil, let sourceTime, case .bytes(let payload) = message.payload {
      whole.key = MessageKey.timed(
        sourceTime, payload: payload, device: device, retained: message.isRetained, topic: message.topic)
    }
    if elements.isEmpty, whole.readings.count <= maximumReadingsPerBatch {
      return whole.readings.isEmpty ? [] : [whole]
    }
    var used: Set<UInt64> = []
    var turns: [UInt64: Int] = [:]
    return ([whole] + elements).flatMap { Self.split($0) }.map { part in
      guard let key = part.key else { return part }
      var own = part
      while !used.insert(own.key ?? key).inserted {
        turns[key, default: 0] += 1
        own.key = MessageKey.further(key, part: turns[key, default: 0])
      }
      return own
    }
  }

  private static func split(_ part: Part) -> [Part] {
    guard part.readings.count > maximumReadingsPerBatch else { return part.readings.isEmpty ? [] : [part] }
    return stride(from: 0, to: part.readings.count, by: maximumReadingsPerBatch).map { start in
      let end = min(start + maximumReadingsPerBatch, part.readings.count)
      let texts = part.texts.filter { (start..<end).contains($0.reading) }
      return Part(
        readings: Array(part.readings[start..<end]),
        texts: texts.map { RoundPiece.Text(reading: $0.reading - start, text: $0.text) }, key: part.key)
    }
  }
}
