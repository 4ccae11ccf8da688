/// What the keys of a keyboard layout write: a table of HID usages (HID Usage Tables, keyboard page 0x07). The layout is
/// the one the scanner is programmed for, not that of any computer.
public struct KeyLayout: Hashable, Sendable {
  /// What a key writes in one state of the modifiers.
  public struct Character: Hashable, Sendable {
    public var scalar: Unicode.Scalar
    /// Writes nothing by itself: it puts an accent on the next character (``DeadKeys``).
    public var isDead: Bool
  }

  /// The states of the modifiers in which a key can write different characters.
  public enum Level: Int, Hashable, Sendable, CaseIterable { case plain, shift, altGr, shiftAltGr }

  public struct Key: Hashable, Sendable {
    var characters: [Character?]

    public func character(_ level: Level) -> Character? {
      level.rawValue < characters.count ? characters[level.rawValue] : nil
    }

    /// What the key writes at once by itself, nil for a dead key.
    public var plain: Unicode.Scalar? { live(.plain) }
    /// What the key writes at once with Shift, nil for a dead key.
    public var shifted: Unicode.Scalar? { live(.shift) }

    private func live(_ level: Level) -> Unicode.Scalar? { character(level).flatMap { $0.isDead ? nil : $0.scalar } }

    /// The two states are the two cases of a letter.
    var isLetter: Bool {
      guard let plain, let shifted else { return false }
      return plain != shifted && String(plain).uppercased() == String(shifted)
    }
  }

  public var name: String
  public private(set) var keys: [UInt8: Key]

  /// The layout has a third level: the right Alt is AltGr. Otherwise it is an Alt like the left one.
  public var hasAltGr: Bool

  /// The keys on which Caps Lock turns Shift round: letters in every layout, some more in some.
  var capsLockUsages: Set<UInt8>

  /// Reads one row of cells for each row of the keyboard: number row, upper, home and lower row, in the order of
  /// ``usages``. A cell is what the key writes plain, with Shift, with AltGr and with both; `∅` stands for nothing, and
  /// `†` makes the character behind it a dead key. `capsLockAlso` are the keys besides letters that Caps Lock turns.
  init(name: String, capsLockAlso: [UInt8] = [], _ rows: [String]) {
    self.name = name
    keys = [:]
    precondition(rows.count == Self.usages.count)
    for (row, usages) in zip(rows, Self.usages) {
      let cells = row.split(separator: " ")
      precondition(cells.count == usages.count, "\(name): \(row)")
      for (cell, usage) in zip(cells, usages) { keys[usage] = Key(characters: Self.characters(of: cell)) }
    }
    // The key beside Enter has two usages: 0x31 on ANSI and 0x32 on ISO keyboards; devices of both kinds use either.
    keys[0x32] = keys[0x31]
    keys[0x2C] = Key(characters: [Character(scalar: " ", isDead: false), Character(scalar: " ", isDead: false)])
    capsLockUsages = Set(capsLockAlso + keys.filter { $0.value.isLetter }.keys)
    hasAltGr = keys.values.contains { $0.characters.dropFirst(2).contains { $0 != nil } }
  }

  private static func characters(of cell: Substring) -> [Character?] {
    var characters: [Character?] = []
    var isDead = false
    for scalar in cell.unicodeScalars {
      if scalar == "†" {
        isDead = true
      } else {
        characters.append(scalar == "∅" ? nil : Character(scalar: scalar, isDead: isDead))
        isDead = false
      }
    }
    return characters
  }

  /// Number row, upper row, home row with the key beside Enter, lower row with the key beside the left Shift.
  static let usages: [[UInt8]] = [
    [0x35] + Array(0x1E...0x27) + [0x2D, 0x2E],
    [0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30],
    [0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x31],
    [0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38],
  ]

  /// What the keypad writes with Num Lock on, usages 0x54 to 0x63; Enter (0x58) is an end.
  static let keypad: [UInt8: Unicode.Scalar] = {
    let written = "/*-+\r1234567890."
    return Dictionary(uniqueKeysWithValues: zip(UInt8(0x54)...0x63, written.unicodeScalars))
  }()
}
