/// Why bytes are no Sparkplug B payload. Positions are bytes from the beginning of the payload.
public enum SparkplugFault: Error, Hashable, Sendable, CustomStringConvertible {
  case payloadTooLarge(bytes: Int)
  case truncated(at: Int)
  /// More than 10 bytes, or more than 64 bits.
  case malformedNumber(at: Int)
  /// Field number 0, a wire type that does not exist, or an end without a beginning.
  case malformedTag(at: Int)
  case textNotUTF8(at: Int)
  case nestedTooDeep(at: Int)
  case tooManyMetrics
  case tooManyProperties(at: Int)
  case nameTooLong(at: Int, bytes: Int)

  public var code: String {
    switch self {
    case .payloadTooLarge: "sparkplug.payload_too_large"
    case .truncated: "sparkplug.truncated"
    case .malformedNumber: "sparkplug.malformed_number"
    case .malformedTag: "sparkplug.malformed_tag"
    case .textNotUTF8: "sparkplug.text_not_utf8"
    case .nestedTooDeep: "sparkplug.nested_too_deep"
    case .tooManyMetrics: "sparkplug.too_many_metrics"
    case .tooManyProperties: "sparkplug.too_many_properties"
    case .nameTooLong: "sparkplug.name_too_long"
    }
  }

  public var description: String {
    switch self {
    case .payloadTooLarge(let bytes):
      "the payload has \(bytes) bytes; at most \(SparkplugCodec.maximumPayloadBytes) are read: split the birth over devices"
    case .truncated(let place): "the payload ends in the middle of a field (byte \(place)); \(Self.advice)"
    case .malformedNumber(let place): "byte \(place) begins no number; \(Self.advice)"
    case .malformedTag(let place): "byte \(place) begins no field; \(Self.advice)"
    case .textNotUTF8(let place): "the text at byte \(place) is not UTF-8; check the names on the edge node"
    case .nestedTooDeep(let place):
      "byte \(place) is nested deeper than \(SparkplugCodec.maximumNesting) levels; \(Self.advice)"
    case .tooManyMetrics:
      "the payload has more than \(SparkplugCodec.maximumMetrics) metrics; split them over devices"
    case .tooManyProperties(let place):
      "the metric at byte \(place) has more than \(SparkplugCodec.maximumProperties) properties; leave some out"
    case .nameTooLong(let place, let bytes):
      "the name at byte \(place) has \(bytes) bytes; at most \(SparkplugCodec.maximumNameBytes) are read"
    }
  }

  private static let advice = "check that the edge node speaks Sparkplug B (spBv1.0)"
}
