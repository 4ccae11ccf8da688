/// Whether a reading may be used, and if not, why. One byte in the ledger; a number, once released, keeps its meaning.
public enum Quality: UInt8, Sendable, Hashable, CaseIterable {
  case good = 0

  // Uncertain: there is a value, it is shown and kept, and it is not judged.
  /// A last-known value that the broker had kept (MQTT retained).
  case uncertainRetained = 16
  /// The device's own time is missing its zone or lies outside what can be true; the receipt time stands in for it.
  case uncertainDeviceTime = 17

  // Bad: there is no value.
  case badNotConnected = 64
  case badTimeout = 65
  /// The device answered with an exception; the code is in `Reading.detail`.
  case badDeviceException = 66
  /// The reply broke the protocol or did not fit the request.
  case badMalformedReply = 67
  /// NaN or infinity.
  case badNotANumber = 68
  /// Outside the range that the profile allows.
  case badOutOfRange = 69
  /// A value that the device uses to say "no value".
  case badSentinel = 70
  /// The payload could not be read as the mapping says.
  case badPayload = 71
  /// The payload was larger than the bound.
  case badPayloadTooLarge = 72
  /// The device said through its availability topic or will that it is away.
  case badDeviceOffline = 73
  /// A value that the manual fixes did not stand where it should: address base or byte order is wrong.
  case badSelfTest = 74
  /// The other point that scales this one had no value.
  case badScaleUnavailable = 75
  /// The bits are no value of the type: a BCD digit above 9, a 31 February, bytes that are no text.
  case badEncoding = 76
  /// The source itself says that the value may not be used.
  case badSourceQuality = 77
  /// The unit that stands beside the value is none that the profile knows.
  case badUnit = 78

  public var isGood: Bool { self == .good }
  public var hasValue: Bool { rawValue < 64 }

  /// The stable name in records and messages, "timeout".
  public var name: String {
    switch self {
    case .good: "good"
    case .uncertainRetained: "retained"
    case .uncertainDeviceTime: "device_time"
    case .badNotConnected: "not_connected"
    case .badTimeout: "timeout"
    case .badDeviceException: "device_exception"
    case .badMalformedReply: "malformed_reply"
    case .badNotANumber: "not_a_number"
    case .badOutOfRange: "out_of_range"
    case .badSentinel: "no_value_sentinel"
    case .badPayload: "payload"
    case .badPayloadTooLarge: "payload_too_large"
    case .badDeviceOffline: "device_offline"
    case .badSelfTest: "self_test_failed"
    case .badScaleUnavailable: "scale_unavailable"
    case .badEncoding: "encoding"
    case .badSourceQuality: "source_quality"
    case .badUnit: "unit"
    }
  }
}
