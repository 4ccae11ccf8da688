/// What a text from a sensor says when it is read as a number.
enum NumberText: Hashable {
  case value(Double)
  /// "nan", "inf" and their kin, and numbers too large for a 64-bit float.
  case notANumber
  /// Anything else.
  case unreadable

  /// Reads a decimal number with point or comma, optional sign and exponent, "ON"/"OFF" or "true"/"false" in any case,
  /// with blanks around it. Digit grouping is not understood: "1,234.5" is unreadable and "1,234" is 1.234.
  init(_ bytes: some BidirectionalCollection<UInt8>) {
    let text = Self.trimmed(bytes)
    guard !text.isEmpty, text.count <= Self.maximumBytes else {
      self = .unreadable
      return
    }
    if let word = Self.word(text) {
      self = word
      return
    }
    self = Self.decimal(text)
  }

  /// Longest text read as a number, in bytes.
  static let maximumBytes = 400

  private static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(bytes[first...last])
  }

  private static func word(_ text: [UInt8]) -> NumberText? {
    guard text.count <= 9 else { return nil }
    let lowered = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    switch String(decoding: lowered, as: UTF8.self) {
    case "on", "true": return .value(1)
    case "off", "false": return .value(0)
    case "nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity": return .notANumber
    default: return nil
    }
  }

  private static func decimal(_ text: [UInt8]) -> NumberText {
    var index = 0
    var plain: [UInt8] = []
    func digits() -> Bool {
      let start = index
      while index < text.count, (0x30...0x39).contains(text[index]) {
        plain.append(text[index])
        index += 1
      }
      return index > start
    }
    func sign() {
      guard index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") else { return }
      plain.append(text[index])
      index += 1
    }
    sign()
    var hasDigits = digits()
    if index < text.count, text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
      plain.append(contentsOf: hasDigits ? [UInt8(ascii: ".")] : [UInt8(ascii: "0"), UInt8(ascii: ".")])
      index += 1
      let hasFraction = digits()
      if !hasFraction { plain.append(UInt8(ascii: "0")) }
      hasDigits = hasDigits || hasFraction
    }
    guard hasDigits else { return .unreadable }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      plain.append(UInt8(ascii: "e"))
      index += 1
      sign()
      guard digits() else { return .unreadable }
    }
    guard index == text.count, let value = Double(String(decoding: plain, as: UTF8.self)) else { return .unreadable }
    return value.isFinite ? .value(value) : .notANumber
  }
}
