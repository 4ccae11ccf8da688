/// Turns an idempotency key into a file name: the same key always gives the same name, different keys never do.
///
/// Letters, digits, dot and hyphen stay; every other byte, and a dot in front, becomes `_` and two hexadecimal digits.
/// A name beyond ``maximumKeyBytes`` becomes its beginning, `__` and the SHA-256 of the key.
enum FileDropName {
  /// File systems take 255 bytes (NAME_MAX); the rest is for endings.
  static let maximumKeyBytes = 200

  static func of(key: String) -> String {
    var name = ""
    for (index, byte) in key.utf8.enumerated() {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: name.unicodeScalars.append(Unicode.Scalar(byte))
      case 0x2E where index > 0: name += "."
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        name += "_" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    guard name.utf8.count > maximumKeyBytes else { return name }
    return name.prefix(100) + "__" + lowerCaseSHA256(Array(key.utf8))
  }
}
