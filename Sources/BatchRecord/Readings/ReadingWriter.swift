import Devices
import Shopfloor

/// Writes readings as ``RecordedReading/json`` does, byte for byte, without a value or a text in between: a lot of ten
/// million readings is half a gigabyte of JSON that is only hashed.
struct ReadingWriter {
  /// The longest form: a time of 17 characters, a decimal text of ``DecimalText/maximumCharacters``, a quality of at most
  /// 40, sixteen digits of raw words, a detail of five, brackets, quotes and commas.
  static let maximumBytes = 512

  /// Texts of values that were written before, by the bits of the value.
  private static let cachedValues = 1_024
  private static let cachedBytes = 24
  private var cachedBits: [UInt64]
  private var cachedLengths: [UInt8]
  private var cachedTexts: [UInt8]

  init() { self.init(cachedValues: Self.cachedValues) }

  private init(cachedValues: Int) {
    cachedBits = [UInt64](repeating: 0, count: cachedValues)
    cachedLengths = [UInt8](repeating: 0, count: cachedValues)
    cachedTexts = [UInt8](repeating: 0, count: cachedValues * Self.cachedBytes)
  }

  /// Stands in a place while its writer is away.
  static let empty = ReadingWriter(cachedValues: 0)

  /// `,"good"` without the comma, by the code of the quality.
  private static let qualityTexts: [[UInt8]] = {
    var texts = [[UInt8]](repeating: [], count: 256)
    for quality in Quality.allCases { texts[Int(quality.rawValue)] = Array("\"\(quality.name)\"".utf8) }
    return texts
  }()
  private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
  private static let null = Array("null".utf8)

  /// Writes a reading from `offset` on; there is room for ``maximumBytes``.
  ///
  /// - Returns: the offset after it.
  mutating func write(_ reading: Reading, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    var offset = start
    bytes[offset] = UInt8(ascii: "[")
    let time = reading.time.microseconds
    if time.magnitude <= UInt64(CanonicalJSON.largestInteger) {
      offset = Self.write(time, to: bytes, at: offset + 1)
    } else {
      offset = Self.copy(Self.null, to: bytes, at: offset + 1)
    }
    bytes[offset] = UInt8(ascii: ",")
    offset += 1
    offset =
      reading.quality.hasValue
      ? write(reading.value, to: bytes, at: offset) : Self.copy(Self.null, to: bytes, at: offset)
    bytes[offset] = UInt8(ascii: ",")
    offset = Self.copy(Self.qualityTexts[Int(reading.quality.rawValue)], to: bytes, at: offset + 1)
    let words = min(Int(reading.rawWordCount), 4)
    if words > 0 || reading.detail != 0 {
      bytes[offset] = UInt8(ascii: ",")
      bytes[offset + 1] = UInt8(ascii: "\"")
      offset += 2
      for digit in stride(from: 4 * words - 1, through: 0, by: -1) {
        bytes[offset] = Self.hexadecimalDigits[Int(truncatingIfNeeded: reading.raw >> UInt64(4 * digit)) & 0x0F]
        offset += 1
      }
      bytes[offset] = UInt8(ascii: "\"")
      offset += 1
    }
    if reading.detail != 0 {
      bytes[offset] = UInt8(ascii: ",")
      offset = Self.write(Int64(reading.detail), to: bytes, at: offset + 1)
    }
    bytes[offset] = UInt8(ascii: "]")
    return offset + 1
  }

  /// The value as a decimal text in quotes.
  private mutating func write(_ value: Double, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    let bits = value.bitPattern
    // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4).
    let place = Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 54)
    let from = place * Self.cachedBytes
    if cachedBits[place] == bits, cachedLengths[place] > 0 {
      for index in 0..<Int(cachedLengths[place]) { bytes[start + index] = cachedTexts[from + index] }
      return start + Int(cachedLengths[place])
    }
    let end = Self.writeAnew(value, to: bytes, at: start)
    guard end - start <= Self.cachedBytes else { return end }
    cachedBits[place] = bits
    cachedLengths[place] = UInt8(end - start)
    for index in 0..<(end - start) { cachedTexts[from + index] = bytes[start + index] }
    return end
  }

  private static func writeAnew(
    _ value: Double, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) -> Int {
    bytes[start] = UInt8(ascii: "\"")
    var offset = start + 1
    if let short = fewPlaces(value) {
      offset = write(short.digits, places: short.places, to: bytes, at: offset)
    } else if let end = writeDescription(value, to: bytes, at: offset) {
      offset = end
    } else if let text = DecimalText.of(value) {
      for unit in text.utf8 {
        bytes[offset] = unit
        offset += 1
      }
    } else {
      return copy(null, to: bytes, at: start)
    }
    bytes[offset] = UInt8(ascii: "\"")
    return offset + 1
  }

  /// What Swift prints where it prints no exponent, without an empty fraction; nil for the rest.
  private static func writeDescription(
    _ value: Double, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) -> Int? {
    guard value.isFinite else { return nil }
    var offset = start
    for unit in value.description.utf8 {
      guard unit != UInt8(ascii: "e") else { return nil }
      bytes[offset] = unit
      offset += 1
    }
    guard bytes[offset - 1] == UInt8(ascii: "0"), bytes[offset - 2] == UInt8(ascii: ".") else { return offset }
    return offset - 2
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1_000, 10_000]

  /// A value with at most four places and fifteen digits, such as a scaled register gives. Fifteen decimal digits and a
  /// double that is nearest to them know each other (IEEE 754-2019, 5.12.2), so no other text of that length or shorter
  /// reads back to the value; the division of two exact numbers is the correctly rounded reading of the text.
  private static func fewPlaces(_ value: Double) -> (digits: Int64, places: Int)? {
    guard value != 0, abs(value) < 1e10 else { return nil }
    for (places, power) in powersOfTen.enumerated() {
      let digits = (value * power).rounded()
      if digits / power == value { return (Int64(digits), places) }
    }
    return nil
  }

  private static func write(
    _ digits: Int64, places: Int, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) -> Int {
    guard places > 0 else { return write(digits, to: bytes, at: start) }
    var offset = start
    if digits < 0 {
      bytes[offset] = UInt8(ascii: "-")
      offset += 1
    }
    let scale: Int64 = [1, 10, 100, 1_000, 10_000][places]
    let (whole, fraction) = Int64(digits.magnitude).quotientAndRemainder(dividingBy: scale)
    offset = write(whole, to: bytes, at: offset)
    bytes[offset] = UInt8(ascii: ".")
    var rest = fraction
    for place in stride(from: places, to: 0, by: -1) {
      bytes[offset + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    return offset + 1 + places
  }

  private static func write(_ number: Int64, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    var offset = start
    if number < 0 {
      bytes[offset] = UInt8(ascii: "-")
      offset += 1
    }
    var rest = number.magnitude
    var end = offset
    repeat {
      bytes[end] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      end += 1
    } while rest > 0
    var (low, high) = (offset, end - 1)
    while low < high {
      bytes.swapAt(low, high)
      low += 1
      high -= 1
    }
    return end
  }

  private static func copy(_ text: [UInt8], to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    for (index, byte) in text.enumerated() { bytes[start + index] = byte }
    return start + text.count
  }
}
