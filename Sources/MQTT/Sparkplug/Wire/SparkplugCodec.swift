/// The payload of Sparkplug B in the wire format of Protocol Buffers (specification 3.0.0, chapter 6, and its
/// `sparkplug_b.proto`, proto2). Fields that we do not know, or that stand in another wire type than theirs, are passed
/// over, as Protocol Buffers wants it; the last of a repeated field counts.
public enum SparkplugCodec {
  /// Largest payload that is read, in bytes.
  public static let maximumPayloadBytes = 1_048_576
  public static let maximumMetrics = 10_000
  /// Longest name of a metric or a property, in bytes of UTF-8.
  public static let maximumNameBytes = 1_024
  /// Most properties of a metric.
  public static let maximumProperties = 256
  /// Deepest nesting of groups that are passed over, in levels. Nothing that is read nests by itself: data sets,
  /// templates and sets within sets stay bytes.
  public static let maximumNesting = 8

  public static func decode(_ bytes: [UInt8]) throws(SparkplugFault) -> SparkplugPayload {
    guard bytes.count <= maximumPayloadBytes else { throw .payloadTooLarge(bytes: bytes.count) }
    var reader = WireReader(bytes)
    var payload = SparkplugPayload()
    while let tag = try reader.tag() {
      switch (tag.field, tag.type) {
      case (1, .varint): payload.timestamp = try reader.varint()
      case (2, .lengthDelimited):
        guard payload.metrics.count < maximumMetrics else { throw .tooManyMetrics }
        var inner = try reader.message()
        payload.metrics.append(try metric(&inner))
      case (3, .varint): payload.sequence = try reader.varint()
      case (4, .lengthDelimited): payload.uuid = try reader.text()
      case (5, .lengthDelimited): payload.body = try reader.byteArray()
      default: try reader.skip(tag)
      }
    }
    return payload
  }

  /// The time stamp and the sequence number of a payload whose metrics cannot be read, so that one bad metric makes no hole
  /// in the count of its edge node. Nil where the fields around the metrics cannot be read either.
  static func frame(of bytes: [UInt8]) -> SparkplugPayload? {
    guard bytes.count <= maximumPayloadBytes else { return nil }
    var reader = WireReader(bytes)
    var frame = SparkplugPayload()
    do throws(SparkplugFault) {
      while let tag = try reader.tag() {
        switch (tag.field, tag.type) {
        case (1, .varint): frame.timestamp = try reader.varint()
        case (3, .varint): frame.sequence = try reader.varint()
        default: try reader.skip(tag)
        }
      }
    } catch {
      return nil
    }
    return frame
  }

  private static func metric(_ reader: inout WireReader) throws(SparkplugFault) -> SparkplugMetric {
    var metric = SparkplugMetric()
    while let tag = try reader.tag() {
      switch (tag.field, tag.type) {
      case (1, .lengthDelimited): metric.name = try reader.name()
      case (2, .varint): metric.alias = try reader.varint()
      case (3, .varint): metric.timestamp = try reader.varint()
      case (4, .varint): metric.datatype = UInt32(truncatingIfNeeded: try reader.varint())
      case (5, .varint): metric.isHistorical = try reader.varint() != 0
      case (6, .varint): metric.isTransient = try reader.varint() != 0
      case (7, .varint): metric.isNull = try reader.varint() != 0
      case (9, .lengthDelimited):
        var inner = try reader.message()
        metric.properties = try properties(&inner)
      case (10..., _):
        if let value = try value(tag, firstField: 10, &reader) { metric.value = value }
      // Metadata (8) describes files in parts, which are not read.
      default: try reader.skip(tag)
      }
    }
    if metric.isNull { metric.value = nil }
    return metric
  }

  /// A value in one of its fields. Metrics and properties have them in the same order, from another first field on;
  /// properties have no bytes.
  private static func value(
    _ tag: WireReader.Tag, firstField: UInt32, _ reader: inout WireReader
  ) throws(SparkplugFault) -> SparkplugValue? {
    switch (tag.field - firstField, tag.type) {
    // An implementation that sign-extends to 64 bits is cut back to the 32 that count.
    case (0, .varint): return .int(UInt32(truncatingIfNeeded: try reader.varint()))
    case (1, .varint): return .long(try reader.varint())
    case (2, .fixed32): return .float(Float(bitPattern: try reader.fixed32()))
    case (3, .fixed64): return .double(Double(bitPattern: try reader.fixed64()))
    case (4, .varint): return .boolean(try reader.varint() != 0)
    case (5, .lengthDelimited): return .string(try reader.text())
    case (6, .lengthDelimited) where firstField == 10: return .bytes(try reader.byteArray())
    case (6...8, .lengthDelimited) where firstField == 3, (7...9, .lengthDelimited) where firstField == 10:
      return .other(field: tag.field, try reader.byteArray())
    default:
      try reader.skip(tag)
      return nil
    }
  }

  // MARK: Properties

  private static func properties(_ reader: inout WireReader) throws(SparkplugFault) -> [String: SparkplugValue] {
    let start = reader.position
    var keys: [String] = []
    var values: [SparkplugValue?] = []
    while let tag = try reader.tag() {
      switch (tag.field, tag.type) {
      case (1, .lengthDelimited): keys.append(try reader.name())
      case (2, .lengthDelimited):
        var inner = try reader.message()
        values.append(try property(&inner))
      default: try reader.skip(tag)
      }
      guard max(keys.count, values.count) <= maximumProperties else { throw .tooManyProperties(at: start) }
    }
    var found: [String: SparkplugValue] = [:]
    // A key without a value, or a value without a key, says nothing.
    for (key, value) in zip(keys, values) { found[key] = value }
    return found
  }

  private static func property(_ reader: inout WireReader) throws(SparkplugFault) -> SparkplugValue? {
    var found: SparkplugValue?
    var isNull = false
    while let tag = try reader.tag() {
      switch (tag.field, tag.type) {
      case (2, .varint): isNull = try reader.varint() != 0
      case (3..., _): if let value = try value(tag, firstField: 3, &reader) { found = value }
      default: try reader.skip(tag)
      }
    }
    return isNull ? nil : found
  }
}
