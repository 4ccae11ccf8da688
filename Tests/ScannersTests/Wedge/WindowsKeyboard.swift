import Scanners

/// What Windows writes with the keys of a layout, as the Unicode CLDR keyboard files for Windows list it (ISO/IEC 9995
/// positions E00-E12, D01-D12, C01-C12, B00-B10). Kept apart from the table of the decoder, and written by state of the
/// modifiers instead of by key, so that a slip in one of them shows.
struct WindowsKeyboard {
  var layout: KeyLayout
  var plain: String
  var shift: String
  var altGr = String(repeating: " ", count: 48)
  var shiftAltGr = String(repeating: " ", count: 48)
  /// What Caps Lock makes of the keys alone; nil: capital letters and nothing else.
  var capsLock: String?
  /// Characters that are typed by a dead key and a space, with the state in which the key is dead.
  var dead: [(level: Int, accent: Unicode.Scalar)] = []

  /// HID usages in the order of the characters.
  static let usages: [UInt8] =
    [0x35, 0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2D, 0x2E] + [
      0x14, 0x1A, 0x08, 0x15, 0x17, 0x1C, 0x18, 0x0C, 0x12, 0x13, 0x2F, 0x30,
    ] + [0x04, 0x16, 0x07, 0x09, 0x0A, 0x0B, 0x0D, 0x0E, 0x0F, 0x33, 0x34, 0x32] + [
      0x64, 0x1D, 0x1B, 0x06, 0x19, 0x05, 0x11, 0x10, 0x36, 0x37, 0x38,
    ]

  /// What each dead key makes of the letters that follow it.
  static let accented: [Unicode.Scalar: [(from: String, to: String)]] = [
    "`": [("aAeEiIoOuU", "àÀèÈìÌòÒùÙ")],
    "´": [("aAeEiIoOuUyY", "áÁéÉíÍóÓúÚýÝ")],
    "^": [("aAeEiIoOuU", "âÂêÊîÎôÔûÛ")],
    "¨": [("aAeEiIoOuUy", "äÄëËïÏöÖüÜÿ")],
    "~": [("aAnNoO", "ãÃñÑõÕ")],
  ]

  var levels: [[Unicode.Scalar]] { [plain, shift, altGr, shiftAltGr].map { Array($0.unicodeScalars) } }

  func isDead(_ scalar: Unicode.Scalar, _ level: Int) -> Bool {
    dead.contains { $0.level == level && $0.accent == scalar }
  }

  static let all: [WindowsKeyboard] =
    [us, WindowsKeyboard(layout: .chineseOffice, plain: us.plain, shift: us.shift)]
    + [uk, de, fr, es, it]

  private static let us = WindowsKeyboard(
    layout: .us,
    plain: #"`1234567890-="# + "qwertyuiop[]" + #"asdfghjkl;'\"# + #"\zxcvbnm,./"#,
    shift: #"~!@#$%^&*()_+"# + "QWERTYUIOP{}" + #"ASDFGHJKL:"|"# + "|ZXCVBNM<>?")

  private static let uk = WindowsKeyboard(
    layout: .uk,
    plain: "`1234567890-=" + "qwertyuiop[]" + "asdfghjkl;'#" + #"\zxcvbnm,./"#,
    shift: #"¬!"£$%^&*()_+"# + "QWERTYUIOP{}" + "ASDFGHJKL:@~" + "|ZXCVBNM<>?",
    altGr: "¦   €        " + "  é   úíó   " + "á           " + "           ",
    shiftAltGr: "             " + "  É   ÚÍÓ   " + "Á           " + "           ")

  private static let de = WindowsKeyboard(
    layout: .de,
    plain: "^1234567890ß´" + "qwertzuiopü+" + "asdfghjklöä#" + "<yxcvbnm,.-",
    shift: #"°!"§$%&/()=?`"# + "QWERTZUIOPÜ*" + "ASDFGHJKLÖÄ'" + ">YXCVBNM;:_",
    altGr: #"  ²³   {[]}\ "# + "@ €        ~" + "            " + "|      µ   ",
    capsLock: #"^!"§$%&/()=?´"# + "QWERTZUIOPÜ*" + "ASDFGHJKLÖÄ'" + "<YXCVBNM;:-",
    dead: [(0, "^"), (0, "´"), (1, "`")])

  private static let fr = WindowsKeyboard(
    layout: .fr,
    plain: #"²&é"'(-è_çà)="# + "azertyuiop^$" + "qsdfghjklmù*" + "<wxcvbn,;:!",
    shift: " 1234567890°+" + "AZERTYUIOP¨£" + "QSDFGHJKLM%µ" + ">WXCVBN?./§",
    altGr: #"  ~#{[|`\^@]}"# + "  €        ¤" + "            " + "           ",
    capsLock: "²1234567890°+" + "AZERTYUIOP¨£" + "QSDFGHJKLM%µ" + "<WXCVBN?./§",
    dead: [(0, "^"), (1, "¨"), (2, "~"), (2, "`")])

  private static let es = WindowsKeyboard(
    layout: .es,
    plain: "º1234567890'¡" + "qwertyuiop`+" + "asdfghjklñ´ç" + "<zxcvbnm,.-",
    shift: #"ª!"·$%&/()=?¿"# + "QWERTYUIOP^*" + "ASDFGHJKLÑ¨Ç" + ">ZXCVBNM;:_",
    altGr: #"\|@#~€¬      "# + "  €       []" + "          {}" + "           ",
    dead: [(0, "`"), (1, "^"), (0, "´"), (1, "¨"), (2, "~")])

  private static let it = WindowsKeyboard(
    layout: .it,
    plain: #"\1234567890'ì"# + "qwertyuiopè+" + "asdfghjklòàù" + "<zxcvbnm,.-",
    shift: #"|!"£$%&/()=?^"# + "QWERTYUIOPé*" + "ASDFGHJKLç°§" + ">ZXCVBNM;:_",
    altGr: "     €       " + "  €       []" + "         @# " + "           ",
    shiftAltGr: "             " + "          {}" + "            " + "           ")
}
