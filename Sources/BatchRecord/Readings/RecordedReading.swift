import Devices
import Shopfloor

/// A reading as a record carries it: `[microseconds, value, quality]`, `[…, raw words]` or `[…, raw words, detail]`.
///
/// The value is a decimal text, or null where the quality says that there is none; the quality is its stable name; raw
/// register words are four hexadecimal digits each, most significant word first, and "" where there are none but a
/// detail follows; the detail is a whole number other than 0, such as a Modbus exception code.
struct RecordedReading {
  var time: Timestamp
  var value: Double?
  var quality: Quality
  var rawWords: String
  var detail: UInt16

  init(_ reading: Reading) {
    time = reading.time
    value = reading.quality.hasValue ? reading.value : nil
    quality = reading.quality
    detail = reading.detail
    rawWords = Self.hexadecimal(reading.raw, wordCount: Int(reading.rawWordCount))
  }

  /// Reads exactly what ``json`` writes; nil for anything else.
  init?(json: CanonicalJSON) {
    guard case .array(let elements) = json, (3...5).contains(elements.count),
      case .integer(let microseconds) = elements[0], case .string(let qualityName) = elements[2],
      let quality = Self.qualities[qualityName]
    else { return nil }
    time = Timestamp(microseconds: microseconds)
    self.quality = quality
    switch elements[1] {
    case .null where !quality.hasValue: value = nil
    case .string(let text) where quality.hasValue:
      guard let value = DecimalText.value(of: text) else { return nil }
      self.value = value
    default: return nil
    }
    rawWords = ""
    detail = 0
    if elements.count > 3 {
      guard case .string(let words) = elements[3], Self.isRawWords(words) else { return nil }
      guard elements.count == 5 || !words.isEmpty else { return nil }
      rawWords = words
    }
    if elements.count > 4 {
      guard case .integer(let number) = elements[4], let detail = UInt16(exactly: number), detail != 0 else {
        return nil
      }
      self.detail = detail
    }
  }

  var json: CanonicalJSON {
    var elements: [CanonicalJSON] = [.whole(time.microseconds), .decimal(value), .string(quality.name)]
    if !rawWords.isEmpty || detail != 0 { elements.append(.string(rawWords)) }
    if detail != 0 { elements.append(.integer(Int64(detail))) }
    return .array(elements)
  }

  private static let qualities = Dictionary(
    Quality.allCases.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  private static let maximumRawWords = 4

  private static func isRawWords(_ text: String) -> Bool {
    guard text.utf8.count % 4 == 0, text.utf8.count <= 4 * maximumRawWords else { return false }
    return Hexadecimal.bytes(of: text) != nil
  }

  private static func hexadecimal(_ raw: UInt64, wordCount: Int) -> String {
    let count = min(wordCount, maximumRawWords)
    let bytes = (0..<(2 * count)).map { UInt8(truncatingIfNeeded: raw >> UInt64(8 * (2 * count - 1 - $0))) }
    return Hexadecimal.text(of: bytes)
  }
}
