/// A slow and obvious writer of EPC words: bits as a text of 0 and 1.
struct EPCBits {
  private(set) var bits = ""

  mutating func add(_ value: UInt128, width: Int) {
    let text = String(value, radix: 2)
    precondition(text.count <= width, "\(value) needs more than \(width) bits")
    bits += String(repeating: "0", count: width - text.count) + text
  }

  mutating func add(_ text: String, width: Int) { add(UInt128(text) ?? 0, width: width) }

  /// Each character with the low bits of its ASCII code.
  mutating func add(characters: [UInt8], width: Int) {
    for byte in characters { add(UInt128(byte) & (1 << UInt128(width) - 1), width: width) }
  }

  mutating func fill(to width: Int) { bits += String(repeating: "0", count: width - bits.count) }

  /// Filled up to words of 16 bits.
  var hexadecimal: String {
    var filled = bits
    while !filled.count.isMultiple(of: 16) { filled += "0" }
    var text = ""
    var rest = Substring(filled)
    while !rest.isEmpty {
      text += String(Int(rest.prefix(4), radix: 2) ?? 0, radix: 16, uppercase: true)
      rest = rest.dropFirst(4)
    }
    return text
  }
}
