/// A Code 128 symbol (ISO/IEC 15417): one line of bars, ASCII, read by every laser scanner.
public struct Code128: Hashable, Sendable {
  /// Symbol characters from the start character to the check character, without the stop pattern.
  public let characters: [Int]

  /// Longest symbol, in symbol characters with start and check. GS1 draws the line at 48 data characters; here it is
  /// some more, so that pairs of digits do not hide how wide a symbol is.
  public static let maximumCharacters = 80

  /// - Throws: `.empty`, `.notASCII`, `.tooLongForLine`.
  public init(_ text: SymbolText) throws(SymbolFault) {
    guard !text.elements.isEmpty else { throw .empty }
    for (index, element) in text.elements.enumerated() {
      if case .byte(let byte) = element, byte > 127 { throw .notASCII(at: index) }
    }
    let data = Code128Path.shortest(text.elements)
    // Clause 4.3.5: start character with weight 1, then each character with its place.
    let sum = data.enumerated().reduce(0) { $0 + $1.element * max($1.offset, 1) }
    characters = data + [sum % 103]
    guard characters.count <= Self.maximumCharacters else {
      throw .tooLongForLine(characters: characters.count, maximum: Self.maximumCharacters)
    }
  }

  /// - Throws: as above.
  public init(_ text: String) throws(SymbolFault) { try self.init(SymbolText(text)) }

  /// One row of modules. The quiet zone is 10 modules on either side (clause 4.3.3).
  public var matrix: ModuleMatrix {
    let widths = characters.flatMap { Self.widths(Self.patterns[$0]) } + Self.widths(Self.stopPattern)
    var matrix = ModuleMatrix(columns: widths.reduce(0, +), rows: 1, quietColumns: 10, quietRows: 0)
    var column = 0
    for (index, width) in widths.enumerated() {
      // Bars and spaces take turns, a bar first.
      for offset in 0..<width where index.isMultiple(of: 2) { matrix[column + offset, 0] = true }
      column += width
    }
    return matrix
  }

  /// The decimal digits of a pattern: widths of bar, space, bar, space …
  private static func widths(_ pattern: Int) -> [Int] {
    var digits: [Int] = []
    var rest = pattern
    while rest > 0 {
      digits.append(rest % 10)
      rest /= 10
    }
    return digits.reversed()
  }
}

extension Code128 {
  static let shift = 98
  static let startA = 103
  static let startB = 104
  static let startC = 105
  static let functionOne = 102

  static let stopPattern = 2_331_112

  /// Widths of bar, space, bar, space, bar, space for the symbol characters 0 to 105 (ISO/IEC 15417, table 1).
  static let patterns: [Int] = [
    212222, 222122, 222221, 121223, 121322, 131222, 122213, 122312, 132212, 221213,
    221312, 231212, 112232, 122132, 122231, 113222, 123122, 123221, 223211, 221132,
    221231, 213212, 223112, 312131, 311222, 321122, 321221, 312212, 322112, 322211,
    212123, 212321, 232121, 111323, 131123, 131321, 112313, 132113, 132311, 211313,
    231113, 231311, 112133, 112331, 132131, 113123, 113321, 133121, 313121, 211331,
    231131, 213113, 213311, 213131, 311123, 311321, 331121, 312113, 312311, 332111,
    314111, 221411, 431111, 111224, 111422, 121124, 121421, 141122, 141221, 112214,
    112412, 122114, 122411, 142112, 142211, 241211, 221114, 413111, 241112, 134111,
    111242, 121142, 121241, 114212, 124112, 124211, 411212, 421112, 421211, 212141,
    214121, 412121, 111143, 111341, 131141, 114113, 114311, 411113, 411311, 113141,
    114131, 311141, 411131, 211412, 211214, 211232,
  ]
}
