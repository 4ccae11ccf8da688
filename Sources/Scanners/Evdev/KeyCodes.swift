/// Which HID usage (keyboard page 0x07) stands behind a key code of the kernel, for drivers that do not say it.
///
/// The pairs are those that the kernel's HID driver uses the other way round (drivers/hid/hid-input.c, `hid_keyboard`;
/// codes of linux/input-event-codes.h). Code 43 stands for usages 0x31 and 0x32; the first is taken.
enum KeyCodes {
  static func usage(ofKeyCode code: UInt16) -> UInt8? { usages[code] }

  /// Key codes of the usages from 0x04 on; 0 where the usage has none that matters here.
  private static let main: [UInt16] = [
    30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38,  // a to l
    50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44,  // m to z
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11,  // 1 to 0
    28, 1, 14, 15, 57, 12, 13, 26, 27, 43, 0, 39, 40, 41, 51, 52, 53, 58,  // Enter (0x28) to Caps Lock (0x39)
    59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88,  // F1 (0x3A) to F12
    99, 70, 119, 110, 102, 104, 111, 107, 109, 106, 105, 108, 103,  // Print (0x46) to Up (0x52)
    69, 98, 55, 74, 78, 96, 79, 80, 81, 75, 76, 77, 71, 72, 73, 82, 83,  // keypad, Num Lock (0x53) to . (0x63)
    86,  // the key beside left Shift (0x64)
  ]

  /// Left Control (0xE0) to right Meta (0xE7).
  private static let modifiers: [UInt16] = [29, 42, 56, 125, 97, 54, 100, 126]

  private static let usages: [UInt16: UInt8] = {
    var table: [UInt16: UInt8] = [117: 0x67, 121: 0x85, 89: 0x87, 93: 0x88, 124: 0x89]
    for (index, code) in main.enumerated() where code != 0 { table[code] = UInt8(0x04 + index) }
    for (index, code) in modifiers.enumerated() { table[code] = UInt8(0xE0 + index) }
    return table
  }()
}
