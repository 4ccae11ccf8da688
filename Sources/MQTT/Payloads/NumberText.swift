/// What a text from a sensor says when it is read as a number.
enum NumberText: Hashable {
  case value(Double)
  /// "nan", "inf" and their kin, and numbers too large for a 64-bit float.
  case notANumber
  /// Anything else.
  case unreadable

  /// Longest text read as a number, in bytes.
  static let maximumBytes = 400

  /// Reads a decimal number with point or comma, optional sign and exponent, "ON"/"OFF" or "true"/"false" in any case,
  /// with blanks around it. Digit grouping is not understood: "1,234.5" is unreadable and "1,234" is 1.234.
  init(_ bytes: ArraySlice<UInt8>) {
    let text = bytes.withoutBlanks
    guard !text.isEmpty, text.count <= Self.maximumBytes else {
      self = .unreadable
      return
    }
    if let decimal = DecimalText(text) {
      let value = decimal.value
      self = value.isFinite ? .value(value) : .notANumber
    } else {
      self = Self.word(text) ?? .unreadable
    }
  }

  init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  private static func word(_ text: ArraySlice<UInt8>) -> NumberText? {
    guard text.count <= 9 else { return nil }
    let lowered = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    switch String(decoding: lowered, as: UTF8.self) {
    case "on", "true": return .value(1)
    case "off", "false": return .value(0)
    case "nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity": return .notANumber
    default: return nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without blanks, tabs and line ends around it.
  var withoutBlanks: ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    var (start, end) = (startIndex, endIndex)
    while start < end, isBlank(self[start]) { start += 1 }
    while start < end, isBlank(self[end - 1]) { end -= 1 }
    return self[start..<end]
  }
}

/// A decimal number as it is written, with point or comma.
struct DecimalText {
  /// The first 19 digits, without leading zeros: what 64 bits hold.
  private(set) var digits: UInt64 = 0
  /// The value is `digits` × 10 to this power, with the sign.
  private(set) var exponent = 0
  private(set) var isNegative = false
  /// Whether all digits are in ``digits``.
  private(set) var isWhole = true
  private let text: ArraySlice<UInt8>

  private static let mostDigits: UInt64 = 1_000_000_000_000_000_000
  /// The powers that a 64-bit float holds exactly.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// nil where the text is no number.
  init?(_ text: ArraySlice<UInt8>) {
    self.text = text
    var index = text.startIndex
    let end = text.endIndex
    func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
    if index < end, isSign(text[index]) {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    var count = 0
    while index < end, text[index] >= 0x30, text[index] <= 0x39 {
      take(text[index], isFraction: false)
      count += 1
      index += 1
    }
    if index < end, text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
      index += 1
      while index < end, text[index] >= 0x30, text[index] <= 0x39 {
        take(text[index], isFraction: true)
        count += 1
        index += 1
      }
    }
    guard count > 0 else { return nil }
    if index < end, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var isDown = false
      if index < end, isSign(text[index]) {
        isDown = text[index] == UInt8(ascii: "-")
        index += 1
      }
      var (power, powerDigits) = (0, 0)
      while index < end, text[index] >= 0x30, text[index] <= 0x39 {
        power = min(power * 10 + Int(text[index] - 0x30), 100_000)
        powerDigits += 1
        index += 1
      }
      guard powerDigits > 0 else { return nil }
      exponent += isDown ? -power : power
    }
    guard index == end else { return nil }
  }

  private mutating func take(_ byte: UInt8, isFraction: Bool) {
    if digits < Self.mostDigits {
      digits = digits * 10 + UInt64(byte - 0x30)
      if isFraction { exponent -= 1 }
    } else {
      isWhole = false
      if !isFraction { exponent += 1 }
    }
  }

  /// The nearest 64-bit float; infinite where there is none.
  var value: Double {
    // Both numbers are exact, so one rounding gives the nearest (W. D. Clinger, "How to read floating point numbers
    // accurately", 1990).
    if isWhole, digits <= 1 << 53, abs(exponent) < Self.exactPowers.count {
      let magnitude =
        exponent < 0 ? Double(digits) / Self.exactPowers[-exponent] : Double(digits) * Self.exactPowers[exponent]
      return isNegative ? -magnitude : magnitude
    }
    let plain = text.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    return Self.parsed(plain)
  }

  private static func parsed(_ plain: [UInt8]) -> Double {
    if let value = Double(String(decoding: plain, as: UTF8.self)) { return value }
    // "5." and ".5" and "5.e3" are numbers here and none for the standard library.
    var text: [UInt8] = []
    for (place, byte) in plain.enumerated() {
      let isPoint = byte == UInt8(ascii: ".")
      if isPoint, place == 0 || !(0x30...0x39).contains(plain[place - 1]) { text.append(0x30) }
      text.append(byte)
      if isPoint, place + 1 == plain.count || !(0x30...0x39).contains(plain[place + 1]) { text.append(0x30) }
    }
    // The shape was checked above, so what is left is a number too large.
    return Double(String(decoding: text, as: UTF8.self)) ?? .infinity
  }

  /// The number × 10 to this power as a whole number, exactly, with what is behind the point cut off; nil where it does
  /// not fit or was written with more digits than 64 bits hold.
  func wholeNumber(timesTenTo power: Int) -> Int64? {
    guard isWhole, digits <= UInt64(Int64.max) else { return nil }
    var value = Int64(digits)
    var shift = exponent + power
    while shift > 0, value != 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = product
      shift -= 1
    }
    while shift < 0, value != 0 {
      value /= 10
      shift += 1
    }
    return isNegative ? -value : value
  }
}
