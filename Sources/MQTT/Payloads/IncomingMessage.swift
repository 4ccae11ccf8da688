import Devices

/// A message as it was copied out of the library's callback.
struct IncomingMessage: Hashable {
  enum Payload: Hashable {
    case bytes([UInt8])
    /// Larger than ``maximumPayloadBytes``: not copied.
    case tooLarge(bytes: Int)
  }

  var topic: String
  var payload: Payload
  /// The broker had kept it from an earlier time; it says nothing about now.
  var isRetained: Bool
  var receivedAt: ClockReading
}

/// Largest payload that is read, in bytes; a larger one is acknowledged and recorded as a bad reading.
public let maximumPayloadBytes = 256 * 1024
