/// The layouts, as Windows has them, Caps Lock included: scanners copy those. See ``KeyLayout/init(name:_:)`` for the form of the rows.
extension KeyLayout {
  /// United States.
  public static let us = KeyLayout(
    name: "us",
    [
      "`~ 1! 2@ 3# 4$ 5% 6^ 7& 8* 9( 0) -_ =+",
      "qQ wW eE rR tT yY uU iI oO pP [{ ]}",
      "aA sS dD fF gG hH jJ kK lL ;: '\" \\|",
      "\\| zZ xX cC vV bB nN mM ,< .> /?",
    ])

  /// Chinese office computers: the keys of `us`. Whether an input method would make full-width punctuation of them is
  /// no matter, for no input method stands between the scanner and us.
  public static let chineseOffice: KeyLayout = {
    var layout = us
    layout.name = "zh-office"
    return layout
  }()

  /// United Kingdom.
  public static let uk = KeyLayout(
    name: "uk",
    [
      "`¬¦ 1! 2\" 3£ 4$€ 5% 6^ 7& 8* 9( 0) -_ =+",
      "qQ wW eEéÉ rR tT yY uUúÚ iIíÍ oOóÓ pP [{ ]}",
      "aAáÁ sS dD fF gG hH jJ kK lL ;: '@ #~",
      "\\| zZ xX cC vV bB nN mM ,< .> /?",
    ])

  /// Germany.
  public static let de = KeyLayout(
    name: "de", capsLockAlso: Array(0x1E...0x27) + [0x2D, 0x30, 0x31, 0x32, 0x36, 0x37],
    [
      "†^° 1! 2\"² 3§³ 4$ 5% 6& 7/{ 8([ 9)] 0=} ß?\\ẞ †´†`",
      "qQ@ wW eE€ rR tT zZ uU iI oO pP üÜ +*~",
      "aA sS dD fF gG hH jJ kK lL öÖ äÄ #'",
      "<>| yY xX cC vV bB nN mMµ ,; .: -_",
    ])

  /// France.
  public static let fr = KeyLayout(
    name: "fr", capsLockAlso: usages.flatMap { $0 }.filter { $0 != 0x35 && $0 != 0x64 } + [0x32],
    [
      "²∅ &1 é2†~ \"3# '4{ (5[ -6| è7†` _8\\ ç9^ à0@ )°] =+}",
      "aA zZ eE€ rR tT yY uU iI oO pP †^†¨ $£¤",
      "qQ sS dD fF gG hH jJ kK lL mM ù% *µ",
      "<> wW xX cC vV bB nN ,? ;. :/ !§",
    ])

  /// Spain.
  public static let es = KeyLayout(
    name: "es",
    [
      "ºª\\ 1!| 2\"@ 3·# 4$†~ 5%€ 6&¬ 7/ 8( 9) 0= '? ¡¿",
      "qQ wW eE€ rR tT yY uU iI oO pP †`†^[ +*]",
      "aA sS dD fF gG hH jJ kK lL ñÑ †´†¨{ çÇ}",
      "<> zZ xX cC vV bB nN mM ,; .: -_",
    ])

  /// Italy.
  public static let it = KeyLayout(
    name: "it",
    [
      "\\| 1! 2\" 3£ 4$ 5%€ 6& 7/ 8( 9) 0= '? ì^",
      "qQ wW eE€ rR tT yY uU iI oO pP èé[{ +*]}",
      "aA sS dD fF gG hH jJ kK lL òç@ à°# ù§",
      "<> zZ xX cC vV bB nN mM ,; .: -_",
    ])

  public static let all: [KeyLayout] = [us, chineseOffice, uk, de, fr, es, it]

  /// Nil where there is no such layout.
  public static func named(_ name: String) -> KeyLayout? { all.first { $0.name == name } }
}
