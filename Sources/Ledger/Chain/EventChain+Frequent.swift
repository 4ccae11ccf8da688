import Devices
import Shopfloor

extension EventChain {
  /// The canonical bytes of the events that come with every cycle, written without the general encoder: at a fast line
  /// they are nearly all events there are. Byte for byte what ``canonicalBytes(of:with:)`` gives.
  ///
  /// - Returns: nil for other events, and where a text needs escapes: the general encoder knows those.
  static func frequentBytes(of envelope: Envelope) -> [UInt8]? {
    var writer = CanonicalWriter()
    writer.begin("actor", text: envelope.actor)
    writer.open("data")
    switch envelope.event {
    case .cycleStarted(let started):
      writer.begin("at", integer: started.at.microseconds)
      writer.field("cycle", integer: Int64(started.cycle))
      writer.field("run", text: started.run.text)
    case .cycleEnded(let ended):
      writer.begin("cycle", integer: Int64(ended.cycle))
      writer.field("durationMicroseconds", integer: ended.durationMicroseconds)
      writer.field("endedAt", integer: ended.endedAt.microseconds)
      if let partial = ended.partial { writer.field("partial", text: partial.rawValue) }
      writer.field("run", text: ended.run.text)
      writer.field("startedAt", integer: ended.startedAt.microseconds)
    case .characteristicTaken(let taken):
      guard taken.value.isFinite else { return nil }
      writer.begin("at", integer: taken.at.microseconds)
      writer.field("characteristic", text: taken.characteristic.text)
      writer.field("charted", boolean: taken.charted)
      writer.field("cycle", integer: Int64(taken.cycle))
      writer.field("readings", integer: Int64(taken.readings))
      writer.field("run", text: taken.run.text)
      writer.field("unit", text: taken.unit)
      writer.field("value", number: taken.value)
    default: return nil
    }
    writer.close()
    writer.field("derived", boolean: envelope.derived)
    writer.field("kind", text: envelope.event.kind.rawValue)
    writer.field("monotonic", integer: envelope.monotonic)
    writer.field("sequence", integer: envelope.sequence)
    writer.field("time", integer: envelope.time.microseconds)
    writer.field("version", integer: Int64(payloadVersion))
    writer.close()
    return writer.needsEscapes ? nil : writer.bytes
  }
}

/// Appends JSON objects whose keys the caller gives in their sorted order.
private struct CanonicalWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var needsEscapes = false

  init() { bytes.reserveCapacity(512) }

  /// The first field of an object opens it.
  mutating func begin(_ key: StaticString, text: String) {
    bytes.append(UInt8(ascii: "{"))
    self.key(key)
    self.text(text)
  }

  mutating func begin(_ key: StaticString, integer: Int64) {
    bytes.append(UInt8(ascii: "{"))
    self.key(key)
    self.integer(integer)
  }

  /// A field that is an object; its own first field follows.
  mutating func open(_ key: StaticString) {
    bytes.append(UInt8(ascii: ","))
    self.key(key)
  }

  mutating func close() { bytes.append(UInt8(ascii: "}")) }

  mutating func field(_ key: StaticString, text: String) {
    open(key)
    self.text(text)
  }

  mutating func field(_ key: StaticString, integer: Int64) {
    open(key)
    self.integer(integer)
  }

  mutating func field(_ key: StaticString, boolean: Bool) {
    open(key)
    bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
  }

  /// The shortest digits that read back as the same number; a whole number has no fraction.
  mutating func field(_ key: StaticString, number: Double) {
    open(key)
    let digits = number.description
    bytes.append(contentsOf: digits.hasSuffix(".0") ? digits.utf8.dropLast(2) : digits.utf8[...])
  }

  private mutating func key(_ key: StaticString) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(contentsOf: "\":".utf8)
  }

  private mutating func text(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    for byte in bytes[start...]
    where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      needsEscapes = true
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func integer(_ value: Int64) { bytes.append(contentsOf: String(value).utf8) }
}
