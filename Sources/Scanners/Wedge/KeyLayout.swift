/// What the keys of a keyboard layout write: a table of HID usages (HID Usage Tables, keyboard page 0x07). The layout is
/// the one the scanner is programmed for, not that of any computer.
public struct KeyLayout: Hashable, Sendable {
  /// What one key writes by itself, with Shift and with AltGr.
  public struct Key: Hashable, Sendable {
    public var plain: Unicode.Scalar
    public var shifted: Unicode.Scalar
    public var altGr: Unicode.Scalar?

    /// Caps Lock turns Shift round on letters only.
    var isLetter: Bool { plain.properties.isAlphabetic }
  }

  public var name: String
  public var keys: [UInt8: Key]

  /// Builds a layout from one row of characters for each state, in the order of the usages from 0x04 on; a blank means
  /// that the key writes nothing in that state.
  init(name: String, plain: String, shifted: String, altGr: String = "", lastUsages: [UInt8] = []) {
    self.name = name
    keys = [:]
    let first = Array(plain.unicodeScalars)
    let second = Array(shifted.unicodeScalars)
    let third = Array(altGr.unicodeScalars)
    precondition(first.count == second.count && first.count == Self.usages.count + lastUsages.count)
    for (index, usage) in (Self.usages + lastUsages).enumerated() {
      let altGrScalar = index < third.count && third[index] != " " ? third[index] : nil
      keys[usage] = Key(plain: first[index], shifted: second[index], altGr: altGrScalar)
    }
    keys[0x2C] = Key(plain: " ", shifted: " ", altGr: nil)
  }

  /// Letters and digits 0x04 to 0x27, then the punctuation keys of the main block.
  private static let usages: [UInt8] = Array(0x04...0x27) + Array(0x2D...0x31) + Array(0x33...0x38)
}

extension KeyLayout {
  /// United States.
  public static let us = KeyLayout(
    name: "us",
    plain: "abcdefghijklmnopqrstuvwxyz" + "1234567890" + "-=[]\\" + ";'`,./",
    shifted: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "!@#$%^&*()" + "_+{}|" + ":\"~<>?")

  /// What the keypad writes with Num Lock on, usages 0x54 to 0x63; Enter (0x58) is an end.
  static let keypad: [UInt8: Unicode.Scalar] = {
    let written = "/*-+\r1234567890."
    return Dictionary(uniqueKeysWithValues: zip(UInt8(0x54)...0x63, written.unicodeScalars))
  }()
}
