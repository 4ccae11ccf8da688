import Scanners

/// The boot reports a scanner with the US layout sends for a text: each key pressed and released.
enum BootReports {
  static func typing(_ text: String) -> [[UInt8]] {
    text.unicodeScalars.flatMap { scalar in
      let (usage, modifiers) = key(for: scalar)
      return [[modifiers, 0, usage, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]]
    }
  }

  private static func key(for scalar: Unicode.Scalar) -> (usage: UInt8, modifiers: UInt8) {
    if scalar == "\r" { return (0x28, 0) }
    // GS as Ctrl+].
    if scalar == "\u{1D}" { return (0x30, 0x01) }
    for (usage, key) in KeyLayout.us.keys {
      if key.plain == scalar { return (usage, 0) }
      if key.shifted == scalar { return (usage, 0x02) }
    }
    fail("the layout has no key for \(scalar)")
  }
}
