public import Shopfloor

/// The number under which the ledger knows a parameter of a station; dense from 0, stable for the ledger's life.
public struct ParameterIndex: Hashable, Sendable, Comparable, Codable {
  public var rawValue: UInt32

  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  public static func < (left: ParameterIndex, right: ParameterIndex) -> Bool { left.rawValue < right.rawValue }
}

/// One value of one parameter at one time, or the reason why there is none. A plain value of 32 bytes: batches of them
/// cross threads.
public struct Reading: Hashable, Sendable {
  /// The reading's own time in UTC: the device's time where the device gives a credible one, else the receipt time.
  public var time: Timestamp
  /// The scaled value; 0 where `quality.hasValue` is false, and then it means nothing.
  public var value: Double
  /// The raw register words, most significant first, in the low bits; 0 where the transport has none.
  public var raw: UInt64
  public var parameter: ParameterIndex
  public var quality: Quality
  /// Number of register words in `raw`: 0 to 4.
  public var rawWordCount: UInt8
  /// Further reason, such as a Modbus exception code; 0: none.
  public var detail: UInt16

  public init(
    parameter: ParameterIndex, time: Timestamp, value: Double, raw: UInt64 = 0, rawWordCount: UInt8 = 0
  ) {
    self.parameter = parameter
    self.time = time
    // The last barrier before the judges: what is not a number never is a value.
    self.value = value.isFinite ? value : 0
    self.quality = value.isFinite ? .good : .badNotANumber
    self.raw = raw
    self.rawWordCount = rawWordCount
    self.detail = 0
  }

  public init(
    parameter: ParameterIndex, time: Timestamp, quality: Quality, value: Double = 0, detail: UInt16 = 0,
    raw: UInt64 = 0, rawWordCount: UInt8 = 0
  ) {
    self.parameter = parameter
    self.time = time
    self.value = quality.hasValue && value.isFinite ? value : 0
    self.quality = quality.hasValue && !value.isFinite ? .badNotANumber : quality
    self.detail = detail
    self.raw = raw
    self.rawWordCount = rawWordCount
  }
}

/// What one poll or one message of one device brought.
public struct ReadingBatch: Hashable, Sendable {
  public var device: DeviceName
  /// When the daemon had it, in UTC and by the monotonic clock (microseconds).
  public var receivedAt: Timestamp
  public var monotonicMicroseconds: Int64
  /// Identifies the message where the transport may deliver it twice (MQTT QoS 1): the recorder keeps the first.
  public var messageKey: UInt64?
  /// At most ``maximumReadingsPerBatch``.
  public var readings: [Reading]
  /// The texts of text points, where they are other than the last time or are told again after a reconnect. Each has a
  /// good reading of the same parameter and time beside it, whose value is the length of the text in characters.
  public var texts: [TextReading]

  public init(
    device: DeviceName, receivedAt: Timestamp, monotonicMicroseconds: Int64, messageKey: UInt64? = nil,
    readings: [Reading], texts: [TextReading] = []
  ) {
    self.device = device
    self.receivedAt = receivedAt
    self.monotonicMicroseconds = monotonicMicroseconds
    self.messageKey = messageKey
    self.readings = readings
    self.texts = texts
  }
}

public let maximumReadingsPerBatch = 10_000
