import Devices
import Shopfloor

extension EventChain {
  /// The canonical bytes of the events that come with every cycle, written without the general encoder: at a fast line
  /// they are nearly all events there are; and of a plan, for which the general encoder would need many times the
  /// memory of the whole line. Byte for byte what ``canonicalBytes(of:with:)`` gives.
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
      guard taken.value.isFinite, taken.closedGate == nil, taken.from == nil else { return nil }
      writer.begin("at", integer: taken.at.microseconds)
      writer.field("characteristic", text: taken.characteristic.text)
      writer.field("charted", boolean: taken.charted)
      writer.field("cycle", integer: Int64(taken.cycle))
      writer.field("readings", integer: Int64(taken.readings))
      writer.field("run", text: taken.run.text)
      writer.field("unit", text: taken.unit)
      writer.field("value", number: taken.value)
    case .planApplied(let applied): guard write(applied, &writer) else { return nil }
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
