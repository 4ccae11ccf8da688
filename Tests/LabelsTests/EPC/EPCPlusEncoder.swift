/// Writes words of the "+" schemes by the EPC Tag Data Standard 2.3, sections 14.5 and 14.6, independent of the decoder.
struct EPCPlusEncoder {
  static let headers: [String: UInt8] = [
    "cpi+": 0xF0, "grai+": 0xF1, "sgln+": 0xF2, "itip+": 0xF3, "gsrn+": 0xF4, "gsrnp+": 0xF5, "gdti+": 0xF6,
    "sgtin+": 0xF7, "sgcn+": 0xF8, "sscc+": 0xF9, "giai+": 0xFA, "dsgtin+": 0xFB,
  ]

  /// Bits for 1 to 30 digits (Table B, column "Integer encoding").
  static let decimalBits = [
    0, 4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40, 44, 47, 50, 54, 57, 60, 64, 67, 70, 74, 77, 80, 84, 87, 90, 94,
    97, 100,
  ]

  /// The alphabets of Table E by encoding indicator; the position of a character is its code. Indicator 4 is ASCII.
  static let alphabets: [[Character]] = [
    Array("0123456789"), Array("0123456789ABCDEF"), Array("0123456789abcdef"),
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    Array("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
    Array("\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"),
  ]

  var scheme: String
  var filter = 0
  /// Date type 0 to 6 and YYMMDD.
  var date: (type: Int, digits: String)?
  var key: String
  var serial = ""
  /// The encoding indicator of key and serial.
  var alphabet: Int
  /// Application identifiers and values behind the EPC.
  var data: [(identifier: String, value: String)] = []
  /// The encoding indicator of the texts in `data`; nil: the same.
  var dataAlphabet: Int?

  /// The word, or nil where the alphabet has not all characters.
  var hexadecimal: String? {
    guard let header = Self.headers[scheme] else { return nil }
    var bits = EPCBits()
    bits.add(UInt128(header), width: 8)
    bits.add(data.isEmpty ? 0 : 1, width: 1)
    bits.add(UInt128(filter), width: 3)
    if let date {
      bits.add(UInt128(date.type), width: 4)
      let digits = date.digits
      bits.add(String(digits.prefix(2)), width: 7)
      bits.add(String(digits.dropFirst(2).prefix(2)), width: 4)
      bits.add(String(digits.suffix(2)), width: 5)
    }
    let digits = key.prefix { $0.isASCII && $0.isNumber }
    for digit in digits { bits.add(String(digit), width: 4) }
    if scheme == "giai+" || scheme == "cpi+" {
      let rest = String(key.dropFirst(digits.count))
      bits.add(rest.isEmpty ? 15 : 14, width: 4)
      if !rest.isEmpty, !add(text: rest, alphabet, to: &bits) { return nil }
    }
    switch scheme {
    case "cpi+", "sgcn+":
      bits.add(UInt128(serial.count), width: 4)
      bits.add(serial, width: Self.decimalBits[serial.count])
    case "giai+", "gsrn+", "gsrnp+", "sscc+": break
    default: if !add(text: serial, alphabet, to: &bits) { return nil }
    }
    for (identifier, value) in data {
      for digit in identifier { bits.add(String(digit), width: 4) }
      if !add(value, of: identifier, to: &bits) { return nil }
    }
    return bits.hexadecimal
  }

  /// A value behind the EPC (Table F).
  private func add(_ value: String, of identifier: String, to bits: inout EPCBits) -> Bool {
    switch identifier {
    case "11", "12", "13", "15", "16", "17":
      bits.add(String(value.prefix(2)), width: 7)
      bits.add(String(value.dropFirst(2).prefix(2)), width: 4)
      bits.add(String(value.suffix(2)), width: 5)
    case "20": bits.add(value, width: 7)
    case "30", "37":
      bits.add(UInt128(value.count), width: 4)
      bits.add(value, width: Self.decimalBits[value.count])
    case "10", "21", "22", "240", "241", "400": return add(text: value, dataAlphabet ?? alphabet, to: &bits)
    default: bits.add(value, width: 20)
    }
    return true
  }

  private func add(text: String, _ alphabet: Int, to bits: inout EPCBits) -> Bool {
    let codes = text.compactMap { Self.alphabets[alphabet].firstIndex(of: $0) }
    guard codes.count == text.count else { return false }
    bits.add(UInt128(alphabet), width: 3)
    bits.add(UInt128(text.count), width: 5)
    switch alphabet {
    case 0: bits.add(text, width: Self.decimalBits[text.count])
    case 1, 2: for code in codes { bits.add(UInt128(code), width: 4) }
    case 3: for code in codes { bits.add(UInt128(code), width: 6) }
    case 4: bits.add(characters: Array(text.utf8), width: 7)
    default:
      for start in stride(from: 0, to: codes.count, by: 3) {
        let group = Array(codes[start..<min(start + 3, codes.count)]) + [0, 0]
        bits.add(UInt128(1600 * group[0] + 40 * group[1] + group[2] + 1), width: 16)
      }
    }
    return true
  }
}
