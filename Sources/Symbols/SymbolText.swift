/// What a symbol is to say: bytes, and the function character FNC1 that makes a symbol GS1's.
public struct SymbolText: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case byte(UInt8)
    /// Function character 1: in first place the mark of GS1, later the end of a field of variable length.
    case functionOne
  }

  var elements: [Element]
  /// Whether bytes beyond ASCII are UTF-8, so that the symbol has to say so.
  var isUnicode: Bool

  /// A plain text.
  public init(_ text: String) {
    elements = text.utf8.map(Element.byte)
    isUnicode = text.utf8.contains { $0 > 127 }
  }

  /// Bytes without a meaning of their own.
  public init(bytes: [UInt8]) {
    elements = bytes.map(Element.byte)
    isUnicode = false
  }

  /// A GS1 element string: fields of variable length end with the group separator (0x1D) where another field follows.
  /// In the symbol FNC1 stands in first place and instead of each group separator (GS1 General Specifications,
  /// sections 5.4.3.6 and 5.6.3).
  public init(gs1 elementString: String) {
    elements =
      [.functionOne] + elementString.utf8.map { $0 == Self.groupSeparator ? Element.functionOne : .byte($0) }
    isUnicode = false
  }

  static let groupSeparator: UInt8 = 0x1D
}
