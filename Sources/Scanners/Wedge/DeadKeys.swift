/// What a dead key makes of the character typed next: the letter with its accent, with a space the accent by itself,
/// and both one after the other where there is no such letter.
enum DeadKeys {
  static func compose(_ accent: Unicode.Scalar, _ next: Unicode.Scalar) -> [Unicode.Scalar] {
    if next == " " { return [accent] }
    if let letter = letters[accent]?[next] { return [letter] }
    return [accent, next]
  }

  /// Pairs of letter and accented letter for each accent.
  private static let rows: [(Unicode.Scalar, String)] = [
    ("^", "aâ eê iî oô uû AÂ EÊ IÎ OÔ UÛ"),
    ("´", "aá eé ií oó uú yý AÁ EÉ IÍ OÓ UÚ YÝ"),
    ("`", "aà eè iì oò uù AÀ EÈ IÌ OÒ UÙ"),
    ("¨", "aä eë iï oö uü yÿ AÄ EË IÏ OÖ UÜ"),
    ("~", "aã nñ oõ AÃ NÑ OÕ"),
  ]

  static let letters: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = Dictionary(
    uniqueKeysWithValues: rows.map { accent, pairs in
      let scalars = pairs.split(separator: " ").map { Array($0.unicodeScalars) }
      return (accent, Dictionary(uniqueKeysWithValues: scalars.map { ($0[0], $0[1]) }))
    })
}
