/// The check character of HIBC labels: an unweighted sum modulo 43 over the 43 characters of Code 39 (ANSI/HIBC 2.6,
/// appendix B). It finds every single wrong character and no swapped ones.
enum HIBCCheckCharacter {
  /// The characters in the order of their values 0 to 42.
  static let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%".utf8)

  /// Value of each byte; 255 for bytes that are no HIBC character.
  private static let values: InlineArray<256, UInt8> = {
    var values = InlineArray<256, UInt8>(repeating: 255)
    for (value, byte) in characters.enumerated() { values[Int(byte)] = UInt8(value) }
    return values
  }()

  static func value(of byte: UInt8) -> UInt8? {
    let value = values[Int(byte)]
    return value == 255 ? nil : value
  }

  /// The check character behind the bytes, `+` and a link character included; nil where a byte is no HIBC character.
  static func following(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    var sum = 0
    for byte in bytes {
      guard let value = value(of: byte) else { return nil }
      sum += Int(value)
    }
    return characters[sum % 43]
  }
}
