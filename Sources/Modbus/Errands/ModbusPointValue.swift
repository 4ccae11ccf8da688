public import Devices
public import Shopfloor

/// What a point says now, read on request and not recorded.
public struct ModbusPointValue: Hashable, Sendable {
  public var point: String
  public var quality: Quality
  /// Further reason, such as an exception code or the number of a sentinel; 0: none.
  public var detail: UInt16
  /// nil where `quality` has no value; of a text its length.
  public var value: Double?
  public var text: String?
  /// The register words in the order of their addresses: up to four, of a text all; none of a coil.
  public var words: [UInt16]
  public var time: Timestamp

  public init(
    point: String, quality: Quality, detail: UInt16 = 0, value: Double?, text: String? = nil, words: [UInt16] = [],
    time: Timestamp
  ) {
    self.point = point
    self.quality = quality
    self.detail = detail
    self.value = value
    self.text = text
    self.words = words
    self.time = time
  }

  init(point: String, reading: Reading, text: TextReading?) {
    let count = Int(reading.rawWordCount)
    let words = (0..<count).map { UInt16(truncatingIfNeeded: reading.raw >> UInt64((count - 1 - $0) * 16)) }
    self.init(
      point: point, quality: reading.quality, detail: reading.detail,
      value: reading.quality.hasValue ? reading.value : nil, text: text?.text, words: text?.words ?? words,
      time: reading.time)
  }
}
