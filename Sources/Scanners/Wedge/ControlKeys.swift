/// The control characters of ASCII that Ctrl makes of a key.
enum ControlKeys {
  /// Nil where Ctrl makes nothing of the key.
  ///
  /// The character of the layout decides: Ctrl with a letter or one of `[ \ ] ^ _` is 64 less than its capital. Keys
  /// that write none of these stand for what the US layout has in their place, as on Windows: in every layout Ctrl with
  /// the key left of Enter is GS.
  static func code(_ key: KeyLayout.Key, _ usage: UInt8, isShift: Bool) -> Unicode.Scalar? {
    if let scalar = isShift ? key.shifted ?? key.plain : key.plain, let code = code(of: scalar) { return code }
    if let plain = key.plain, isShift, let code = code(of: plain) { return code }
    return places[usage]
  }

  private static func code(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "a"..."z": Unicode.Scalar(UInt8(scalar.value) - 0x60)
    case "A"..."Z", "[", "\\", "]", "^", "_": Unicode.Scalar(UInt8(scalar.value) - 0x40)
    default: nil
    }
  }

  /// `[` ESC, `]` GS, `\` FS, `6` RS, `-` US in the places of the US layout.
  private static let places: [UInt8: Unicode.Scalar] = [
    0x2F: "\u{1B}", 0x30: "\u{1D}", 0x31: "\u{1C}", 0x32: "\u{1C}", 0x64: "\u{1C}", 0x23: "\u{1E}", 0x2D: "\u{1F}",
  ]
}
