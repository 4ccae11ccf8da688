/// Why a text cannot be printed as a symbol.
public enum SymbolFault: Error, Hashable, Sendable {
  case empty
  /// Code 128 has ASCII only; `at` counts bytes from 0.
  case notASCII(at: Int)
  /// More than a scanner reads in one sweep.
  case tooLongForLine(characters: Int, maximum: Int)
  /// More than the largest square symbol holds.
  case tooMuchData(codewords: Int, maximum: Int)

  /// Stable codes; never re-used.
  public var code: String {
    switch self {
    case .empty: "symbol.empty"
    case .notASCII: "symbol.not_ascii"
    case .tooLongForLine: "symbol.too_long_for_line"
    case .tooMuchData: "symbol.too_much_data"
    }
  }
}

extension SymbolFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "there is no text to print."
    case .notASCII(let at):
      "the character at byte \(at) is not ASCII, and Code 128 has only ASCII. Print it as Data Matrix."
    case .tooLongForLine(let characters, let maximum):
      "the Code 128 symbol would have \(characters) characters; \(maximum) are the most that scanners read reliably. "
        + "Print it as Data Matrix."
    case .tooMuchData(let codewords, let maximum):
      "the text needs \(codewords) codewords, and the largest Data Matrix symbol here holds \(maximum). Shorten it."
    }
  }
}
